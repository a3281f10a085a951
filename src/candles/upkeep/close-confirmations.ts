import { Backoff, type Clock, type Random, type Timer } from '../../kernel/index.js';
import type { TerminalPool } from '../../terminals/index.js';
import type { CloseOutcome } from '../series/closed-by-clock.js';
import type { LiveSeries } from '../series/live-series.js';

/** The terminal is asked when its own word has not come for so long after a bar was closed by server time. */
const ASK_AFTER_MS = 2000;
const RETRY = { initialMs: ASK_AFTER_MS, maxMs: 60_000 };
const OVERDUE_ATTEMPTS = 3;
/** The bar and those behind it. */
const ASKED_BARS = 3;

/** What {@link CloseConfirmations} work with. */
export interface CloseConfirmationsDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly pool: TerminalPool;
  readonly onOutcome: (series: LiveSeries, outcome: CloseOutcome, error?: unknown) => void;
}

interface Due {
  readonly timer: Timer;
  readonly retry: Backoff;
}

/**
 * Asks terminals for bars that were closed by server time and that they have not confirmed by themselves, within
 * seconds, and again after growing pauses until they have.
 */
export class CloseConfirmations {
  private readonly due = new Map<LiveSeries, Due>();

  constructor(private readonly deps: CloseConfirmationsDeps) {}

  /** A bar of the series is provisional from now on. */
  arm(series: LiveSeries): void {
    const { random } = this.deps;
    this.wait(series, ASK_AFTER_MS, Backoff.first(RETRY, random));
  }

  /** Nothing feeds the series any more. */
  forget(series: LiveSeries): void {
    this.due.get(series)?.timer.cancel();
    this.due.delete(series);
  }

  /** Series that were asked for three times and more. */
  get overdue(): number {
    return [...this.due.values()].filter(({ retry }) => retry.attempt > OVERDUE_ATTEMPTS).length;
  }

  /** Ends all timers. */
  close(): void {
    for (const series of [...this.due.keys()]) this.forget(series);
  }

  private wait(series: LiveSeries, delayMs: number, retry: Backoff): void {
    this.forget(series);
    const due = { retry, timer: this.deps.clock.after(delayMs, () => void this.ask(series, due)) };
    this.due.set(series, due);
  }

  private async ask(series: LiveSeries, due: Due): Promise<void> {
    const { route, unconfirmed } = series;
    if (route === undefined || unconfirmed === undefined) return this.forget(series);
    let outcome: CloseOutcome | undefined;
    let failure: unknown;
    try {
      const { rates } = await this.deps.pool.request(route.terminalId, {
        ...{ type: 'rates-by-count', symbol: route.brokerSymbol, timeframe: series.timeframe },
        ...{ start: 0, count: ASKED_BARS },
      });
      if (series.route === route) outcome = series.confirm(unconfirmed, rates);
    } catch (error) {
      failure = error;
      outcome = 'failed';
    }
    if (this.due.get(series) !== due) return;
    if (outcome !== undefined) this.deps.onOutcome(series, outcome, failure);
    if (series.unconfirmed === undefined) this.forget(series);
    else this.wait(series, due.retry.delayMs, due.retry.next());
  }
}
