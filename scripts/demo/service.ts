import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { Backoff, SystemRandom } from '../../src/kernel/index.js';

/** A program that belongs to the demo. */
export interface ServiceOptions {
  readonly name: string;
  /** Compiled file, relative to the working folder. */
  readonly file: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Where its output goes; to the demo's own output otherwise. */
  readonly logFile?: string;
  /** How long it may take to stop before it is killed, milliseconds. */
  readonly stopMs: number;
  /** It ended although nobody stopped it. */
  readonly onCrash: (name: string, how: string) => void;
}

const HEALTHY_MS = 10_000;
const MOST_CRASHES = 5;

/**
 * Runs one program of the demo and starts it again when it dies. The child has a process group of its own, so that
 * Ctrl-C reaches only the demo, which stops its children in order; and an IPC channel, whose end tells it that the demo
 * itself was killed.
 */
export class Service {
  private child: ChildProcess | undefined;
  private stopping = false;
  private backoff = Backoff.first({ initialMs: 200, maxMs: 5000 }, new SystemRandom());
  private startedAt = 0;
  private restart: NodeJS.Timeout | undefined;

  constructor(private readonly options: ServiceOptions) {}

  start(): void {
    const { file, environment, logFile } = this.options;
    this.startedAt = performance.now();
    const output = logFile === undefined ? 'inherit' : openSync(logFile, 'a');
    const child = spawn(process.execPath, ['--enable-source-maps', file], {
      env: environment,
      stdio: ['ignore', output, output, 'ipc'],
      detached: true,
    });
    if (typeof output === 'number') closeSync(output);
    this.child = child;
    child.once('exit', (code, signal) => this.ended(signal ?? `exit code ${code}`));
  }

  /** Ends the program: politely, then by force. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    const child = this.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), this.options.stopMs);
    await exited;
    clearTimeout(force);
  }

  private ended(how: string): void {
    if (this.stopping) return;
    if (performance.now() - this.startedAt > HEALTHY_MS) {
      this.backoff = Backoff.first({ initialMs: 200, maxMs: 5000 }, new SystemRandom());
    }
    const { name, onCrash } = this.options;
    if (this.backoff.attempt > MOST_CRASHES) return onCrash(name, `${how}; it did not start ${MOST_CRASHES} times`);
    process.stderr.write(`demo: the ${name} ended by itself (${how}) and is started again\n`);
    this.restart = setTimeout(() => this.start(), this.backoff.delayMs);
    this.backoff = this.backoff.next();
  }
}
