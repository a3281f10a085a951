import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  barOpen,
  type Candle,
  candleFault,
  type Timeframe,
  TIMEFRAMES,
  timeframeSeconds,
} from '../src/market/index.js';
import { HISTORY_START, SyntheticMarket } from './synthetic-market.js';
import { symbolProfile } from './symbol-profile.js';

const SERVED: readonly Timeframe[] = ['M5', 'M15', 'M30', 'H1', 'H2', 'H4', 'H8', 'H12', 'D1'];
const SYMBOLS = ['EURUSD', 'XAUUSD', 'BTCUSD', 'US30', 'USDJPY', 'ODD.NAME'];
const DAY = 86_400;
const NOW = Date.UTC(2026, 2, 11, 14, 37, 12) / 1000;

function market(symbol = 'EURUSD', seed = 7): SyntheticMarket {
  return new SyntheticMarket({ symbol, profile: symbolProfile(symbol), seed });
}

/** Builds longer bars in the slow and obvious way. */
function aggregate(timeframe: Timeframe, parts: readonly Candle[]): Candle[] {
  const groups = new Map<number, Candle[]>();
  for (const part of parts) {
    const open = barOpen(timeframe, part.time);
    const group = groups.get(open);
    if (group === undefined) groups.set(open, [part]);
    else group.push(part);
  }
  return [...groups].map(([time, group]) => ({
    time,
    open: group[0]!.open,
    high: Math.max(...group.map(({ high }) => high)),
    low: Math.min(...group.map(({ low }) => low)),
    close: group.at(-1)!.close,
    tickVolume: group.reduce((sum, { tickVolume }) => sum + tickVolume, 0),
    spread: Math.min(...group.map(({ spread }) => spread)),
    realVolume: 0,
  }));
}

describe('synthetic market', () => {
  it.each(['EURUSD', 'XAUUSD', 'BTCUSD'])(
    'every timeframe of %s is the exact aggregate of its M1 bars, the forming bar included',
    (symbol) => {
      const source = market(symbol);
      const from = barOpen('W1', NOW);
      const base = source.between('M1', { from, to: NOW + 1 }, NOW).bars.toArray();
      for (const timeframe of TIMEFRAMES.filter((name) => name !== 'MN1')) {
        const bars = source.between(timeframe, { from, to: NOW + 1 }, NOW).bars.toArray();
        expect(bars).toEqual(aggregate(timeframe, base));
      }
    },
  );

  it('every month is the exact aggregate of its days', () => {
    const source = market();
    const range = { from: Date.UTC(2025, 0, 1) / 1000, to: NOW };
    const days = source.between('D1', range, NOW).bars.toArray();
    expect(source.between('MN1', range, NOW).bars.toArray()).toEqual(aggregate('MN1', days));
  });

  it('gives the same bar whatever is asked, in whatever order', () => {
    const timeframe = fc.constantFrom(...SERVED);
    const back = fc.integer({ min: 0, max: 3000 * DAY });
    fc.assert(
      fc.property(fc.constantFrom(...SYMBOLS), timeframe, back, fc.nat(400 * 3600), (symbol, name, ago, length) => {
        const from = NOW - ago;
        const narrow = market(symbol)
          .between(name, { from, to: from + length }, NOW)
          .bars.toArray();
        const wide = market(symbol)
          .between(name, { from: from - 3 * DAY, to: from + length + DAY }, NOW)
          .bars.toArray();
        expect(wide.filter(({ time }) => time >= from && time < from + length)).toEqual(narrow);
      }),
      { numRuns: 30 },
    );
  });

  it.each(SERVED)('has 12,000 valid, ascending %s bars on the grid within session hours', (timeframe) => {
    for (const symbol of timeframe === 'H12' ? ['XAUUSD'] : ['EURUSD']) {
      const { bars, lastForming } = market(symbol).newest(timeframe, 12_000, NOW);
      expect(bars.length).toBe(12_000);
      expect(lastForming).toBe(true);
      for (let index = 0; index < bars.length; index++) {
        const bar = bars.at(index);
        if (candleFault(bar) !== undefined || barOpen(timeframe, bar.time) !== bar.time || bar.tickVolume < 1) {
          throw new Error(`bad bar ${JSON.stringify(bar)}`);
        }
        if (index > 0 && bar.time <= bars.time[index - 1]!) throw new Error(`disorder at ${bar.time}`);
      }
    }
  });

  it('has no bar while its market is closed', () => {
    const from = Date.UTC(2025, 11, 1) / 1000;
    const opens = (symbol: string) =>
      [...market(symbol).between('M5', { from, to: from + 40 * DAY }, NOW).bars.time].map(
        (time) => new Date(time * 1000),
      );
    const weekdays = (symbol: string) => {
      const seen = new Set(opens(symbol).map((date) => date.getUTCDay()));
      return [0, 1, 2, 3, 4, 5, 6].filter((weekday) => seen.has(weekday));
    };
    expect(weekdays('EURUSD')).toEqual([1, 2, 3, 4, 5]);
    expect(weekdays('BTCUSD')).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(Math.min(...opens('EURUSD').map((date) => date.getUTCHours()))).toBe(0);
    expect(Math.min(...opens('US30').map((date) => date.getUTCHours()))).toBe(1);
    expect(opens('EURUSD').filter((date) => date.getUTCMonth() === 11 && date.getUTCDate() === 25)).toEqual([]);
  });

  it('leaves out single quiet bars, but seldom', () => {
    const weeks = { from: Date.UTC(2026, 0, 5) / 1000, to: Date.UTC(2026, 1, 28) / 1000 };
    const slots = 40 * 288;
    const bars = market().between('M5', weeks, NOW).bars.length;
    expect(bars).toBeLessThan(slots);
    expect(bars).toBeGreaterThan(slots * 0.99);
  });

  it('a forming bar only ever grows into the closed one, and opens with its own first tick', () => {
    const source = market();
    const open = barOpen('H4', NOW);
    const closed = source.between('H4', { from: open, to: open + 1 }, open + 14_400).bars.at(0);
    let before: Candle | undefined;
    for (let now = open; now < open + 14_400; now += 211) {
      const { bars, lastForming } = source.between('H4', { from: open, to: open + 1 }, now);
      const bar = bars.at(0);
      expect(lastForming).toBe(true);
      expect(bar.open).toBe(closed.open);
      expect(bar.high).toBeGreaterThanOrEqual(before?.high ?? bar.high);
      expect(bar.low).toBeLessThanOrEqual(before?.low ?? bar.low);
      expect(bar.tickVolume).toBeGreaterThanOrEqual(before?.tickVolume ?? 0);
      before = bar;
    }
    expect(before!.high).toBeLessThanOrEqual(closed.high);
    expect(before!.low).toBeGreaterThanOrEqual(closed.low);
  });

  it('never shows a bar that opens after now', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SERVED), fc.integer({ min: NOW - 40 * DAY, max: NOW }), (timeframe, now) => {
        const { bars, lastForming } = market('XAUUSD').newest(timeframe, 50, now);
        expect(bars.lastTime!).toBeLessThanOrEqual(now);
        expect(lastForming).toBe(bars.lastTime! + timeframeSeconds(timeframe) > now);
      }),
      { numRuns: 30 },
    );
  });

  it('another seed or symbol is another market, the same seed the same', () => {
    const closes = (symbol: string, seed: number) => [...market(symbol, seed).newest('H1', 50, NOW).bars.close];
    expect(closes('EURUSD', 1)).toEqual(closes('EURUSD', 1));
    expect(closes('EURUSD', 1)).not.toEqual(closes('EURUSD', 2));
    expect(closes('AAAUSD', 1)).not.toEqual(closes('AABUSD', 1));
  });

  it('moves as much in a day as its profile says, and stays within reach of its level', () => {
    for (const symbol of ['EURUSD', 'BTCUSD', 'XAUUSD']) {
      const profile = symbolProfile(symbol);
      const close = market(symbol).newest('D1', 5000, NOW).bars.close;
      const returns = [...close.slice(1)].map((price, index) => Math.log(price / close[index]!));
      const deviation = Math.sqrt(returns.reduce((sum, value) => sum + value * value, 0) / returns.length);
      expect(deviation / profile.dailyVolatility).toBeGreaterThan(0.6);
      expect(deviation / profile.dailyVolatility).toBeLessThan(1.6);
      expect(Math.max(...close) / profile.price).toBeLessThan(20);
      expect(Math.min(...close) / profile.price).toBeGreaterThan(0.05);
    }
  });

  it('history begins in January 1971 and says so', () => {
    const source = market('BTCUSD');
    const { bars } = source.newest('D1', 100_000, NOW);
    expect(bars.firstTime).toBe(HISTORY_START);
    expect(source.firstTime('D1')).toBe(HISTORY_START);
    expect(source.between('D1', { from: 0, to: HISTORY_START }, NOW).bars.length).toBe(0);
  });

  it('a market around zero goes below it in sound bars, and all timeframes still agree', () => {
    const profile = symbolProfile('XAUUSD');
    const source = new SyntheticMarket({ symbol: 'XAUUSD', profile, seed: 7, shift: -profile.price });
    const days = source.newest('D1', 5000, NOW).bars.toArray();
    expect(days.filter((bar) => candleFault(bar) !== undefined)).toEqual([]);
    expect(days.some(({ low, high }) => low < 0 && high > 0)).toBe(true);
    expect(Math.min(...days.map(({ high }) => high))).toBeLessThan(0);
    expect(Math.max(...days.map(({ low }) => low))).toBeGreaterThan(0);
    const from = barOpen('W1', NOW);
    const base = source.between('M1', { from, to: NOW + 1 }, NOW).bars.toArray();
    const hours = source.between('H1', { from, to: NOW + 1 }, NOW).bars.toArray();
    expect(hours).toEqual(aggregate('H1', base));
  });

  it('prices are the doubles of their decimal text', () => {
    for (const price of market().newest('M5', 500, NOW).bars.close) expect(Number(price.toFixed(5))).toBe(price);
  });
});
