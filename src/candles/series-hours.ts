import type { Steps } from '../kernel/index.js';
import { TradingHours, tradesOnWeekends, type Bars } from '../market/index.js';
import type { SeriesSnapshot } from './series-registry.js';

/** What the hours of a series depend on. */
type HoursSnapshot = Pick<SeriesSnapshot, 'closed' | 'timeframe' | 'calendar'>;

/** Keyed by the closed bars of a snapshot, which are another object after every change. */
const KNOWN = new WeakMap<Bars, { readonly calendar: SeriesSnapshot['calendar']; readonly hours: TradingHours }>();
const ON_WEEKENDS = new WeakMap<Bars, boolean>();

/** When bars of the series are expected; made out once for each state of its closed bars. */
export function tradingHours(snapshot: HoursSnapshot): TradingHours {
  const { closed, timeframe, calendar } = snapshot;
  return knownHours(snapshot) ?? keep(snapshot, new TradingHours({ timeframe, bars: closed, calendar }));
}

/** The same in steps of well under a millisecond. */
export function* tradingHoursSteps(snapshot: HoursSnapshot): Steps<TradingHours> {
  const { closed, timeframe, calendar } = snapshot;
  return knownHours(snapshot) ?? keep(snapshot, yield* TradingHours.inSteps({ timeframe, bars: closed, calendar }));
}

/** Whether more than stray bars of the series open on a Saturday (server time); looked up once as well. */
export function opensOnWeekends({ closed }: Pick<SeriesSnapshot, 'closed'>): boolean {
  let isOpen = ON_WEEKENDS.get(closed);
  if (isOpen === undefined) {
    isOpen = tradesOnWeekends(closed);
    ON_WEEKENDS.set(closed, isOpen);
  }
  return isOpen;
}

function knownHours({ closed, calendar }: HoursSnapshot): TradingHours | undefined {
  const known = KNOWN.get(closed);
  return known?.calendar === calendar ? known.hours : undefined;
}

function keep({ closed, calendar }: HoursSnapshot, hours: TradingHours): TradingHours {
  KNOWN.set(closed, { calendar, hours });
  return hours;
}
