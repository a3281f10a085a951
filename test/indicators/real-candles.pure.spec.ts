import { describe, expect, it } from '@jest/globals';
import { computeLines } from '../../src/indicators/formulas/engine.js';
import { DEFAULT_ENGINE_SETTINGS } from '../../src/indicators/formulas/settings.js';
import type { Bars } from '../../src/market/index.js';
import { compareWithNaive } from '../naive/agreement.js';
import type { NaiveOptions } from '../naive/naive-engine.js';
import { candleFiles, candlesFolder, readCandleFile } from '../support/candle-files.js';
import { syntheticBars } from '../support/candles.js';

const VARIANTS: readonly NaiveOptions[] = [
  {},
  { fractalBars: 5 },
  { fractalBars: 13, tolerance: 'atr' },
  { fractalBars: 9, minSeparation: 0 },
  { fractalBars: 135, lookback: 1500 },
];
/** Newest bars that the naive implementation sees of each as-of point: more than the largest lookback and wing. */
const WINDOW = 2000;
const AS_OF_POINTS = 4;

const folder = candlesFolder();
const files = folder === undefined ? [] : candleFiles(folder);
// Said aloud, so that nobody takes a run without real candles for one with them.
process.stdout.write(
  files.length > 0 ? `real candles: ${files.length} files\n` : 'real candles: none here, synthetic ones only\n',
);

/** Bars up to a few bars spread over the whole run, the newest one among them. */
function asOfRuns(bars: Bars): Bars[] {
  return Array.from({ length: AS_OF_POINTS }, (_, i) => {
    const end = Math.round((bars.length * (i + 1)) / AS_OF_POINTS);
    return bars.slice(Math.max(0, end - WINDOW), end);
  });
}

describe('the engine against the naive implementation', () => {
  if (files.length > 0) {
    it.each(files)('agrees on the real candles of $name at several bars', ({ path }) => {
      const bars = readCandleFile(path);
      const runs = asOfRuns(bars);
      const comparisons = runs.flatMap((run) => VARIANTS.map((options) => compareWithNaive(run, options)));
      expect(comparisons.flatMap(({ differences }) => differences)).toEqual([]);
      expect(comparisons).toHaveLength(AS_OF_POINTS * VARIANTS.length);
      // Agreement about nothing would prove nothing; a short file of somebody's own may hold no line.
      const lines = comparisons.reduce((sum, comparison) => sum + comparison.lines, 0);
      expect(lines).toBeGreaterThanOrEqual(bars.length > 2 * WINDOW ? 50 : 0);
    });

    it('gives the same lines from a whole file as from its newest bars', () => {
      for (const { path } of files) {
        const bars = readCandleFile(path);
        const { lines } = computeLines(bars, DEFAULT_ENGINE_SETTINGS);
        const tailStart = Math.max(0, bars.length - 500);
        const tail = computeLines(bars.slice(tailStart), DEFAULT_ENGINE_SETTINGS);
        expect(tail.lines.map(({ a, b, score }) => [a + tailStart, b + tailStart, score])).toEqual(
          lines.map(({ a, b, score }) => [a, b, score]),
        );
      }
    });
  }

  it.each([2, 5, 8])('agrees on synthetic candles of %i digits at several bars', (digits) => {
    const start = digits === 2 ? 60 : 1.1;
    const runs = [1, 2, 3].flatMap((seed) => asOfRuns(syntheticBars({ seed, bars: 4000, digits, start })));
    const comparisons = runs.flatMap((run) => VARIANTS.map((options) => compareWithNaive(run, options)));
    expect(comparisons.flatMap(({ differences }) => differences)).toEqual([]);
    expect(comparisons.reduce((sum, { lines }) => sum + lines, 0)).toBeGreaterThan(50);
  });
});
