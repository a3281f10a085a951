const HOUR = 3600;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** Monday 5 January 1970: weeks are counted from here. */
const FIRST_MONDAY = 4 * DAY;

/** One weekday's quoting hours, seconds from server midnight; 0 = Sunday. */
export interface DaySession {
  readonly weekday: number;
  readonly from: number;
  readonly to: number;
}

/** Quoting hours of a market: round the clock on some weekdays, perhaps with a break at the start of each day. */
export interface SessionCalendar {
  readonly sessions: readonly DaySession[];
  /** Closed on 25 December and 1 January. */
  readonly holidays: boolean;
}

/** Currencies: Monday 00:00 to Friday 24:00 server time. */
export const FIVE_DAYS: SessionCalendar = { sessions: week([1, 2, 3, 4, 5], 0), holidays: true };
/** Metals and indices: as currencies, but closed in the first hour of each day. */
export const FIVE_DAYS_WITH_BREAK: SessionCalendar = { sessions: week([1, 2, 3, 4, 5], HOUR), holidays: true };
/** Crypto: always. */
export const SEVEN_DAYS: SessionCalendar = { sessions: week([0, 1, 2, 3, 4, 5, 6], 0), holidays: false };

/** Whether the market quotes on the day that starts at `day`. */
export function isTradingDay(calendar: SessionCalendar, day: number): boolean {
  return sessionOf(calendar, day) !== undefined && !(calendar.holidays && isHoliday(day));
}

/** Quoting hours of the weekday of `time`; undefined = closed all day. */
export function sessionOf(calendar: SessionCalendar, time: number): DaySession | undefined {
  const weekday = (Math.floor(time / DAY) + 4) % 7;
  return calendar.sessions.find((session) => session.weekday === weekday);
}

/**
 * Number of trading days before the day of `time`, holidays counted: consecutive for consecutive trading days, so that
 * a weekend is no step in a price walk.
 */
export function tradingDayNumber(calendar: SessionCalendar, time: number): number {
  const since = time - FIRST_MONDAY;
  const weeks = Math.floor(since / WEEK);
  const dayOfWeek = Math.floor((since - weeks * WEEK) / DAY);
  const before = calendar.sessions.filter(({ weekday }) => (weekday + 6) % 7 < dayOfWeek).length;
  return weeks * calendar.sessions.length + before;
}

/**
 * The calendar with the whole weekday of `time` open, unless it quotes at `time` already. A replay that stops on a Sunday
 * has recorded bars there; its synthetic series must not end on Friday.
 */
export function openAt(calendar: SessionCalendar, time: number): SessionCalendar {
  const session = sessionOf(calendar, time);
  const secondOfDay = ((time % DAY) + DAY) % DAY;
  if (session !== undefined && secondOfDay >= session.from && isTradingDay(calendar, time)) return calendar;
  const weekday = (Math.floor(time / DAY) + 4) % 7;
  const others = calendar.sessions.filter((other) => other.weekday !== weekday);
  return { sessions: [...others, { weekday, from: 0, to: DAY }], holidays: false };
}

function isHoliday(time: number): boolean {
  const date = new Date(time * 1000);
  const month = date.getUTCMonth();
  const day = date.getUTCDate();
  return (month === 11 && day === 25) || (month === 0 && day === 1);
}

function week(weekdays: readonly number[], from: number): DaySession[] {
  return weekdays.map((weekday) => ({ weekday, from, to: DAY }));
}
