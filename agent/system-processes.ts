import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Emitter } from '../src/kernel/index.js';
import { HostProcesses, type Launch, type RunningProcess } from './host-processes.js';

const IS_WINDOWS = process.platform === 'win32';

/** The processes of the host, on Linux (Wine), Windows, and any system with `ps`. */
export class SystemProcesses extends HostProcesses {
  start({ program, arguments: words, folder, environment }: Launch): RunningProcess {
    // A separate group, so that ending it also ends processes that a start script left. Windows has no such groups.
    const options = { cwd: folder, env: environment, stdio: 'ignore', detached: !IS_WINDOWS } as const;
    return new SystemProcess(spawn(program, words, options));
  }

  async memoryMb(pid: number): Promise<number> {
    return kilobytesOf(await look(pid, 'memory')) / 1024;
  }

  async commandLine(pid: number): Promise<string | undefined> {
    const line = (await look(pid, 'command')).replaceAll('\0', ' ').trim();
    return line === '' ? undefined : line;
  }

  killStray(pid: number): void {
    signalGroup(pid);
  }
}

class SystemProcess implements RunningProcess {
  readonly pid: number;
  private readonly exits = new Emitter<string>();
  readonly onExit = this.exits.subscribe;
  private ended = false;

  constructor(private readonly child: ChildProcess) {
    this.pid = child.pid ?? 0;
    child.once('error', (error) => {
      if (this.pid === 0) this.end(`could not be started (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
    });
    child.once('exit', (code, signal) => {
      signalGroup(this.pid);
      this.end(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  }

  close(): void {
    if (this.ended) return;
    // taskkill asks a window to close; on Windows a signal would end the process immediately.
    if (IS_WINDOWS) execFile('taskkill', ['/PID', String(this.pid)], () => undefined);
    else this.child.kill('SIGTERM');
  }

  kill(): void {
    if (this.ended) return;
    if (IS_WINDOWS) execFile('taskkill', ['/PID', String(this.pid), '/T', '/F'], () => undefined);
    else signalGroup(this.pid);
  }

  private end(how: string): void {
    if (this.ended) return;
    this.ended = true;
    this.exits.emit(how);
  }
}

/** Ends a group of the agent, if any process of it is left. */
function signalGroup(pid: number): void {
  if (pid === 0) return;
  try {
    process.kill(IS_WINDOWS ? pid : -pid, 'SIGKILL');
  } catch {
    // No process of it is left.
  }
}

/** The system's text about a process; empty when it does not exist. */
async function look(pid: number, what: 'memory' | 'command'): Promise<string> {
  if (process.platform === 'linux') {
    return readFile(`/proc/${pid}/${what === 'memory' ? 'status' : 'cmdline'}`, 'utf8').catch(() => '');
  }
  if (!IS_WINDOWS) return run('ps', ['-o', what === 'memory' ? 'rss=' : 'args=', '-p', String(pid)]);
  if (what === 'memory') return run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
  // It takes seconds, but only for a process that an earlier agent left.
  const script = `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CommandLine`;
  return run('powershell', ['-NoProfile', '-NonInteractive', '-Command', script]);
}

/**
 * `VmRSS:   1234 kB` on Linux, the number alone from `ps`, and on Windows a row that ends in `"846,132 K"` with the
 * separator of the country.
 */
export function kilobytesOf(text: string): number {
  const found = /^VmRSS:\s*(\d+)/m.exec(text) ?? /^\s*(\d+)\s*$/.exec(text) ?? /"([^"]*\d[^"]*)"\s*$/.exec(text);
  return Number(found?.[1]?.replaceAll(/\D/g, '') ?? 0);
}

function run(program: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, [...words], { timeout: 10_000, windowsHide: true }, (error, stdout) =>
      resolve(error ? '' : stdout),
    );
  });
}
