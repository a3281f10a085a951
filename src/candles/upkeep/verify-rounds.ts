import type { Clock, Random, Timer } from '../../kernel/index.js';
import type { LiveSeries } from '../series/live-series.js';

/** After a reconnect, or after a comparison that came to nothing, a series is compared within this time. */
const SOON_MS = 300_000;

/** What {@link VerifyRounds} work with. */
export interface VerifyRoundsDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Every series is due once in this time. */
  readonly intervalMs: number;
  readonly onDue: (series: LiveSeries) => void;
}

/** When each series is compared with its terminal; spread by chance, so that no terminal gets them all at the same time. */
export class VerifyRounds {
  private readonly timers = new Map<LiveSeries, Timer>();

  constructor(private readonly deps: VerifyRoundsDeps) {}

  /** Due soon: what happened while the terminal was away was not announced. The first fifth of the time is for backfills. */
  soon(series: LiveSeries): void {
    this.arm(series, Math.min(SOON_MS, this.deps.intervalMs), 0.2);
  }

  /** Due again within the interval. */
  later(series: LiveSeries): void {
    this.arm(series, this.deps.intervalMs, 0.8);
  }

  /** Nothing feeds the series any more. */
  forget(series: LiveSeries): void {
    this.timers.get(series)?.cancel();
    this.timers.delete(series);
  }

  /** Ends all timers. */
  close(): void {
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
  }

  private arm(series: LiveSeries, withinMs: number, leastShare: number): void {
    this.forget(series);
    const share = leastShare + (1 - leastShare) * this.deps.random.next();
    const timer = this.deps.clock.after(Math.ceil(withinMs * share), () => {
      this.timers.delete(series);
      this.deps.onDue(series);
    });
    this.timers.set(series, timer);
  }
}
