import { describe, expect, it } from '@jest/globals';
import { runSteps } from '../../kernel/index.js';
import { chartByHand } from '../../../test/support/fractal-points.js';
import type { Candidate } from './chart.js';
import { pickBest as pickSteps } from './ranking.js';
import { DEFAULT_ENGINE_SETTINGS } from './settings.js';

const pickBest = (...work: Parameters<typeof pickSteps>) => runSteps(pickSteps(...work));

/** A flat line; far from all others unless its price is given. */
function candidate(given: Partial<Candidate>): Candidate {
  const { a = 0, b = 100 } = given;
  const priceA = 1000 * (a + 1) + b;
  return { from: 0, to: 1, a, b, priceA, slopePerBar: 0, angleDegrees: 0, score: 1, ...given };
}

const anchors = (candidates: Candidate[], chart = chartByHand()): number[][] =>
  pickBest(candidates, chart).map(({ a, b }) => [a, b]);

describe('pickBest', () => {
  it('picks the three best by score', () => {
    const candidates = [5, 9, 7, 1, 8].map((score, a) => candidate({ a, score }));
    expect(pickBest(candidates, chartByHand()).map(({ score }) => score)).toEqual([9, 8, 7]);
  });

  it('prefers the later second anchor, then the later first one, among equal scores', () => {
    expect(anchors([candidate({ a: 9, b: 50 }), candidate({ a: 3, b: 70 }), candidate({ a: 5, b: 70 })])).toEqual([
      [5, 70],
      [3, 70],
      [9, 50],
    ]);
  });

  it('drops a line that is nearer than the separation at both places and keeps one exactly as far', () => {
    const best = candidate({ a: 0, priceA: 500, score: 9 });
    expect(anchors([best, candidate({ a: 10, priceA: 500.99 })])).toEqual([[0, 100]]);
    expect(anchors([best, candidate({ a: 10, priceA: 501 })])).toEqual([
      [0, 100],
      [10, 100],
    ]);
  });

  it('keeps a line that is near at one of the two places only', () => {
    const best = candidate({ a: 0, priceA: 500, score: 9 });
    const nearNow = candidate({ a: 199, priceA: 500 - 200 * 0.1, slopePerBar: 0.1, score: 5 });
    const nearThen = candidate({ a: 200, priceA: 500, slopePerBar: 0.2, score: 4 });
    expect(anchors([best, nearNow])).toHaveLength(2);
    expect(anchors([best, nearThen])).toHaveLength(2);
  });

  it('compares where the later line begins, not the earlier one', () => {
    // At bar 0, where the later one would be 19 lower, they are far apart; at bars 390 and 399 they are not.
    const early = candidate({ a: 0, priceA: 480, slopePerBar: 0.1, score: 9 });
    const late = candidate({ a: 390, priceA: 519.2, slopePerBar: 0.15 });
    expect(anchors([early, late])).toEqual([[0, 100]]);
  });

  it('does not let a dropped line push out others', () => {
    const best = candidate({ a: 0, priceA: 500, score: 9 });
    const leftOut = candidate({ a: 1, priceA: 500.8, score: 8 });
    const nearLeftOut = candidate({ a: 2, priceA: 501.6, score: 7 });
    expect(anchors([best, leftOut, nearLeftOut])).toEqual([
      [0, 100],
      [2, 100],
    ]);
  });

  it('drops nothing when the separation is 0', () => {
    const settings = { ...DEFAULT_ENGINE_SETTINGS, minSeparationAtr: 0 };
    const same = [1, 2, 3, 4].map((a) => candidate({ a, priceA: 500 }));
    expect(anchors(same, chartByHand({ settings }))).toEqual([
      [4, 100],
      [3, 100],
      [2, 100],
    ]);
  });

  it('picks nothing from nothing', () => {
    expect(pickBest([], chartByHand())).toEqual([]);
  });
});
