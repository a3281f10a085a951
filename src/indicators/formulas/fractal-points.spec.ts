import { describe, expect, it } from '@jest/globals';
import { Bars } from '../../market/index.js';
import { fractalPoints, type PointChoice } from './fractal-points.js';

const bars = Bars.from(
  [10, 20, 30, 40].map((low, index) => {
    return { time: index + 1, open: low, high: low * 10, low, close: low, tickVolume: 1, spread: 0, realVolume: 0 };
  }),
);
const fractals = { wing: 2, peaks: Int32Array.of(0, 2), bottoms: Int32Array.of(1, 2, 3) };
const choice: PointChoice = {
  kinds: 'both',
  firstIndex: 0,
  tolerance: { mode: 'percent', percent: 1.5, atrMultiple: 2 },
  atr: 3,
};

describe('fractalPoints', () => {
  it('orders peaks and bottoms by bar, on one bar the bottom first', () => {
    const points = fractalPoints(bars, fractals, choice);
    expect(Array.from(points.index)).toEqual([0, 1, 2, 2, 3]);
    expect(Array.from(points.isPeak)).toEqual([1, 0, 0, 1, 0]);
    expect(Array.from(points.price)).toEqual([100, 20, 30, 300, 40]);
  });

  it('takes one kind only where one is asked for', () => {
    expect(Array.from(fractalPoints(bars, fractals, { ...choice, kinds: 'peaks' }).price)).toEqual([100, 300]);
    expect(Array.from(fractalPoints(bars, fractals, { ...choice, kinds: 'bottoms' }).price)).toEqual([20, 30, 40]);
  });

  it('leaves out fractals before the first bar', () => {
    expect(Array.from(fractalPoints(bars, fractals, { ...choice, firstIndex: 2 }).index)).toEqual([2, 2, 3]);
  });

  it('tolerates a share of the own price, or a multiple of the ATR', () => {
    const inAtr = { ...choice, tolerance: { ...choice.tolerance, mode: 'atr' as const } };
    expect(Array.from(fractalPoints(bars, fractals, choice).tolerance)).toEqual([1.5, 0.3, 0.45, 4.5, 0.6]);
    expect(Array.from(fractalPoints(bars, fractals, inAtr).tolerance)).toEqual([6, 6, 6, 6, 6]);
  });
});
