import type { Steps } from '../../kernel/index.js';
import { angleInDegrees, type Candidate, candidateOf, type Chart } from './chart.js';
import { type FractalPoints, isTouch, pairOf, type PointPair, STEP_POINTS } from './fractal-points.js';
import { lineValue } from './line.js';
import { proximityOf } from './proximity.js';

/**
 * Finds every line through two points of one kind that are far enough apart and have enough touches between them. Each
 * step takes well under a millisecond.
 */
export function* horizontalCandidates(points: FractalPoints, chart: Chart): Steps<Candidate[]> {
  const { minDistanceBars, minTouches } = chart.settings.horizontal;
  const candidates: Candidate[] = [];
  let looked = 0;
  for (let from = 0; from < points.length; from++) {
    for (let to = from + 1; to < points.length; to++) {
      if (++looked >= STEP_POINTS) {
        looked = 0;
        yield;
      }
      if (points.index[to]! - points.index[from]! < minDistanceBars) continue;
      looked += to - from;
      const pair = pairOf(points, from, to);
      const touches = countTouches(points, pair);
      if (touches >= minTouches) candidates.push(scored(points, pair, touches, chart));
    }
  }
  return candidates;
}

function countTouches(points: FractalPoints, pair: PointPair): number {
  let touches = 0;
  for (let position = pair.from; position <= pair.to; position++) {
    if (isTouch(points, position, pair)) touches++;
  }
  return touches;
}

function scored(points: FractalPoints, pair: PointPair, touches: number, chart: Chart): Candidate {
  const { last, close, atr, settings } = chart;
  const { weights } = settings;
  const b = points.index[pair.to]!;
  const bars = b - pair.a;
  const angleDegrees = angleInDegrees(points.price[pair.to]! - pair.priceA, bars, atr);
  const score =
    weights.touch * touches +
    (weights.angle * (90 - Math.abs(angleDegrees))) / 90 +
    weights.length * Math.min(1, bars / settings.fullLengthBars) +
    weights.proximity * proximityOf(lineValue(pair, last), close, settings.proximitySteps);
  return candidateOf(pair, { b, angleDegrees, score });
}
