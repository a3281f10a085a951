import type { Clock, Timer } from '../../kernel/index.js';
import type { LiveSeries } from '../series/live-series.js';

/** Asks again for the newest bars of series whose bridge does not push them; each when its own time has come. */
export class PollRounds {
  private readonly timers = new Map<LiveSeries, Timer>();

  constructor(private readonly clock: Clock) {}

  /** Bars of the series arrived: the next poll is due when it says. */
  arm(series: LiveSeries): void {
    this.forget(series);
    const delayMs = series.pollInMs;
    if (delayMs === undefined) return;
    const timer = this.clock.after(delayMs, () => {
      this.timers.delete(series);
      series.poll();
    });
    this.timers.set(series, timer);
  }

  /** Nothing is to be polled any more. */
  forget(series: LiveSeries): void {
    this.timers.get(series)?.cancel();
    this.timers.delete(series);
  }

  /** Ends all timers. */
  close(): void {
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
  }
}
