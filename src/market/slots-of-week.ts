import { timeframeSeconds, type Timeframe } from './timeframe.js';

const DAY = 86_400;
/** Length of a week, seconds. */
export const WEEK = 7 * DAY;
/** 1 January 1970 was a Thursday: the Sunday before it is 4 days back. */
const SUNDAY = -4 * DAY;

/** Number of the week of `time`, counted from 1970; weeks begin on Sunday. */
export function weekOf(time: number): number {
  return Math.floor((time - SUNDAY) / WEEK);
}

/** Which slot of its week `time` lies in; 0 = the first slot of Sunday. */
export function slotOfWeek(timeframe: Timeframe, time: number): number {
  return Math.floor((time - SUNDAY - weekOf(time) * WEEK) / timeframeSeconds(timeframe));
}

/** Second of the week at which a slot begins. */
export function secondOfSlot(timeframe: Timeframe, slot: number): number {
  return SUNDAY + slot * timeframeSeconds(timeframe);
}

/** Slots of the week in which a bar is expected, counted in constant time over any stretch. Timeframes up to D1. */
export class ExpectedSlots {
  /** Number of expected slots before each slot of the week. */
  private readonly before: Uint32Array;

  constructor(
    private readonly timeframe: Timeframe,
    isExpected: (slot: number) => boolean,
  ) {
    const slots = WEEK / timeframeSeconds(timeframe);
    this.before = new Uint32Array(slots + 1);
    for (let slot = 0; slot < slots; slot++) this.before[slot + 1] = this.before[slot]! + (isExpected(slot) ? 1 : 0);
  }

  /** Number of expected bars that open in [from, to); both on the grid. */
  between(from: number, to: number): number {
    return this.until(to) - this.until(from);
  }

  private until(time: number): number {
    return weekOf(time) * this.before.at(-1)! + this.before[slotOfWeek(this.timeframe, time)]!;
  }
}
