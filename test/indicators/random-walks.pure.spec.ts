import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Bars } from '../../src/market/index.js';
import { compareWithNaive, engineAnswer } from '../naive/agreement.js';
import { syntheticBars } from '../support/candles.js';

/** Markets of every temper: plateaus (few digits, repeated bars), gaps, quiet and wild ones, too few bars. */
const markets = fc.record({
  seed: fc.nat(),
  bars: fc.integer({ min: 0, max: 700 }),
  digits: fc.constantFrom(0, 2, 5, 8),
  start: fc.constantFrom(0.9, 37, 1900, 64_000),
  volatility: fc.constantFrom(0.0001, 0.001, 0.01),
  gapChance: fc.constantFrom(0, 0.05, 0.5),
  flatChance: fc.constantFrom(0, 0.1, 0.7),
  /** Moves all prices down, in shares of the first one: to and below zero. */
  sunk: fc.constantFrom(0, 0, 0.995, 1, 1.02, 3),
});

const options = fc.record({
  fractalBars: fc.constantFrom(5, 7, 13, 35, 135),
  lookback: fc.constantFrom(100, 400, 650),
  tolerance: fc.constantFrom('percent' as const, 'atr' as const),
  minSeparation: fc.constantFrom(0, 0.5, 1, 4),
  touchOrder: fc.constantFrom('time' as const, 'peaks_then_bottoms' as const),
});

/** The same market with every price lower by `price`. */
function sunkBy(bars: Bars, price: number): Bars {
  const lower = (column: Float64Array) => column.map((value) => value - price);
  const { time, open, high, low, close, tickVolume, spread, realVolume } = bars;
  const prices = { open: lower(open), high: lower(high), low: lower(low), close: lower(close) };
  return new Bars({ time, ...prices, tickVolume, spread, realVolume });
}

describe('the engine on random walks', () => {
  it('agrees with the naive implementation in fractals, lines, touches and scores', () => {
    fc.assert(
      fc.property(markets, options, (market, choice) => {
        expect(compareWithNaive(sunkBy(syntheticBars(market), market.sunk * market.start), choice).differences).toEqual(
          [],
        );
      }),
      { numRuns: 300 },
    );
  });

  it('draws only diagonals of two peaks and two bottoms where touches are counted kind by kind', () => {
    let drawn = 0;
    for (let seed = 0; seed < 60; seed++) {
      const bars = syntheticBars({ seed, bars: 700, volatility: 0.005 });
      const { lines } = engineAnswer(bars, { fractalBars: 35, minSeparation: 0, touchOrder: 'peaks_then_bottoms' });
      for (const { touches } of lines.filter(({ kind }) => kind === 'ascending' || kind === 'descending')) {
        drawn++;
        expect(touches.filter(({ kind }) => kind === 'peak')).toHaveLength(2);
        expect(touches.filter(({ kind }) => kind === 'bottom')).toHaveLength(2);
      }
    }
    expect(drawn).toBeGreaterThan(0);
  });
});
