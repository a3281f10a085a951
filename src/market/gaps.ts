import type { Bars } from './bars.js';
import { barClose, type Timeframe } from './timeframe.js';
import type { TradingHours } from './trading-hours.js';

/** Every reason of a {@link Gap}, as the public interface names them. */
export const GAP_REASONS = ['missing', 'closed-day', 'refused'] as const;

/**
 * Why bars are missing.
 *
 * - **missing**: the market was open and the terminal has no bars.
 * - **closed-day**: a whole day, or several, without a bar of any symbol of the broker's server: a holiday.
 * - **refused**: the terminal has bars there, and the gateway refused at least one of them as malformed.
 */
export type GapReason = (typeof GAP_REASONS)[number];

/** A stretch without bars between two neighbors of a series. */
export interface Gap {
  /** Open of the last bar before it, server seconds. */
  readonly after: number;
  /** Open of the first bar behind it, server seconds. */
  readonly before: number;
  /** Number of missing bars, at least 1. */
  readonly bars: number;
  readonly reason: GapReason;
}

export const MAX_GAPS = 1000;

/**
 * Where bars are missing: every two neighbors with a slot of the {@link TradingHours} between them, oldest first, at
 * most the newest {@link MAX_GAPS}. Regular closing hours are not gaps, and within a gap they are not counted as
 * missing. Holidays are gaps, because no source lists them.
 */
export function findGaps(bars: Bars, timeframe: Timeframe, hours: TradingHours): Gap[] {
  const gaps: Gap[] = [];
  for (let i = bars.length - 1; i > 0 && gaps.length < MAX_GAPS; i--) {
    const gap = gapBetween(bars.time[i - 1]!, bars.time[i]!, timeframe, hours);
    if (gap !== undefined) gaps.push(gap);
  }
  return gaps.reverse();
}

/** The gap between two neighbors that open at `after` and `before`, by the rules of {@link findGaps}. */
export function gapBetween(after: number, before: number, timeframe: Timeframe, hours: TradingHours): Gap | undefined {
  const from = barClose(timeframe, after);
  if (before <= from) return undefined;
  const bars = hours.missingBetween(from, before);
  return bars === 0 ? undefined : { after, before, bars, reason: 'missing' };
}
