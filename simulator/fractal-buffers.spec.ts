import { describe, expect, it } from '@jest/globals';
import { INDICATORS } from './fractal-buffers.js';
import { SyntheticMarket } from './synthetic-market.js';
import { symbolProfile } from './symbol-profile.js';

const NOW = Date.UTC(2026, 2, 11, 14, 37) / 1000;
const { bars } = new SyntheticMarket({ symbol: 'EURUSD', profile: symbolProfile('EURUSD'), seed: 3 }).newest(
  'H1',
  900,
  NOW,
);
const horizontal = INDICATORS.get('Fractal Horizontal Line_V5')!;
const diagonal = INDICATORS.get('Fractal Diagonal Line_V4')!;
const written = bars.length - 18;

describe('simulated fractal indicators', () => {
  it('mark highs above all 17 newer and not below the 17 older ones, and lows mirrored', () => {
    for (const [buffer, side, sign] of [
      [0, 'high', 1],
      [1, 'low', -1],
    ] as const) {
      const values = horizontal[buffer]!(bars, 18);
      let found = 0;
      for (let index = 17; index < written; index++) {
        const price = bars[side][index]! * sign;
        const newer = [...bars[side].slice(index + 1, index + 18)].every((other) => price > other * sign);
        const older = [...bars[side].slice(index - 17, index)].every((other) => price >= other * sign);
        expect(values[index]).toBe(newer && older ? bars[side][index] : Number.NaN);
        if (newer && older) found += 1;
      }
      expect(found).toBeGreaterThan(5);
    }
  });

  it('leave garbage in the newest cells that looks like anything but the high of its bar', () => {
    const values = horizontal[0]!(bars, 18);
    const garbage = [...values.slice(written)];
    expect(garbage.every(Number.isFinite)).toBe(true);
    expect(garbage.some((value, cell) => value > 0 && value < 10 && value !== bars.high[written + cell])).toBe(true);
    expect(Number.isNaN(horizontal[0]!(bars, 0).at(-1))).toBe(true);
  });

  it('draw straight lines from an anchor to the newest bar', () => {
    for (const draw of [...horizontal.slice(4), ...diagonal]) {
      const values = draw(bars, 18);
      const first = values.findIndex((value) => !Number.isNaN(value));
      expect(first).toBeGreaterThanOrEqual(0);
      const slope = (values.at(-1)! - values[first]!) / (values.length - 1 - first);
      for (let index = first; index < values.length; index++) {
        expect(values[index]).toBeCloseTo(values[first]! + slope * (index - first), 9);
      }
      expect([bars.high[first], bars.low[first]]).toContain(values[first]);
    }
  });

  it('let ascending lines rise and descending lines fall', () => {
    diagonal.forEach((draw, buffer) => {
      const values = [...draw(bars, 18)].filter((value) => !Number.isNaN(value));
      expect(Math.sign(values.at(-1)! - values[0]!)).toBe(buffer < 3 ? 1 : -1);
    });
  });

  it('are all in the combined indicator, diagonals from buffer 10 on', () => {
    expect(INDICATORS.get('FractalLines')).toEqual([...horizontal, ...diagonal]);
    expect(horizontal.length).toBe(10);
  });
});
