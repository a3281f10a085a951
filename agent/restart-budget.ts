import { Backoff, type Clock, type Random } from '../src/kernel/index.js';

/** How often a terminal may be started again. */
export interface BudgetOptions {
  /** Pause before the first restart, milliseconds; doubles up to 64 times as long. */
  readonly delayMs: number;
  readonly perHour: number;
}

const HOUR_MS = 3_600_000;
/** A program that ran for so long did well: the pauses begin anew, milliseconds. */
const SETTLED_MS = 600_000;
const MOST_DOUBLINGS = 64;

/** Decides how long a terminal waits before it is started again: longer each time, and never too often in an hour. */
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

  /** How long the hour's restarts are used up for, milliseconds; 0 = one is left. */
  get exhaustedForMs(): number {
    const nowMs = this.clock.monotonicMs();
    this.spent = this.spent.filter((atMs) => nowMs - atMs < HOUR_MS);
    const [oldest] = this.spent;
    if (oldest === undefined || this.spent.length < this.options.perHour) return 0;
    return Math.ceil(oldest + HOUR_MS - nowMs);
  }

  /** Takes one restart after a run of this length; returns how long to wait before it, milliseconds. */
  spend(ranMs: number): number {
    if (ranMs >= SETTLED_MS) this.backoff = this.first();
    const waitMs = Math.max(this.backoff.delayMs, this.exhaustedForMs);
    this.backoff = this.backoff.next();
    this.spent.push(this.clock.monotonicMs() + waitMs);
    return waitMs;
  }

  private first(): Backoff {
    const { delayMs } = this.options;
    return Backoff.first({ initialMs: delayMs, maxMs: delayMs * MOST_DOUBLINGS }, this.random);
  }
}
