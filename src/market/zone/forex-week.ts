import { ZoneSwitches } from './zone-switches.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** 3 January 1970 was a Saturday. */
const FIRST_SATURDAY = 2 * DAY;
/** Currencies trade from Sunday 17:00 to Friday 17:00 in New York. */
const NEW_YORK = 'America/New_York';
const EDGE_HOUR = 17 * HOUR;

/** Midnight at the beginning of the newest Saturday that is not later than `time`. */
export function saturdayOf(time: number): number {
  return Math.floor((time - FIRST_SATURDAY) / WEEK) * WEEK + FIRST_SATURDAY;
}

/** When the currency market closes before a weekend and opens behind it, UTC seconds. `saturday` is a wall clock's. */
export function forexWeekend(saturday: number): { readonly close: number; readonly open: number } {
  return { close: newYork(saturday - DAY + EDGE_HOUR), open: newYork(saturday + DAY + EDGE_HOUR) };
}

/** UTC of New York's wall clock; callers never ask for an hour in which it switches. */
function newYork(wall: number): number {
  const zone = ZoneSwitches.of(NEW_YORK);
  return wall - zone.offsetAtUtc(wall + 5 * HOUR);
}
