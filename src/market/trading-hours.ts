import { runSteps, type Steps } from '../kernel/index.js';
import type { Bars } from './bars.js';
import { SessionCalendar } from './session-calendar.js';
import { ExpectedSlots, secondOfSlot, WEEK, weekOf } from './slots-of-week.js';
import { timeframeSeconds, type Timeframe } from './timeframe.js';
import { WeeklyPresence } from './weekly-presence.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** 3 January 1970 was a Saturday. */
const SATURDAY = 2 * DAY;
/** Brokers close for 47 to 50 hours; with clocks that are set forward and back, 52 is the longest regular weekend. */
const MAX_WEEKEND = 52 * HOUR;
/** Fewer weeks show no habit. */
const FEWEST_WEEKS = 3;
/** Sessions that leave out more of the bars than this are contradicted. */
const MAX_SHARE_OUTSIDE = 0.01;
/** A slot of the sessions counts as closed when a smaller share of the weeks has a bar in it. */
const HARDLY_EVER = 0.1;
const USUALLY = 0.5;
/** A short series trades on weekends from this share of Saturday bars; around the clock it is a seventh. */
const WEEKEND_SHARE = 0.05;
/** Number of weeks before and after a stretch that show what was usual then. */
const NEARBY_WEEKS = 4;
/** Most slots of regular closing hours that the rule of all weeks expects. */
const MAX_CLOSING_SLOTS = 300;
/** Slots of a week that are looked up in one step. */
const STEP_SLOTS = 1000;

/** Evidence for the trading hours of a series. */
export interface HoursEvidence {
  readonly timeframe: Timeframe;
  readonly bars: Bars;
  /** Quote sessions from the terminal; {@link SessionCalendar.WEEKDAYS} = unknown. */
  readonly calendar: SessionCalendar;
}

/**
 * When bars of a series are expected, in server time.
 *
 * The symbol's sessions decide when the terminal knows them and the bars do not contradict them; a slot in which hardly
 * any week has a bar is closed. Otherwise a slot is open when more than half of the weeks have a bar in it; one stray
 * bar makes no habit. A series of fewer than three weeks is open from Monday to Friday, with a weekend of at most 52
 * hours.
 *
 * Summer time moves closing hours within a history. A stretch is regular too when it is the usual closing moved by one
 * hour, or when the weeks before it or after it miss the same bars.
 */
export class TradingHours {
  /** Undefined when nothing shows more than Monday to Friday, and for weeks and months. */
  private readonly slots: ExpectedSlots | undefined;
  /** More than stray bars open on a Saturday (server time). */
  readonly tradesOnWeekends: boolean;

  constructor(
    private readonly evidence: HoursEvidence,
    slots = runSteps(slotSteps(evidence)),
  ) {
    this.tradesOnWeekends = tradesOnWeekends(evidence.bars);
    this.slots = slots;
  }

  /** Finds the hours in steps of well under a millisecond. */
  static *inSteps(evidence: HoursEvidence): Steps<TradingHours> {
    return new TradingHours(evidence, yield* slotSteps(evidence));
  }

  /** Number of missing bars that open in [from, to), between two neighbors of the series; 0 = regularly closed. */
  missingBetween(from: number, to: number): number {
    const { timeframe } = this.evidence;
    if (timeframe === 'MN1') return monthOf(to) - monthOf(from);
    if (this.slots === undefined) return this.missingByWeekday(from, to);
    const missing = this.slots.between(from, to);
    if (missing === 0 || this.isMovedClosing(from, to)) return 0;
    return missing <= MAX_CLOSING_SLOTS && this.isUsualNearby(from, to) ? 0 : missing;
  }

  /** Number of bars that open in [from, to) by the rule of all weeks. */
  expectedBetween(from: number, to: number): number {
    return this.slots === undefined ? this.missingByWeekday(from, to) : this.slots.between(from, to);
  }

  private missingByWeekday(from: number, to: number): number {
    const length = timeframeSeconds(this.evidence.timeframe);
    if (!this.tradesOnWeekends && to - from <= MAX_WEEKEND && coversSaturday(from, to)) return 0;
    const all = Math.ceil((to - from) / length);
    if (this.tradesOnWeekends || length > DAY) return all;
    // Up to D1 a slot lies within one day, so open seconds of the weekdays are whole slots.
    return Math.ceil(SessionCalendar.WEEKDAYS.openSecondsBetween(from, to) / length) || all;
  }

  /** Whether it is the usual closing, moved by one hour: then a bar lies in hours that are usually closed. */
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

function* slotSteps({ timeframe, bars, calendar }: HoursEvidence): Steps<ExpectedSlots | undefined> {
  if (timeframeSeconds(timeframe) > DAY) return undefined;
  const presence = yield* WeeklyPresence.inSteps(bars, timeframe);
  const habit = presence.weeks >= FEWEST_WEEKS;
  const isKnown = calendar !== SessionCalendar.WEEKDAYS;
  const open = isKnown ? yield* openSlots(timeframe, calendar) : [];
  const isOpen = (slot: number) => open[slot] === 1;
  if (isKnown && presence.shareOfBars((slot) => !isOpen(slot)) <= MAX_SHARE_OUTSIDE) {
    return new ExpectedSlots(timeframe, (slot) => isOpen(slot) && !(habit && presence.share(slot) <= HARDLY_EVER));
  }
  return habit ? new ExpectedSlots(timeframe, (slot) => presence.share(slot) > USUALLY) : undefined;
}

/** For each slot of the week 1 where the calendar has it open, else 0. */
function* openSlots(timeframe: Timeframe, calendar: SessionCalendar): Steps<Uint8Array> {
  const length = timeframeSeconds(timeframe);
  const open = new Uint8Array(WEEK / length);
  for (let slot = 0; slot < open.length; slot++) {
    const second = secondOfSlot(timeframe, slot);
    open[slot] = calendar.openSecondsBetween(second, second + length) > 0 ? 1 : 0;
    if (slot % STEP_SLOTS === STEP_SLOTS - 1) yield;
  }
  return open;
}

/** Whether more than stray bars of a series open on a Saturday (server time). */
export function tradesOnWeekends(bars: Bars): boolean {
  const { firstTime = 0, lastTime = 0 } = bars;
  let saturdays = 0;
  for (let from = saturdayBy(firstTime); from <= lastTime; from += WEEK) {
    saturdays += bars.lowerBound(from + DAY) - bars.lowerBound(from);
  }
  return saturdays > 0 && saturdays >= WEEKEND_SHARE * bars.length;
}

/** The beginning of the last Saturday that begins at `time` or before. */
function saturdayBy(time: number): number {
  return Math.floor((time - SATURDAY) / WEEK) * WEEK + SATURDAY;
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
