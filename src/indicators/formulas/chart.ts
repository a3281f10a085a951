import type { EngineSettings } from './settings.js';
import type { PointPair } from './fractal-points.js';

/** Reference values for the lines of one series. */
export interface Chart {
  /** Index of the newest closed bar. */
  readonly last: number;
  /** Close of that bar. */
  readonly close: number;
  /** Price units, above 0. */
  readonly atr: number;
  readonly settings: EngineSettings;
}

/** A line that satisfies the rules of its family, with its ranking values. */
export interface Candidate extends PointPair {
  readonly b: number;
  readonly angleDegrees: number;
  readonly score: number;
}

/** Written out without spreading: thousands are made, and a spread costs more than the rules. */
export function candidateOf(pair: PointPair, judged: Pick<Candidate, 'b' | 'angleDegrees' | 'score'>): Candidate {
  const { from, to, a, priceA, slopePerBar } = pair;
  const { b, angleDegrees, score } = judged;
  return { from, to, a, priceA, slopePerBar, b, angleDegrees, score };
}

/** Signed angle of a line; one ATR per bar is 45 degrees. */
export function angleInDegrees(risePrice: number, bars: number, atr: number): number {
  return (Math.atan(risePrice / (atr * bars)) * 180) / Math.PI;
}
