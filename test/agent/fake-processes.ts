import { Emitter } from '../../src/kernel/index.js';
import { HostProcesses, type Launch, type RunningProcess } from '../../agent/index.js';

/** A process that lives and ends as the test says. */
export class FakeProcess implements RunningProcess {
  private readonly exits = new Emitter<string>();
  readonly onExit = this.exits.subscribe;
  /** Whether it ends when it is asked to. */
  obeys = true;
  closes = 0;
  kills = 0;
  private ended = false;

  constructor(readonly pid: number) {}

  close(): void {
    this.closes++;
    if (this.obeys) this.end('exit code 0');
  }

  kill(): void {
    this.kills++;
    this.end('signal SIGKILL');
  }

  end(how: string): void {
    if (this.ended) return;
    this.ended = true;
    this.exits.emit(how);
  }
}

/** A host on which nothing really runs. */
export class FakeProcesses extends HostProcesses {
  readonly started: FakeProcess[] = [];
  readonly launches: Launch[] = [];
  readonly strays: number[] = [];
  memory = 100;
  readonly commandLines = new Map<number, string>();
  private lastPid = 1000;

  start(launch: Launch): RunningProcess {
    const process = new FakeProcess(++this.lastPid);
    this.launches.push(launch);
    this.started.push(process);
    return process;
  }

  /** All processes of one terminal, oldest first. */
  of(terminalId: string): readonly FakeProcess[] {
    return this.started.filter((_, index) => this.launches[index]!.folder.endsWith(`/${terminalId}`));
  }

  get newest(): FakeProcess {
    return this.started.at(-1)!;
  }

  async memoryMb(): Promise<number> {
    return this.memory;
  }

  async commandLine(pid: number): Promise<string | undefined> {
    return this.commandLines.get(pid);
  }

  killStray(pid: number): void {
    this.strays.push(pid);
    this.commandLines.delete(pid);
  }
}
