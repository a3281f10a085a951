import { Backoff, type Clock, type Random } from '../src/kernel/index.js';

/** Bounds of the restarts of a terminal. */
export interface BudgetOptions {
  /** Pause before the first restart, milliseconds; doubles up to 64 times as long. */
  readonly delayMs: number;
  readonly perHour: number;
}

const HOUR_MS = 3_600_000;
/** A program that ran for this long resets the pauses, milliseconds. */
const SETTLED_MS = 600_000;
const MAX_DELAY_FACTOR = 64;

/** Decides how long a terminal waits before its next start: longer each time, within the hour's limit. */
export class RestartBudget {
  private backoff: Backoff;
  /** Monotonic milliseconds of the restarts of the last hour, oldest first. */
  private spent: number[] = [];

  constructor(
    private readonly options: BudgetOptions,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {
    this.backoff = this.first();
  }

  /** Time until the hour has a restart left, milliseconds; 0 = it has one. */
  get exhaustedForMs(): number {
    const nowMs = this.clock.monotonicMs();
    this.spent = this.spent.filter((atMs) => nowMs - atMs < HOUR_MS);
    const [oldest] = this.spent;
    if (oldest === undefined || this.spent.length < this.options.perHour) return 0;
    return Math.ceil(oldest + HOUR_MS - nowMs);
  }

  /** Takes one restart after a run of this length; returns the wait before it, milliseconds. */
  spend(ranMs: number): number {
    if (ranMs >= SETTLED_MS) this.backoff = this.first();
    const waitMs = Math.max(this.backoff.delayMs, this.exhaustedForMs);
    this.backoff = this.backoff.next();
    this.spent.push(this.clock.monotonicMs() + waitMs);
    return waitMs;
  }

  private first(): Backoff {
    const { delayMs } = this.options;
    return Backoff.first({ initialMs: delayMs, maxMs: delayMs * MAX_DELAY_FACTOR }, this.random);
  }
}
