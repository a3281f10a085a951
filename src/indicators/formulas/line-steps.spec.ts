import { describe, expect, it } from '@jest/globals';
import { countedColumn } from '../../../test/support/counted-bars.js';
import { chartByHand, type HandMadeFractal, pointsByHand } from '../../../test/support/fractal-points.js';
import type { Steps } from '../../kernel/index.js';
import type { Candidate } from './chart.js';
import { diagonalCandidates } from './diagonal-lines.js';
import { STEP_POINTS } from './fractal-points.js';
import { horizontalCandidates } from './horizontal-lines.js';
import { pickBest } from './ranking.js';
import { DEFAULT_ENGINE_SETTINGS } from './settings.js';

const POINTS = 120;
const chart = chartByHand({
  settings: {
    ...DEFAULT_ENGINE_SETTINGS,
    diagonal: { ...DEFAULT_ENGINE_SETTINGS.diagonal, minAngleDegrees: 0, maxInARow: POINTS },
  },
});

/** Bottoms and peaks in turn on every third bar; all of them touch most lines. */
const crowd = Array.from({ length: POINTS }, (_, i): HandMadeFractal => {
  return [3 * i, 10_000 + (i % 2) + i / 1000, i % 2 === 0 ? 'bottom' : 'peak'];
});

/** Numbers of prices that each step of a search reads, and its result. */
function search(find: (points: ReturnType<typeof pointsByHand>) => Steps<Candidate[]>) {
  const count = { reads: 0 };
  const points = pointsByHand(crowd);
  const steps = find({ ...points, price: countedColumn(points.price, count) });
  const looked: number[] = [];
  for (;;) {
    count.reads = 0;
    const step = steps.next();
    looked.push(count.reads);
    if (step.done === true) return { looked, candidates: step.value };
  }
}

describe('a search for lines among many fractals', () => {
  it.each([
    ['horizontal', horizontalCandidates],
    ['ascending', (points, market) => diagonalCandidates(points, 'ascending', market)],
  ] satisfies [string, typeof horizontalCandidates][])(
    'compares a bounded number of them in one step: %s',
    (_kind, find) => {
      const { looked, candidates } = search((points) => find(points, chart));
      expect(candidates.length).toBeGreaterThan(1000);
      // Each pair also reads its two anchors, for the line and for its rise.
      expect(Math.max(...looked)).toBeLessThanOrEqual(5 * STEP_POINTS);
      expect(looked.length).toBeGreaterThan(5);
    },
  );

  it('picks the best of them in steps', () => {
    const { candidates } = search((points) => horizontalCandidates(points, chart));
    const steps = pickBest(candidates, chart);
    let count = 0;
    while (steps.next().done !== true) count++;
    expect(candidates.length).toBeGreaterThan(5000);
    expect(count).toBeGreaterThanOrEqual(2);
  });
});
