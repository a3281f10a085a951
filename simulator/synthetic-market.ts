import { SeededRandom } from '../src/kernel/index.js';
import { barClose, barOpen, Bars, type Timeframe, timeframeSeconds } from '../src/market/index.js';
import { joinBars, type PointBar, splitBar } from './bar-split.js';
import { hashNumbers, hashText } from './hash.js';
import { type History, MarketSource, type TimeRange } from './market-source.js';
import { PriceWalk } from './price-walk.js';
import { type DaySession, isTradingDay, sessionOf, tradingDayNumber } from './session-calendar.js';
import type { SymbolProfile } from './symbol-profile.js';

/** Raise this when the same seed gives other prices than before: stored series must not mix. */
export const SYNTHETIC_VERSION = 1;
/** Monday 4 January 1971: early enough for 12,000 daily bars. */
export const HISTORY_START = Date.UTC(1971, 0, 4) / 1000;

const DAY = 86_400;
/** A day is computed first and split step by step, down to slots of 5 seconds: the ticks of a forming bar. */
const LEVELS = [DAY, 14_400, 3600, 900, 300, 60, 5] as const;
const TICKS = LEVELS.length - 1;
/** Share of slots without a single tick, by level: such a bar does not exist. */
const SILENT_SHARE = [0, 0, 0, 0, 0.0005, 0.004, 0];
/** The profile's typical price holds around this day. */
const PRICE_DAY = Date.UTC(2025, 0, 1) / 1000;
const WEEK_PER_TRADING_TIME = 168 / 115;

export interface SyntheticMarketOptions {
  readonly symbol: string;
  readonly profile: SymbolProfile;
  readonly seed: number;
  /** A point of the walk; the profile's price in January 2025 unless given. */
  readonly anchor?: { readonly time: number; readonly price: number };
  /** Added to every price: a market around or below zero moves as the one of its profile does, that much lower. @default 0 */
  readonly shift?: number;
  /** The time of a stopped clock: the bars that contain it are never left out. */
  readonly standsAt?: number;
}

/**
 * An endless market that is computed, not stored: any bar follows from the seed, the symbol and its time alone. Days come
 * from a price walk and are split into shorter bars, so all timeframes agree bar by bar, in any order of requests.
 */
export class SyntheticMarket extends MarketSource {
  private readonly seed: number;
  private readonly walk: PriceWalk;
  private readonly pointsPerUnit: number;
  private readonly shiftPoints: number;
  /** Lowest price: prices of a profile are above zero, also when they are rounded to few digits. */
  private readonly lowestPoints: number;

  constructor(private readonly options: SyntheticMarketOptions) {
    super();
    const { profile, symbol, anchor, shift = 0 } = options;
    this.seed = hashNumbers(options.seed, hashText(symbol), SYNTHETIC_VERSION);
    this.pointsPerUnit = 10 ** profile.digits;
    this.shiftPoints = Math.round(shift * this.pointsPerUnit);
    this.lowestPoints = shift === 0 ? 1 : Number.NEGATIVE_INFINITY;
    const day = tradingDayNumber(profile.calendar, anchor?.time ?? PRICE_DAY);
    this.walk = new PriceWalk(this.seed, profile.dailyVolatility, { day, price: anchor?.price ?? profile.price });
  }

  get digits(): number {
    return this.options.profile.digits;
  }

  get sessions(): readonly DaySession[] {
    return this.options.profile.calendar.sessions;
  }

  lastTick(now: number): number | undefined {
    const minute = this.newest('M1', 1, now).bars.lastTime;
    return minute === undefined ? undefined : Math.min(now, minute + 59);
  }

  firstTime(timeframe: Timeframe): number {
    // The first day is a Monday, on which every market quotes from 01:00 at the latest.
    const end = HISTORY_START + 2 * 3600;
    return this.between(timeframe, { from: 0, to: end }, end).bars.firstTime ?? HISTORY_START;
  }

  between(timeframe: Timeframe, range: TimeRange, now: number): History {
    const to = Math.min(range.to, now + 1);
    if (!(range.from < to) || to <= HISTORY_START) return { bars: Bars.EMPTY, lastForming: false };
    const level = baseLevel(timeframe);
    const wholeRange = {
      from: Math.max(HISTORY_START, barOpen(timeframe, Math.max(0, range.from))),
      to: barClose(timeframe, barOpen(timeframe, to - 1)),
    };
    const joined = joinByOpen(timeframe, this.collect(level, wholeRange, now));
    const inRange = joined.filter(({ time }) => time >= range.from && time < to);
    const last = inRange.at(-1);
    return {
      bars: this.toBars(inRange),
      lastForming: last !== undefined && barClose(timeframe, last.time) > now,
    };
  }

  newest(timeframe: Timeframe, count: number, now: number): History {
    let reach = count * timeframeSeconds(timeframe) * WEEK_PER_TRADING_TIME + 5 * DAY;
    for (;;) {
      const from = Math.floor(now - reach);
      const found = this.between(timeframe, { from: Math.max(0, from), to: now + 1 }, now);
      if (found.bars.length >= count || from <= HISTORY_START) return { ...found, bars: newestOf(found.bars, count) };
      reach *= 1.5;
    }
  }

  /** Bars of one level that open in the range and not after `now`. */
  private collect(level: number, range: TimeRange, now: number): PointBar[] {
    const found: PointBar[] = [];
    for (let time = barOpen('D1', range.from); time < range.to && time <= now; time += DAY) {
      const day = this.day(time);
      if (day !== undefined) this.descend(day, { level: 0, target: level, range, now, found });
    }
    return found;
  }

  private descend(bar: PointBar, search: Search): void {
    const { level, target, range, now, found } = search;
    if (level === target) {
      const known = bar.time + LEVELS[level]! <= now ? bar : this.soFar(bar, level, now);
      if (known !== undefined) found.push(known);
      return;
    }
    const length = LEVELS[level + 1]!;
    for (const part of this.split(bar, level)) {
      if (part.time > now || part.time >= range.to) return;
      if (part.time + length > range.from) this.descend(part, { ...search, level: level + 1 });
    }
  }

  /** The part of a bar up to `now`. */
  private soFar(bar: PointBar, level: number, now: number): PointBar | undefined {
    if (level === TICKS) return bar;
    const length = LEVELS[level + 1]!;
    const happened = this.split(bar, level)
      .filter(({ time }) => time <= now)
      .map((part) => (part.time + length <= now ? part : this.soFar(part, level + 1, now)))
      .filter((part) => part !== undefined);
    return happened.length === 0 ? undefined : joinBars(bar.time, happened);
  }

  private split(bar: PointBar, level: number): PointBar[] {
    const open = this.openSlots(bar.time, level);
    const loud = open.filter((time) => !this.isSilent(time, level + 1));
    const random = new SeededRandom(hashNumbers(this.seed, level, bar.time));
    return splitBar(bar, loud.length === 0 ? open : loud, random);
  }

  /** The parts of a bar that lie in session hours; all of the bar lies within one trading day. */
  private openSlots(start: number, level: number): number[] {
    const session = sessionOf(this.options.profile.calendar, start)!;
    const midnight = start - (start % DAY);
    const length = LEVELS[level + 1]!;
    const from = Math.max(start, midnight + session.from);
    const to = Math.min(start + LEVELS[level]!, midnight + session.to);
    const slots: number[] = [];
    for (let time = from - (from % length); time < to; time += length) slots.push(time);
    return slots;
  }

  private isSilent(time: number, level: number): boolean {
    const { standsAt } = this.options;
    if (standsAt !== undefined && time <= standsAt && standsAt < time + LEVELS[level]!) return false;
    const share = SILENT_SHARE[level]!;
    return share > 0 && hashNumbers(this.seed, 100 + level, time) < share * 2 ** 32;
  }

  private day(time: number): PointBar | undefined {
    const { profile } = this.options;
    if (time < HISTORY_START || !isTradingDay(profile.calendar, time)) return undefined;
    const random = new SeededRandom(hashNumbers(this.seed, 200, time));
    const number = tradingDayNumber(profile.calendar, time);
    const level = this.walk.at(number);
    const deviation = level * profile.dailyVolatility * this.pointsPerUnit;
    const afterWeekend = !isTradingDay(profile.calendar, time - DAY);
    const gap = (2 * random.next() - 1) * deviation * (afterWeekend ? 0.2 : 0.01);
    const open = this.price(level * this.pointsPerUnit + gap);
    const close = this.price(this.walk.at(number + 1) * this.pointsPerUnit);
    const wick = () => Math.round(-Math.log(1 - random.next()) * 0.3 * deviation);
    return {
      time,
      open,
      close,
      high: Math.max(open, close) + wick(),
      low: Math.max(this.lowestPoints, Math.min(open, close) - wick()),
      tickVolume: 40_000 + Math.floor(random.next() * 50_000),
      spread: profile.spread + Math.floor(random.next() * 3),
    };
  }

  /** A price of this market, from one of its walk; both in points. */
  private price(points: number): number {
    return Math.max(this.lowestPoints, Math.round(points) + this.shiftPoints);
  }

  private toBars(points: readonly PointBar[]): Bars {
    const bars = Bars.allocate(points.length);
    points.forEach((bar, index) =>
      bars.put(index, {
        time: bar.time,
        // A division of two whole numbers gives exactly the double of the decimal text.
        open: bar.open / this.pointsPerUnit,
        high: bar.high / this.pointsPerUnit,
        low: bar.low / this.pointsPerUnit,
        close: bar.close / this.pointsPerUnit,
        tickVolume: bar.tickVolume,
        spread: bar.spread,
        realVolume: 0,
      }),
    );
    return bars;
  }
}

interface Search {
  readonly level: number;
  readonly target: number;
  readonly range: TimeRange;
  readonly now: number;
  readonly found: PointBar[];
}

/** The longest level whose bars add up to this timeframe. */
function baseLevel(timeframe: Timeframe): number {
  const seconds = timeframe === 'W1' || timeframe === 'MN1' ? DAY : timeframeSeconds(timeframe);
  return LEVELS.findIndex((length) => seconds % length === 0);
}

function joinByOpen(timeframe: Timeframe, parts: readonly PointBar[]): PointBar[] {
  const joined: PointBar[] = [];
  let first = 0;
  while (first < parts.length) {
    const open = barOpen(timeframe, parts[first]!.time);
    let next = first + 1;
    while (next < parts.length && barOpen(timeframe, parts[next]!.time) === open) next++;
    joined.push(joinBars(open, parts.slice(first, next)));
    first = next;
  }
  return joined;
}

function newestOf(bars: Bars, count: number): Bars {
  return bars.length <= count ? bars : bars.slice(bars.length - count);
}
