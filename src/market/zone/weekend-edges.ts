import type { Bars } from '../bars.js';
import { timeframeSeconds, type Timeframe } from '../timeframe.js';
import { saturdayOf } from './forex-week.js';

/** The hours in which a server's currencies stopped and began to quote around one weekend, server seconds. */
export interface WeekendEdges {
  /** Midnight at the beginning of the Saturday. */
  readonly saturday: number;
  /** Hour of the last bar before the weekend. */
  readonly last: number;
  /** Hour of the first bar behind it. */
  readonly first: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
/** A longer stretch without bars is a hole in the data or several weekends. */
const MAX_WEEKEND = 5 * DAY;
const CURRENCIES = new Set(['AUD', 'CAD', 'CHF', 'EUR', 'GBP', 'JPY', 'NZD', 'USD']);

/** Whether the bars of a series show when the currency market opens and closes: major currencies, to the hour. */
export function showsForexWeek(symbol: string, timeframe: Timeframe): boolean {
  const pair = /^([A-Z]{3})([A-Z]{3})$/.exec(symbol);
  const isPair = pair !== null && CURRENCIES.has(pair[1]!) && CURRENCIES.has(pair[2]!);
  return isPair && timeframeSeconds(timeframe) <= HOUR;
}

/** The weekends within closed bars of such a series, ascending. */
export function weekendEdges({ time, length }: Bars): WeekendEdges[] {
  const found: WeekendEdges[] = [];
  for (let i = 1; i < length; i++) {
    const [last, first] = [time[i - 1]!, time[i]!];
    if (first - last < DAY || first - last > MAX_WEEKEND) continue;
    const saturday = saturdayOf(first);
    const noon = saturday + DAY / 2;
    if (last < noon && noon < first) found.push({ saturday, last: hourOf(last), first: hourOf(first) });
  }
  return found;
}

/** The edges that two series of one server show together: the market was open when either has a bar. */
export function mergeEdges(a: WeekendEdges, b: WeekendEdges): WeekendEdges {
  return { saturday: a.saturday, last: Math.max(a.last, b.last), first: Math.min(a.first, b.first) };
}

/** Beginning of the hour of a time. */
export function hourOf(time: number): number {
  return Math.floor(time / HOUR) * HOUR;
}
