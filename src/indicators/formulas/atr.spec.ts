import { describe, expect, it } from '@jest/globals';
import { Bars } from '../../market/index.js';
import { averageTrueRange } from './atr.js';

function barsWith(prices: readonly (readonly [high: number, low: number, close: number])[]): Bars {
  return Bars.from(
    prices.map(([high, low, close], index) => {
      return { time: 60 * (index + 1), open: close, high, low, close, tickVolume: 1, spread: 0, realVolume: 0 };
    }),
  );
}

describe('averageTrueRange', () => {
  it('is the simple mean of the last true ranges, from the close before where that lies outside the bar', () => {
    const bars = barsWith([
      [900, 1, 450],
      [10, 8, 9],
      [15, 14, 14],
      [13, 12, 12],
      [16, 10, 11],
    ]);
    // 15 - 9, 14 - 12, 16 - 10
    expect(averageTrueRange(bars, 3)).toBeCloseTo((6 + 2 + 6) / 3, 12);
  });

  it('is unknown with as many bars as it averages, because the first has no close before it', () => {
    const flat = Array.from({ length: 15 }, () => [3, 1, 2] as const);
    expect(averageTrueRange(barsWith(flat.slice(1)), 14)).toBeUndefined();
    expect(averageTrueRange(barsWith(flat), 14)).toBe(2);
    expect(averageTrueRange(Bars.EMPTY, 14)).toBeUndefined();
  });
});
