import type { Steps } from '../../kernel/index.js';
import type { Bars } from '../../market/index.js';
import { lineSteps } from '../formulas/engine.js';
import type { Fractals } from '../formulas/fractals.js';
import { type Line, lineValue } from '../formulas/line.js';
import type { EngineSettings } from '../formulas/settings.js';

/** A line as it is served, wherever it came from. */
export interface ServedLine extends Omit<Line, 'score' | 'angleDegrees'> {
  /** Null where the source does not tell. */
  readonly score: number | null;
  readonly angleDegrees: number | null;
}

/** Fractals and lines of one series, whoever found them; indexes count in the closed bars they were found in. */
export interface IndicatorResult {
  readonly source: 'engine' | 'terminal';
  readonly fractals: Fractals;
  readonly lines: readonly ServedLine[];
}

/** Finds what our own engine finds, in steps of well under a millisecond. */
export function* engineSteps(closed: Bars, settings: EngineSettings): Steps<IndicatorResult> {
  return { source: 'engine', ...(yield* lineSteps(closed, settings)) };
}

/** `peak_1`, `ascending_3`, ... */
export function lineName(line: ServedLine): string {
  return `${line.kind}_${line.rank}`;
}

export { lineValue };
