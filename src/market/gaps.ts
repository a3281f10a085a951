import type { Bars } from './bars.js';
import { SessionCalendar } from './session-calendar.js';
import { barClose, timeframeSeconds, type Timeframe } from './timeframe.js';

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

/** A stretch without bars between two neighbours of a series. */
export interface Gap {
  /** Open of the last bar before it, server seconds. */
  readonly after: number;
  /** Open of the first bar behind it, server seconds. */
  readonly before: number;
  /** How many bars are missing, at least 1. */
  readonly bars: number;
  readonly reason: GapReason;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** 3 January 1970 was a Saturday. */
const SATURDAY = 2 * DAY;
/** Brokers close for 47 to 50 hours; with clocks that are set forward and back, 52 is the longest regular weekend. */
const LONGEST_WEEKEND = 52 * HOUR;
const MOST_GAPS = 1000;

/** Whether any bar opens on a Saturday (server time): the symbol trades on weekends. */
export function tradesOnWeekends(bars: Bars): boolean {
  return bars.time.some((time) => weekdayFromSaturday(time) === 0);
}

/**
 * Where bars are missing: every two neighbours that are farther apart than one slot of the timeframe, oldest first, at
 * most the newest 1000.
 *
 * The missing stretch runs from the end of one bar to the open of the next, in server time. When the series does not
 * trade on weekends, a stretch that covers a whole Saturday and is at most 52 hours long is the regular weekend and no
 * gap, and in a gap the slots of Saturdays and Sundays are not counted as missing (unless there are no others).
 * Holidays are gaps: nobody told us of them.
 *
 * @param weekends whether the series trades on weekends. @default tradesOnWeekends(bars)
 */
export function findGaps(bars: Bars, timeframe: Timeframe, weekends = tradesOnWeekends(bars)): Gap[] {
  const gaps: Gap[] = [];
  for (let i = bars.length - 1; i > 0 && gaps.length < MOST_GAPS; i--) {
    const gap = gapBetween(bars.time[i - 1]!, bars.time[i]!, timeframe, weekends);
    if (gap !== undefined) gaps.push(gap);
  }
  return gaps.reverse();
}

/** The gap between two neighbours that open at `after` and `before`, by the rules of {@link findGaps}. */
export function gapBetween(after: number, before: number, timeframe: Timeframe, weekends: boolean): Gap | undefined {
  const from = barClose(timeframe, after);
  if (before <= from) return undefined;
  if (!weekends && before - from <= LONGEST_WEEKEND && coversSaturday(from, before)) return undefined;
  return { after, before, bars: missingSlots(from, before, timeframe, weekends), reason: 'missing' };
}

/** Whether a whole Saturday lies in [from, to). */
function coversSaturday(from: number, to: number): boolean {
  const saturday = Math.ceil((from - SATURDAY) / WEEK) * WEEK + SATURDAY;
  return saturday + DAY <= to;
}

function missingSlots(from: number, to: number, timeframe: Timeframe, weekends: boolean): number {
  const length = timeframeSeconds(timeframe);
  if (timeframe === 'MN1') return monthOf(to) - monthOf(from);
  const all = Math.ceil((to - from) / length);
  if (weekends || length > DAY) return all;
  // Up to D1 a slot lies within one day, so open seconds of the weekdays are whole slots.
  return Math.ceil(SessionCalendar.WEEKDAYS.openSecondsBetween(from, to) / length) || all;
}

function monthOf(time: number): number {
  const date = new Date(time * 1000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function weekdayFromSaturday(time: number): number {
  return Math.floor(((((time - SATURDAY) % WEEK) + WEEK) % WEEK) / DAY);
}
