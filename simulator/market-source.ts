import type { Bars, Timeframe } from '../src/market/index.js';
import type { DaySession } from './session-calendar.js';

/** A stretch of history that ends at some server time. */
export interface History {
  /** Oldest first. */
  readonly bars: Bars;
  /** Whether the last bar is still forming. */
  readonly lastForming: boolean;
}

/** The market of one symbol (port): a terminal's history at a given server time. */
export abstract class MarketSource {
  /** Decimals of a price. */
  abstract readonly digits: number;
  abstract readonly sessions: readonly DaySession[];
  /** Time of the newest price change at server second `now`; undefined = none yet. */
  abstract lastTick(now: number): number | undefined;
  /** Open of the very first bar, server seconds; undefined = none. */
  abstract firstTime(timeframe: Timeframe): number | undefined;
  /**
   * Bars that open in [from, to), as they are at server second `now`: none opens after `now`, and the bar that contains
   * `now` is forming.
   */
  abstract between(timeframe: Timeframe, range: TimeRange, now: number): History;
  /** The newest `count` bars at server second `now`, the forming one included; fewer where history begins. */
  abstract newest(timeframe: Timeframe, count: number, now: number): History;
}

/** Half open: from <= open < to, server seconds. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}
