import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareWithNaive } from '../naive/agreement.js';
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
});

const options = fc.record({
  fractalBars: fc.constantFrom(5, 7, 13, 35, 135),
  lookback: fc.constantFrom(100, 400, 650),
  tolerance: fc.constantFrom('percent' as const, 'atr' as const),
  minSeparation: fc.constantFrom(0, 0.5, 1, 4),
});

describe('the engine on random walks', () => {
  it('agrees with the naive implementation in fractals, lines, touches and scores', () => {
    fc.assert(
      fc.property(markets, options, (market, choice) => {
        expect(compareWithNaive(syntheticBars(market), choice).differences).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
