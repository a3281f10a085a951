import type { ProcessReport, ProcessState } from '../src/bridge/index.js';
import type { AgentSettings } from '../src/config/index.js';
import { asDecimal, asSeconds, type Clock, delay, Emitter, type Timer } from '../src/kernel/index.js';
import { RestartRefusedError } from './agent.errors.js';
import type { HostProcesses, RunningProcess } from './host-processes.js';
import type { RestartBudget } from './restart-budget.js';
import type { StartQueue } from './start-queue.js';
import type { TerminalFolder } from './terminal-folder.js';

export interface KeeperDeps {
  readonly terminalId: string;
  readonly folder: TerminalFolder;
  readonly processes: HostProcesses;
  readonly budget: RestartBudget;
  readonly queue: StartQueue;
  readonly clock: Clock;
  readonly limits: Pick<AgentSettings, 'memoryLimitMb' | 'stopTimeoutMs'>;
}

const STRAY_LOOKS = 50;
const STRAY_LOOK_MS = 100;

/**
 * Keeps one terminal running.
 *
 * - **starting**: waits for its turn, for the first time.
 * - **running**: the process lives. Its exit, too much memory or a request leads to restarting.
 * - **restarting**: the process is being ended, or the next start waits for the pause, the hour's allowance or its turn.
 * - **failed**: like restarting, but the last start failed.
 * - **stopped**: before {@link start} and after {@link stop}.
 */
export class TerminalKeeper {
  private readonly changes = new Emitter<ProcessReport>();
  /** The state or its reason changed. */
  readonly onChange = this.changes.subscribe;
  private state: ProcessState = 'stopped';
  private detail = '';
  private process: RunningProcess | undefined;
  private startedMs = 0;
  private startedAtMs = 0;
  private memoryMb = 0;
  private restarts = -1;
  private lastExit = '';
  private lastExitAtMs = 0;
  private pending: Timer | undefined;
  private killing: Timer | undefined;
  private launching: Promise<void> | undefined;
  private stopping = false;
  private isLooking = false;
  private whenGone: (() => void) | undefined;

  constructor(private readonly parts: KeeperDeps) {}

  get terminalId(): string {
    return this.parts.terminalId;
  }

  report(): ProcessReport {
    const { terminalId, state, memoryMb, startedAtMs, lastExit, lastExitAtMs, detail } = this;
    const restarts = Math.max(0, this.restarts);
    const pid = this.process?.pid ?? 0;
    return { terminalId, state, pid, memoryMb, restarts, startedAtMs, lastExit, lastExitAtMs, detail };
  }

  /** Starts the terminal when its turn comes. */
  start(): void {
    this.enter('starting', 'waits for its turn');
    this.pending = this.parts.queue.enter(0, () => this.launch());
  }

  /** Ends the program and starts it again, unless a restart is running already. @throws RestartRefusedError */
  restart(reason: string): void {
    if (this.stopping) throw new RestartRefusedError('the agent is stopping', 0);
    if (this.state !== 'running') return;
    const exhaustedForMs = this.parts.budget.exhaustedForMs;
    if (exhaustedForMs > 0) {
      const minutes = Math.ceil(exhaustedForMs / 60_000);
      const message = `${this.terminalId} was restarted too often; the next restart is in ${asDecimal(minutes)} min`;
      throw new RestartRefusedError(message, exhaustedForMs);
    }
    this.enter('restarting', reason);
    this.endProcess();
  }

  /** Reads the memory of the program and restarts it above the limit. */
  async look(): Promise<void> {
    const { process } = this;
    if (process === undefined || this.state !== 'running' || this.isLooking) return;
    this.isLooking = true;
    const memoryMb = Math.round(await this.parts.processes.memoryMb(process.pid));
    this.isLooking = false;
    if (this.process !== process || this.state !== 'running') return;
    this.memoryMb = memoryMb;
    const { memoryLimitMb } = this.parts.limits;
    if (memoryMb <= memoryLimitMb) return;
    try {
      this.restart(`it holds ${asDecimal(memoryMb)} MB, the limit is ${asDecimal(memoryLimitMb)} MB`);
    } catch (error) {
      if (!(error instanceof RestartRefusedError)) throw error;
      if (this.detail !== error.message) this.enter('running', error.message);
    }
  }

  /** Ends the program for good; resolves when it is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.pending?.cancel();
    await this.launching;
    if (this.process !== undefined) {
      const gone = new Promise<void>((resolve) => {
        this.whenGone = resolve;
      });
      this.endProcess();
      await gone;
    }
    await this.parts.folder.tidy();
    this.enter('stopped', '');
  }

  private launch(): void {
    this.pending = undefined;
    this.launching = this.begin().finally(() => {
      this.launching = undefined;
    });
  }

  private async begin(): Promise<void> {
    const { folder, processes, clock } = this.parts;
    try {
      await this.endStray();
      const launch = await folder.prepare();
      if (this.stopping) return;
      const process = processes.start(launch);
      this.process = process;
      process.onExit((how) => this.exited(how));
      this.startedMs = clock.monotonicMs();
      this.startedAtMs = clock.nowMs();
      this.restarts++;
      if (process.pid > 0) {
        this.enter('running', '');
        await folder.remember(process.pid);
      }
    } catch (error) {
      if (this.process !== undefined || this.stopping) return;
      this.again('failed', `cannot be started in ${folder.path}: ${codeOf(error)}`);
    }
  }

  /** Ends the terminal of a killed agent: two terminals must never run in one folder. */
  private async endStray(): Promise<void> {
    const { folder, processes, clock } = this.parts;
    const pid = await folder.remembered();
    const commandLine = pid === undefined ? undefined : await processes.commandLine(pid);
    if (pid === undefined || commandLine === undefined || !folder.isOurs(commandLine)) return;
    processes.killStray(pid);
    for (let look = 0; look < STRAY_LOOKS; look++) {
      if ((await processes.commandLine(pid)) !== commandLine) return;
      await delay(clock, STRAY_LOOK_MS);
    }
    throw new Error(`the terminal that an earlier agent started (process ${pid}) does not end`);
  }

  private endProcess(): void {
    const { process } = this;
    if (process === undefined || this.killing !== undefined) return;
    this.killing = this.parts.clock.after(this.parts.limits.stopTimeoutMs, () => process.kill());
    process.close();
  }

  private exited(how: string): void {
    const wasStarted = (this.process?.pid ?? 0) > 0;
    this.killing?.cancel();
    this.killing = undefined;
    this.process = undefined;
    this.memoryMb = 0;
    this.startedAtMs = 0;
    this.lastExit = how;
    this.lastExitAtMs = this.parts.clock.nowMs();
    this.whenGone?.();
    if (this.stopping) return;
    const reason = this.state === 'restarting' ? this.detail : `the program ended by itself: ${how}`;
    this.again(wasStarted ? 'restarting' : 'failed', wasStarted ? reason : `the program ${how}`);
  }

  private again(state: 'restarting' | 'failed', reason: string): void {
    const { budget, clock, queue } = this.parts;
    const waitMs = budget.spend(clock.monotonicMs() - this.startedMs);
    this.enter(state, `${reason}; the next start is in ${asSeconds(waitMs, 1)}`);
    this.pending = queue.enter(waitMs, () => this.launch());
  }

  private enter(state: ProcessState, detail: string): void {
    this.state = state;
    this.detail = detail;
    this.changes.emit(this.report());
  }
}

function codeOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT') return 'the folder is not there (ENOENT)';
  return code ?? (error instanceof Error ? error.message : 'unknown error');
}
