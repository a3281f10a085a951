import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ProgramClock } from './program-clock.js';

/** Generous: a starved machine must not fail what a quiet one passes. */
const PATIENCE_MS = 120_000;

/** Settings of a run that differ from the default. */
export interface ProgramRun {
  /** Values of the program's inputs. */
  readonly inputs?: Readonly<Record<string, string | number | boolean>>;
  readonly seed?: number;
  /** Content of fresh memory. */
  readonly poison?: '00' | 'a5' | '5a';
  /** Clock of the run, when a test needs it before the program starts. */
  readonly clock?: ProgramClock;
  /** More variables of the runtime: `MQL_…`, see README.md. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** An event that the runtime reported. */
export interface RuntimeEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** A running program of `mql5/`; commands change its world. */
export class ProgramProcess {
  /** Output of the program, as in the terminal's journal. */
  journal = '';
  readonly events: RuntimeEvent[] = [];
  readonly clock: ProgramClock;
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;
  private readonly watchers = new Set<() => void>();

  constructor(path: string, { inputs = {}, seed = 1, poison = 'a5', clock, environment = {} }: ProgramRun = {}) {
    this.clock = clock ?? new ProgramClock();
    const values = Object.entries(inputs).map(([name, value]) => [`MQL_INPUT_${name}`, String(value)]);
    this.child = spawn(path, {
      env: {
        TMPDIR: this.clock.folder,
        TEST_RUN_ID: process.env['TEST_RUN_ID'],
        ASAN_OPTIONS: 'detect_stack_use_after_return=1',
        MQL_SEED: String(seed),
        MQL_POISON: poison,
        MQL_CLOCK_FILE: this.clock.file,
        MQL_PULSE_FILE: this.clock.pulseFile,
        ...Object.fromEntries(values),
        ...environment,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // An ended program reads no commands; the caller that waits for it gets the reason.
    this.child.stdin!.on('error', () => undefined);
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.journal += text;
      this.changed();
    });
    createInterface(this.child.stdout!).on('line', (line) => {
      this.events.push(JSON.parse(line) as RuntimeEvent);
      this.changed();
    });
    this.ended = once(this.child, 'close').then(([code]) => {
      this.changed();
      return code as number | null;
    });
  }

  /** Sends a command and resolves with its answer. */
  async order(words: string): Promise<RuntimeEvent> {
    const from = this.events.length;
    this.child.stdin!.write(`${words}\n`);
    const [name] = words.split(' ');
    const answer = () => this.events.slice(from).find(({ event, order }) => event === 'done' && order === name);
    await this.until(() => answer() !== undefined, `the order "${words}" was not done`);
    return answer()!;
  }

  /** Resolves when the journal matches behind the given position. */
  async says(what: RegExp, from = 0): Promise<void> {
    await this.until(() => what.test(this.journal.slice(from)), `the journal never had ${what}`);
  }

  /** Resolves when the runtime has reported this event `times` times. */
  async reported(event: string, times = 1): Promise<void> {
    const count = () => this.events.filter((one) => one.event === event).length;
    await this.until(() => count() >= times, `"${event}" was not reported ${times} times`);
  }

  /** Resolves when `isSo` holds; checks after each line of the program or the runtime. */
  async until(isSo: () => boolean, lack: string): Promise<void> {
    if (isSo()) return;
    await new Promise<void>((resolve, reject) => {
      const settle = (end: () => void) => {
        clearTimeout(limit);
        this.watchers.delete(look);
        end();
      };
      const tail = () => `${lack}; its journal ends with\n${this.journal.slice(-3000)}`;
      const look = () => {
        if (isSo()) settle(resolve);
        else if (this.child.exitCode !== null) settle(() => reject(new Error(`it ended, and ${tail()}`)));
      };
      const limit = setTimeout(() => settle(() => reject(new Error(tail()))), PATIENCE_MS);
      this.watchers.add(look);
      look();
    });
  }

  /** Exit code of a program that ended by itself. */
  async end(): Promise<number | null> {
    const code = await this.ended;
    this.clock.close();
    return code;
  }

  /** Ends the program like the terminal does; 0 = clean and without a leak. */
  async stop(): Promise<number | null> {
    if (!this.child.stdin!.writableEnded) this.child.stdin!.end();
    const limit = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE_MS);
    const code = await this.end();
    clearTimeout(limit);
    return code;
  }

  private changed(): void {
    for (const look of this.watchers) look();
  }
}
