import type { Steps } from '../kernel/index.js';
import type { Bars } from './bars.js';
import { slotOfWeek, WEEK, weekOf } from './slots-of-week.js';
import { timeframeSeconds, type Timeframe } from './timeframe.js';

/** Bars counted in one step. */
const STEP_BARS = 2000;

/** In which slots of the week a series has bars, as its own weeks show. Weeks without any bar do not count. */
export class WeeklyPresence {
  private constructor(
    /** Number of weeks that count. */
    readonly weeks: number,
    private readonly present: Uint32Array,
    private readonly possible: Uint32Array,
  ) {}

  /** Counts the bars of a timeframe up to D1, in steps of well under a millisecond. */
  static *inSteps({ time }: Bars, timeframe: Timeframe): Steps<WeeklyPresence> {
    const slots = WEEK / timeframeSeconds(timeframe);
    const present = new Uint32Array(slots);
    let weeks = 0;
    let lastWeek = -Infinity;
    for (let i = 0; i < time.length; i++) {
      const open = time[i]!;
      const week = weekOf(open);
      if (week !== lastWeek) weeks++;
      lastWeek = week;
      present[slotOfWeek(timeframe, open)]! += 1;
      if (i % STEP_BARS === STEP_BARS - 1) yield;
    }
    const possible = new Uint32Array(slots).fill(weeks);
    if (time.length > 0) {
      // The first and the last week count from the first and to the last bar only.
      for (let slot = slotOfWeek(timeframe, time[0]!) - 1; slot >= 0; slot--) possible[slot]! -= 1;
      for (let slot = slotOfWeek(timeframe, time.at(-1)!) + 1; slot < slots; slot++) possible[slot]! -= 1;
    }
    return new WeeklyPresence(weeks, present, possible);
  }

  /** Share of the weeks that have a bar in this slot, 0..1. */
  share(slot: number): number {
    return this.possible[slot] === 0 ? 0 : this.present[slot]! / this.possible[slot]!;
  }

  /** Share of all bars that lie in slots of which `isMeant` is true, 0..1. */
  shareOfBars(isMeant: (slot: number) => boolean): number {
    let all = 0;
    let meant = 0;
    for (let slot = 0; slot < this.present.length; slot++) {
      all += this.present[slot]!;
      if (isMeant(slot)) meant += this.present[slot]!;
    }
    return all === 0 ? 0 : meant / all;
  }
}
