import { barClose, timeframeSeconds, type SessionCalendar, type Timeframe } from '../../market/index.js';

const SLOTS_BEHIND = 2;
const DAY = 86_400;

/**
 * Whether the newest bar (open time `newest`) is older than it can be at `now`: since its end the symbol was quoted for
 * more than two slots. Both in server seconds. A week or a month is never quoted around the clock, so the quoted part of
 * the newest one is the measure.
 */
export function isBehind(
  newest: number,
  now: number,
  { timeframe, calendar }: { readonly timeframe: Timeframe; readonly calendar: SessionCalendar },
): boolean {
  const over = barClose(timeframe, newest);
  const nominal = timeframeSeconds(timeframe);
  const slot = nominal > DAY ? calendar.openSecondsBetween(newest, over) || nominal : nominal;
  return calendar.openSecondsBetween(over, now) > SLOTS_BEHIND * slot;
}
