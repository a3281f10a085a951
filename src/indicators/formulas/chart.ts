import type { EngineSettings } from './settings.js';
import type { PointPair } from './fractal-points.js';

/** What every line of one series is measured against. */
export interface Chart {
  /** Index of the newest closed bar. */
  readonly last: number;
  /** Its close. */
  readonly close: number;
  /** Price units, above 0. */
  readonly atr: number;
  readonly settings: EngineSettings;
}

/** A line that keeps the rules of its family, with what it is ranked by. */
export interface Candidate extends PointPair {
  readonly b: number;
  readonly angleDegrees: number;
  readonly score: number;
}

/** A pair that was judged. Written out, because thousands are made and spreading an object costs more than judging it. */
export function candidateOf(pair: PointPair, judged: Pick<Candidate, 'b' | 'angleDegrees' | 'score'>): Candidate {
  const { from, to, a, priceA, slopePerBar } = pair;
  const { b, angleDegrees, score } = judged;
  return { from, to, a, priceA, slopePerBar, b, angleDegrees, score };
}

/** Angle of a line, signed: one ATR a bar is 45 degrees. */
export function angleInDegrees(risePrice: number, bars: number, atr: number): number {
  return (Math.atan(risePrice / (atr * bars)) * 180) / Math.PI;
}
