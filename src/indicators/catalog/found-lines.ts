import type { Fractals } from '../formulas/fractals.js';
import type { Line } from '../formulas/line.js';

/** A line as it is served, whether the engine or a terminal found it. */
export interface ServedLine extends Omit<Line, 'score' | 'angleDegrees'> {
  /** Null where the source does not tell. */
  readonly score: number | null;
  readonly angleDegrees: number | null;
}

/** Fractals and lines of one series; indexes count in the closed bars they were found in. */
export interface FoundLines {
  readonly fractals: Fractals;
  readonly lines: readonly ServedLine[];
}
