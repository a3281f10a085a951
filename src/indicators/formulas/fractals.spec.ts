import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Bars } from '../../market/index.js';
import { syntheticBars } from '../../../test/support/candles.js';
import { findFractals } from './fractals.js';

function barsWith(ranges: readonly (readonly [high: number, low: number])[]): Bars {
  return Bars.from(
    ranges.map(([high, low], index) => {
      return { time: 60 * (index + 1), open: low, high, low, close: high, tickVolume: 1, spread: 0, realVolume: 0 };
    }),
  );
}

const peaksOf = (highs: readonly number[], bars = 5): number[] =>
  Array.from(findFractals(barsWith(highs.map((high) => [high, 1])), bars).peaks);
const bottomsOf = (lows: readonly number[], bars = 5): number[] =>
  Array.from(findFractals(barsWith(lows.map((low) => [10, low])), bars).bottoms);

const markets = fc.record({
  seed: fc.nat(),
  bars: fc.integer({ min: 0, max: 400 }),
  digits: fc.constantFrom(2, 5),
  flatChance: fc.constantFrom(0, 0.4),
});
const sizes = fc.constantFrom(3, 5, 13, 35, 135);

describe('findFractals', () => {
  it('takes the latest of equal highs and of equal lows', () => {
    expect(peaksOf([1, 2, 5, 5, 5, 2, 1])).toEqual([4]);
    expect(bottomsOf([9, 8, 5, 5, 8, 9])).toEqual([3]);
  });

  it('lets an equal high of the earlier wing stand and one of the later wing not', () => {
    expect(peaksOf([5, 1, 5, 1, 1])).toEqual([2]);
    expect(peaksOf([1, 1, 5, 1, 5])).toEqual([]);
  });

  it('needs a full wing on both sides', () => {
    expect(peaksOf([2, 5, 2, 2, 2])).toEqual([]);
    expect(peaksOf([2, 2, 2, 5, 2])).toEqual([]);
    expect(peaksOf([2, 2, 5, 2, 2])).toEqual([2]);
    expect(peaksOf([2, 2, 5, 2])).toEqual([]);
  });

  it('finds peak and bottom on one bar', () => {
    const outside = barsWith([
      [5, 4],
      [5, 4],
      [9, 1],
      [5, 4],
      [5, 4],
    ]);
    const { peaks, bottoms, wing } = findFractals(outside, 5);
    expect([Array.from(peaks), Array.from(bottoms), wing]).toEqual([[2], [2], 2]);
  });

  it('finds the next peak right behind the wing of the one before', () => {
    expect(peaksOf([1, 1, 9, 1, 2, 8, 1, 1], 5)).toEqual([2, 5]);
  });

  it('finds nothing where nothing moves', () => {
    expect(peaksOf(Array<number>(500).fill(7))).toEqual([]);
    expect(bottomsOf(Array<number>(500).fill(7))).toEqual([]);
  });

  it('takes no bar for a fractal that has a price which is no number in its wings', () => {
    expect(peaksOf([1, 1, 5, Number.NaN, 1])).toEqual([]);
    expect(peaksOf([1, 1, Number.NaN, 1, 1])).toEqual([]);
  });

  it.each([4, 1, -5, 5.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d bars to a fractal', (bars) => {
    expect(() => findFractals(Bars.EMPTY, bars)).toThrow(RangeError);
  });

  it('never withdraws a fractal when bars are added, and confirms new ones wing bars late', () => {
    fc.assert(
      fc.property(markets, sizes, fc.double({ min: 0, max: 1, noNaN: true }), (market, size, share) => {
        const whole = syntheticBars(market);
        const known = Math.floor(whole.length * share);
        const before = findFractals(whole.slice(0, known), size);
        const after = findFractals(whole, size);
        for (const kind of ['peaks', 'bottoms'] as const) {
          const confirmedByThen = Array.from(after[kind]).filter((index) => index + after.wing < known);
          expect(Array.from(before[kind])).toEqual(confirmedByThen);
        }
      }),
    );
  });

  it('finds the peaks of a market where its mirror image has bottoms', () => {
    fc.assert(
      fc.property(markets, sizes, (market, size) => {
        const bars = syntheticBars(market);
        const mirrored = Bars.from(bars.toArray().map((bar) => ({ ...bar, high: -bar.low, low: -bar.high })));
        expect(findFractals(mirrored, size).peaks).toEqual(findFractals(bars, size).bottoms);
        expect(findFractals(mirrored, size).bottoms).toEqual(findFractals(bars, size).peaks);
      }),
    );
  });
});
