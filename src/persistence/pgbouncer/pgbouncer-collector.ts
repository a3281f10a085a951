import { Emitter, printable, type Clock, type Timer } from '../../kernel/index.js';
import type { ConsoleSnapshot, PgBouncerConsole } from './pgbouncer-console.js';

const INTERVAL_MS = 5000;

/** Newest answer of PgBouncer's console. */
export type PgBouncerState =
  | { readonly up: true; readonly at: Date; readonly snapshot: ConsoleSnapshot }
  /** `error` is readable and without secrets. */
  | { readonly up: false; readonly error: string };

/**
 * Polls PgBouncer's console every five seconds, so that a scrape or a health check never waits for it. An absent
 * PgBouncer only changes the state.
 */
export class PgBouncerCollector {
  private timer: Timer | undefined;
  private running: Promise<void> | undefined;
  private latest: PgBouncerState = { up: false, error: 'PgBouncer was not asked yet' };
  private readonly changes = new Emitter<PgBouncerState>();
  /** Emits when PgBouncer goes away or comes back. */
  readonly onChange = this.changes.subscribe;

  constructor(
    private readonly console: Pick<PgBouncerConsole, 'snapshot' | 'close'>,
    private readonly clock: Clock,
  ) {}

  get state(): PgBouncerState {
    return this.latest;
  }

  /** Polls immediately and then every five seconds. */
  start(): void {
    this.timer ??= this.clock.every(INTERVAL_MS, () => void this.collect());
    void this.collect();
  }

  /** Polls now, or joins the poll that is under way. Never rejects. */
  collect(): Promise<void> {
    this.running ??= this.ask().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  async close(): Promise<void> {
    this.timer?.cancel();
    await this.running;
    await this.console.close();
  }

  private async ask(): Promise<void> {
    const before = this.latest;
    try {
      const snapshot = await this.console.snapshot();
      this.latest = { up: true, at: new Date(this.clock.nowMs()), snapshot };
    } catch (error) {
      this.latest = { up: false, error: printable(error instanceof Error ? error.message : String(error), 200) };
    }
    const news = this.latest.up ? !before.up : before.up || before.error !== this.latest.error;
    if (news) this.changes.emit(this.latest);
  }
}
