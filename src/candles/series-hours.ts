import { TradingHours, type Bars } from '../market/index.js';
import type { SeriesSnapshot } from './series-book.js';

/** Keyed by the closed bars of a snapshot, which are another object after every change. */
const KNOWN = new WeakMap<Bars, { readonly calendar: SeriesSnapshot['calendar']; readonly hours: TradingHours }>();

/** When bars of the series are expected; made out once for each state of its closed bars. */
export function tradingHours({ closed, timeframe, calendar }: SeriesSnapshot): TradingHours {
  const known = KNOWN.get(closed);
  if (known?.calendar === calendar) return known.hours;
  const hours = new TradingHours({ timeframe, bars: closed, calendar });
  KNOWN.set(closed, { calendar, hours });
  return hours;
}
