import type { Bars } from './bars.js';
import { SessionCalendar } from './session-calendar.js';
import { ExpectedSlots, secondOfSlot, slotOfWeek, WEEK, weekOf } from './slots-of-week.js';
import { timeframeSeconds, type Timeframe } from './timeframe.js';
import { WeeklyPresence } from './weekly-presence.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** 3 January 1970 was a Saturday. */
const SATURDAY = 2 * DAY;
/** Brokers close for 47 to 50 hours; with clocks that are set forward and back, 52 is the longest regular weekend. */
const LONGEST_WEEKEND = 52 * HOUR;
/** Fewer weeks show no habit. */
const FEWEST_WEEKS = 3;
/** Sessions that leave out more of the bars than this are contradicted. */
const MAX_SHARE_OUTSIDE = 0.01;
/** A slot of the sessions in which fewer weeks than this have a bar is closed in truth. */
const HARDLY_EVER = 0.1;
const USUALLY = 0.5;
/** Share of Saturday bars from which on a short series trades on weekends; around the clock it is a seventh. */
const WEEKEND_SHARE = 0.05;
/** So many weeks before and after a stretch show what was usual then. */
const NEARBY_WEEKS = 4;
/** Regular closing hours have no more slots than this that are expected by the rule of all weeks. */
const MAX_CLOSING_SLOTS = 300;

/** What is known of a series when its trading hours are made out. */
export interface HoursEvidence {
  readonly timeframe: Timeframe;
  readonly bars: Bars;
  /** Quote sessions that the terminal tells; {@link SessionCalendar.WEEKDAYS} = unknown. */
  readonly calendar: SessionCalendar;
}

/**
 * When bars of a series are to be expected, in server time.
 *
 * The symbol's sessions decide, where the terminal tells them and the bars do not contradict them: a slot that hardly
 * any week has a bar in is closed. Else a slot is open when more than half of the weeks have a bar in it; one stray bar
 * makes no habit. A series of fewer than three weeks is open from Monday to Friday, but for a weekend of at most 52 hours.
 *
 * Summer time moves closing hours within a history. A stretch is regular too when it is the usual closing moved by one
 * hour, or when the weeks before it or after it miss the same bars.
 */
export class TradingHours {
  /** Undefined where nothing tells more than Monday to Friday, and for weeks and months. */
  private readonly slots: ExpectedSlots | undefined;
  /** More than stray bars open on a Saturday (server time). */
  readonly tradesOnWeekends: boolean;

  constructor(private readonly evidence: HoursEvidence) {
    this.tradesOnWeekends = tradesOnWeekends(evidence.bars);
    this.slots = timeframeSeconds(evidence.timeframe) > DAY ? undefined : expectedSlots(evidence);
  }

  /** How many bars that open in [from, to), between two neighbors of the series, are missing; 0 = regularly closed. */
  missingBetween(from: number, to: number): number {
    const { timeframe } = this.evidence;
    if (timeframe === 'MN1') return monthOf(to) - monthOf(from);
    if (this.slots === undefined) return this.missingByWeekday(from, to);
    const missing = this.slots.between(from, to);
    if (missing === 0 || this.isMovedClosing(from, to)) return 0;
    return missing <= MAX_CLOSING_SLOTS && this.isUsualNearby(from, to) ? 0 : missing;
  }

  /** How many bars that open in [from, to) are expected by the rule of all weeks. */
  expectedBetween(from: number, to: number): number {
    return this.slots === undefined ? this.missingByWeekday(from, to) : this.slots.between(from, to);
  }

  private missingByWeekday(from: number, to: number): number {
    const length = timeframeSeconds(this.evidence.timeframe);
    if (!this.tradesOnWeekends && to - from <= LONGEST_WEEKEND && coversSaturday(from, to)) return 0;
    const all = Math.ceil((to - from) / length);
    if (this.tradesOnWeekends || length > DAY) return all;
    // Up to D1 a slot lies within one day, so open seconds of the weekdays are whole slots.
    return Math.ceil(SessionCalendar.WEEKDAYS.openSecondsBetween(from, to) / length) || all;
  }

  /** The usual closing, one hour earlier or later: then there is a bar in what is usually closed. */
  private isMovedClosing(from: number, to: number): boolean {
    const length = timeframeSeconds(this.evidence.timeframe);
    if (HOUR % length !== 0) return false;
    const between = (start: number, end: number) => this.slots!.between(start, end);
    const earlier = between(from + HOUR, to + HOUR) === 0 && between(to, to + length) === 0;
    const later = between(from - HOUR, to - HOUR) === 0 && between(from - length, from) === 0;
    return earlier || later;
  }

  /** Every bar that is missing in [from, to) is missing in most of the weeks before, or in most of the weeks after. */
  private isUsualNearby(from: number, to: number): boolean {
    const length = timeframeSeconds(this.evidence.timeframe);
    const [before, after] = [this.weeksNear(from, -1), this.weeksNear(from, 1)];
    for (let time = from; time < to; time += length) {
      if (this.slots!.between(time, time + length) === 0) continue;
      if (!this.isUsuallyMissing(time, before) && !this.isUsuallyMissing(time, after)) return false;
    }
    return true;
  }

  /** Distances, in seconds, to the nearest weeks on one side that have bars. */
  private weeksNear(time: number, side: 1 | -1): number[] {
    const { bars } = this.evidence;
    const [first, last] = [bars.firstTime ?? 0, bars.lastTime ?? 0];
    const near: number[] = [];
    for (let weeks = side; near.length < NEARBY_WEEKS; weeks += side) {
      if (time + weeks * WEEK < first || time + weeks * WEEK > last) break;
      const start = weekStart(time) + weeks * WEEK;
      const at = bars.lowerBound(start);
      if (at < bars.length && bars.time[at]! < start + WEEK) near.push(weeks * WEEK);
    }
    return near;
  }

  private isUsuallyMissing(time: number, distances: readonly number[]): boolean {
    const { bars } = this.evidence;
    const present = distances.filter((distance) => bars.time[bars.lowerBound(time + distance)] === time + distance);
    return distances.length >= FEWEST_WEEKS && present.length * 4 <= distances.length;
  }
}

function expectedSlots({ timeframe, bars, calendar }: HoursEvidence): ExpectedSlots | undefined {
  const presence = WeeklyPresence.of(bars, timeframe);
  const length = timeframeSeconds(timeframe);
  const isKnown = calendar !== SessionCalendar.WEEKDAYS;
  const isOpen = (slot: number) => {
    const second = secondOfSlot(timeframe, slot);
    return calendar.openSecondsBetween(second, second + length) > 0;
  };
  const habit = presence.weeks >= FEWEST_WEEKS;
  if (isKnown && presence.shareOfBars((slot) => !isOpen(slot)) <= MAX_SHARE_OUTSIDE) {
    return new ExpectedSlots(timeframe, (slot) => isOpen(slot) && !(habit && presence.share(slot) <= HARDLY_EVER));
  }
  return habit ? new ExpectedSlots(timeframe, (slot) => presence.share(slot) > USUALLY) : undefined;
}

/** Whether more than stray bars open on a Saturday (server time). */
function tradesOnWeekends({ time }: Bars): boolean {
  let saturdays = 0;
  for (const open of time) if (slotOfWeek('D1', open) === 6) saturdays++;
  return saturdays > 0 && saturdays >= WEEKEND_SHARE * time.length;
}

/** Whether a whole Saturday lies in [from, to). */
function coversSaturday(from: number, to: number): boolean {
  const saturday = Math.ceil((from - SATURDAY) / WEEK) * WEEK + SATURDAY;
  return saturday + DAY <= to;
}

function weekStart(time: number): number {
  return secondOfSlot('D1', 0) + weekOf(time) * WEEK;
}

function monthOf(time: number): number {
  const date = new Date(time * 1000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
