import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Backoff, SystemRandom } from '../../src/kernel/index.js';

export interface ServiceOptions {
  readonly name: string;
  /** Compiled file, relative to the build. */
  readonly file: string;
  readonly environment: NodeJS.ProcessEnv;
  /** File for its output; undefined = the demo's own output. */
  readonly logFile?: string;
  /** Time to stop before it is killed, milliseconds. */
  readonly stopMs: number;
  /** Called when it ended unexpectedly and a restart is pointless. */
  readonly onCrash: (name: string, how: string) => void;
}

const BUILD = join(import.meta.dirname, '..', '..');
const HEALTHY_MS = 10_000;
const MAX_CRASHES = 5;
const WORDS_KEPT = 1000;

/**
 * Runs one program of the demo and restarts it when it dies. The child has a separate process group, so that Ctrl-C
 * reaches only the demo, which stops its children in order; and an IPC channel, whose end shows it that the demo was
 * killed.
 */
export class Service {
  private child: ChildProcess | undefined;
  private stopping = false;
  private backoff = Backoff.first({ initialMs: 200, maxMs: 5000 }, new SystemRandom());
  private startedAt = 0;
  private wasHealthy = false;
  private logStart = 0;
  private restart: NodeJS.Timeout | undefined;

  constructor(private readonly options: ServiceOptions) {}

  start(): void {
    const { file, environment, logFile } = this.options;
    this.startedAt = performance.now();
    const output = logFile === undefined ? 'inherit' : openSync(logFile, 'a', 0o600);
    if (typeof output === 'number') this.logStart = fstatSync(output).size;
    const child = spawn(process.execPath, ['--enable-source-maps', join(BUILD, file)], {
      env: environment,
      stdio: ['ignore', output, output, 'ipc'],
      detached: true,
    });
    if (typeof output === 'number') closeSync(output);
    this.child = child;
    child.once('error', (error) => this.ended(error.message, true));
    child.once('exit', (code, signal) => this.ended(signal ?? `exit code ${code}`, signal === null));
  }

  /** Ends the program: by a signal first, then by force. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    const child = this.child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), this.options.stopMs);
    await exited;
    clearTimeout(force);
  }

  private ended(how: string, byItself: boolean): void {
    if (this.stopping) return;
    if (performance.now() - this.startedAt > HEALTHY_MS) {
      this.wasHealthy = true;
      this.backoff = Backoff.first({ initialMs: 200, maxMs: 5000 }, new SystemRandom());
    }
    const { name, onCrash } = this.options;
    // A program that fails at its first start would fail again; a killed one would not.
    if (byItself && !this.wasHealthy) return onCrash(name, `${how}${this.lastWords()}`);
    if (this.backoff.attempt > MAX_CRASHES) return onCrash(name, `${how}, again and again${this.lastWords()}`);
    process.stderr.write(`demo: the ${name} ended unexpectedly (${how}); restarting it\n`);
    this.restart = setTimeout(() => this.start(), this.backoff.delayMs);
    this.backoff = this.backoff.next();
  }

  /** End of its output since the last start, which holds the reason. */
  private lastWords(): string {
    const { logFile } = this.options;
    if (logFile === undefined) return '; its messages are above';
    const words = readFileSync(logFile).subarray(this.logStart).toString('utf8').trim();
    return words === '' ? '' : `; it said:\n${words.slice(-WORDS_KEPT)}`;
  }
}
