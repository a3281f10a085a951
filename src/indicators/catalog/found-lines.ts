import type { Fractals } from '../formulas/fractals.js';
import type { Line } from '../formulas/line.js';

/** A served line of the engine or of a terminal. */
export interface ServedLine extends Omit<Line, 'score' | 'angleDegrees'> {
  /** Null when the source reports none. */
  readonly score: number | null;
  readonly angleDegrees: number | null;
}

/** Fractals and lines of one series; indexes refer to the closed bars from which they were computed. */
export interface FoundLines {
  readonly fractals: Fractals;
  readonly lines: readonly ServedLine[];
}
