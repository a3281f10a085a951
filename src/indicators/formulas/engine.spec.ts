import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { syntheticBars } from '../../../test/support/candles.js';
import { Bars, type Candle } from '../../market/index.js';
import { computeLines, type EngineResult } from './engine.js';
import { lineValue } from './line.js';
import { DEFAULT_ENGINE_SETTINGS, type EngineSettings } from './settings.js';

const settingsWith = (given: Partial<EngineSettings>): EngineSettings => ({ ...DEFAULT_ENGINE_SETTINGS, ...given });

const markets = fc.record({
  seed: fc.nat(),
  bars: fc.integer({ min: 600, max: 1200 }),
  digits: fc.constantFrom(2, 5, 8),
  start: fc.constantFrom(1.1, 1900),
});
const sizes = fc.constantFrom(5, 13, 35, 135);

function scaled(bars: Bars, factor: number): Bars {
  const scale = (candle: Candle): Candle => ({
    ...candle,
    open: candle.open * factor,
    high: candle.high * factor,
    low: candle.low * factor,
    close: candle.close * factor,
  });
  return Bars.from(bars.toArray().map(scale));
}

/** The same answer with all indexes moved and all prices multiplied. */
function moved({ lines }: EngineResult, by: number, factor = 1): unknown[] {
  return lines.map((line) => ({
    ...line,
    a: line.a + by,
    b: line.b + by,
    priceA: line.priceA * factor,
    priceB: line.priceB * factor,
    slopePerBar: line.slopePerBar * factor,
    touches: line.touches.map((touch) => ({ ...touch, index: touch.index + by, price: touch.price * factor })),
  }));
}

describe('computeLines', () => {
  it('finds nothing where nothing moves', () => {
    const flat = { open: 5, high: 5, low: 5, close: 5, tickVolume: 1, spread: 0, realVolume: 0 };
    const bars = Bars.from(Array.from({ length: 500 }, (_, index) => ({ time: 60 * (index + 1), ...flat })));
    expect(computeLines(bars, settingsWith({ fractalBars: 5 }))).toEqual({
      fractals: { wing: 2, peaks: new Int32Array(), bottoms: new Int32Array() },
      lines: [],
    });
  });

  it('draws no line once the last 15 bars stand still, and keeps the fractals', () => {
    const bars = syntheticBars({ seed: 4, bars: 500 });
    const still = Bars.concat([bars, ...Array.from({ length: 15 }, () => closeOnly(bars))]);
    expect(computeLines(bars, settingsWith({ fractalBars: 5 })).lines.length).toBeGreaterThan(0);
    const answer = computeLines(still, settingsWith({ fractalBars: 5 }));
    expect(answer.lines).toEqual([]);
    expect(answer.fractals.peaks.length).toBeGreaterThan(20);
  });

  it.each([0, 1, 14, 15, 34])('answers without lines and without a fault from %i bars', (bars) => {
    expect(computeLines(syntheticBars({ seed: 1, bars }), DEFAULT_ENGINE_SETTINGS).lines).toEqual([]);
  });

  it('gives the same lines at scaled prices when all prices are scaled by a power of two', () => {
    fc.assert(
      fc.property(markets, sizes, fc.integer({ min: -12, max: 12 }), (market, fractalBars, power) => {
        const bars = syntheticBars(market);
        const settings = settingsWith({ fractalBars });
        const answer = computeLines(scaled(bars, 2 ** power), settings);
        expect(answer.lines).toEqual(moved(computeLines(bars, settings), 0, 2 ** power));
      }),
      { numRuns: 30 },
    );
  });

  it('depends on nothing before the lookback and the wing before it', () => {
    fc.assert(
      fc.property(markets, sizes, (market, fractalBars) => {
        const bars = syntheticBars(market);
        const settings = settingsWith({ fractalBars });
        const start = bars.length - settings.lookbackBars - (fractalBars - 1) / 2;
        expect(moved(computeLines(bars.slice(start), settings), start)).toEqual(computeLines(bars, settings).lines);
      }),
      { numRuns: 30 },
    );
  });

  it('gives lines that keep every rule of their family', () => {
    fc.assert(
      fc.property(markets, sizes, (market, fractalBars) => {
        const bars = syntheticBars(market);
        const { lines, fractals } = computeLines(bars, settingsWith({ fractalBars }));
        for (const line of lines) {
          expect(line.a).toBeGreaterThan(bars.length - 1 - 400);
          expect(line.touches.map(({ index }) => index)).toEqual(
            line.touches.map(({ index }) => index).sort((x, y) => x - y),
          );
          expect(line.touches.some(({ index, price }) => index === line.a && price === line.priceA)).toBe(true);
          expect(line.touches.some(({ index, price }) => index === line.b && price === line.priceB)).toBe(true);
          expect(lineValue(line, line.a)).toBe(line.priceA);
          expect(lineValue(line, line.b)).toBeCloseTo(line.priceB, 9);
          for (const { index, kind, price } of line.touches) {
            expect(fractals[kind === 'peak' ? 'peaks' : 'bottoms']).toContain(index);
            expect(price).toBe(kind === 'peak' ? bars.high[index] : bars.low[index]);
          }
        }
        const ranks = lines.map(({ kind, rank }) => `${kind}_${rank}`);
        expect(new Set(ranks).size).toBe(ranks.length);
      }),
      { numRuns: 30 },
    );
  });

  it('returns as many lines of a kind as the settings ask for', () => {
    const bars = syntheticBars({ seed: 2, bars: 600 });
    const many = computeLines(bars, settingsWith({ fractalBars: 5, minSeparationAtr: 0, linesPerKind: 7 }));
    expect(many.lines.filter(({ kind }) => kind === 'peak').map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

/** One more bar that never leaves the last close. */
function closeOnly(bars: Bars): Bars {
  const last = bars.at(bars.length - 1);
  return Bars.from([{ ...last, open: last.close, high: last.close, low: last.close }]);
}
