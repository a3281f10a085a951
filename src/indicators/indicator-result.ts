import type { Bars } from '../market/index.js';
import { computeLines } from './formulas/engine.js';
import type { Fractals } from './formulas/fractals.js';
import { type Line, lineValue } from './formulas/line.js';
import type { EngineSettings } from './formulas/settings.js';

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

/** What our own engine finds. */
export function engineResult(closed: Bars, settings: EngineSettings): IndicatorResult {
  return { source: 'engine', ...computeLines(closed, settings) };
}

/** `peak_1`, `ascending_3`, ... */
export function lineName(line: ServedLine): string {
  return `${line.kind}_${line.rank}`;
}

export { lineValue };
