import { Emitter, printable, type Clock, type Timer } from '../../kernel/index.js';
import type { ConsoleSnapshot, PgBouncerConsole } from './pgbouncer-console.js';

const INTERVAL_MS = 5000;

/** What is known of PgBouncer. */
export type PgBouncerState =
  | { readonly up: true; readonly at: Date; readonly snapshot: ConsoleSnapshot }
  /** `error` is readable and without secrets. */
  | { readonly up: false; readonly error: string };

/**
 * Asks PgBouncer's console every five seconds and remembers the answer, so that a scrape or a health check never waits
 * for it. When PgBouncer is away that is all that happens: the state says so.
 */
export class PgBouncerCollector {
  private timer: Timer | undefined;
  private running: Promise<void> | undefined;
  private latest: PgBouncerState = { up: false, error: 'PgBouncer was not asked yet' };
  private readonly changes = new Emitter<PgBouncerState>();
  /** Told when PgBouncer goes away or comes back. */
  readonly onChange = this.changes.subscribe;

  constructor(
    private readonly console: Pick<PgBouncerConsole, 'snapshot' | 'close'>,
    private readonly clock: Clock,
  ) {}

  get state(): PgBouncerState {
    return this.latest;
  }

  /** Asks at once, and from then on every five seconds. */
  start(): void {
    this.timer ??= this.clock.every(INTERVAL_MS, () => void this.collect());
    void this.collect();
  }

  /** Asks now, or waits for the question that is under way. Never rejects. */
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
