import { runSteps, type Steps } from '../../kernel/index.js';
import type { Bars } from '../../market/index.js';
import { averageTrueRange } from './atr.js';
import type { Candidate, Chart } from './chart.js';
import { diagonalCandidates } from './diagonal-lines.js';
import { fractalPoints, type FractalPoints, listTouches } from './fractal-points.js';
import { type Fractals, fractalSteps } from './fractals.js';
import { horizontalCandidates } from './horizontal-lines.js';
import type { Line, LineKind } from './line.js';
import { pickBest } from './ranking.js';
import type { EngineSettings } from './settings.js';

/** Fractals and lines of one series; indexes refer to the given closed bars. */
export interface EngineResult {
  /** All confirmed fractals, including those older than the lookback. */
  readonly fractals: Fractals;
  /** Peak lines, then bottom, ascending and descending ones, each kind best first. */
  readonly lines: readonly Line[];
}

/**
 * Fractals and the best lines at the close of the newest bar. The lines depend only on the bars of the lookback, the
 * wing before them and the bars of the ATR: a longer history only adds older fractals.
 * @param closed closed bars only, oldest first
 * @throws RangeError when `settings.fractalBars` is not odd or below 3
 */
export function computeLines(closed: Bars, settings: EngineSettings): EngineResult {
  return runSteps(lineSteps(closed, settings));
}

/** Like {@link computeLines}, in steps of well under a millisecond. @throws RangeError */
export function* lineSteps(closed: Bars, settings: EngineSettings): Steps<EngineResult> {
  const fractals = yield* fractalSteps(closed, settings.fractalBars);
  const atr = averageTrueRange(closed, settings.atrBars);
  if (atr === undefined || !(atr > 0)) return { fractals, lines: [] };
  const last = closed.length - 1;
  const chart: Chart = { last, close: closed.close[last]!, atr, settings };
  const choice = { firstIndex: last - settings.lookbackBars + 1, tolerance: settings.tolerance, atr };
  const peaks = fractalPoints(closed, fractals, { ...choice, kinds: 'peaks' });
  const bottoms = fractalPoints(closed, fractals, { ...choice, kinds: 'bottoms' });
  const both = fractalPoints(closed, fractals, { ...choice, kinds: 'both' });
  yield;
  const lines = [
    ...(yield* best('peak', peaks, chart)),
    ...(yield* best('bottom', bottoms, chart)),
    ...(yield* best('ascending', both, chart)),
    ...(yield* best('descending', both, chart)),
  ];
  return { fractals, lines };
}

function* best(kind: LineKind, points: FractalPoints, chart: Chart): Steps<Line[]> {
  const isDiagonal = kind === 'ascending' || kind === 'descending';
  const candidates = yield* isDiagonal ? diagonalCandidates(points, kind, chart) : horizontalCandidates(points, chart);
  const picked = yield* pickBest(candidates, chart);
  return picked.map((candidate, index) => lineOf(candidate, { kind, rank: index + 1, points }));
}

function lineOf(
  candidate: Candidate,
  { kind, rank, points }: { kind: LineKind; rank: number; points: FractalPoints },
): Line {
  const { a, b, priceA, slopePerBar, score, angleDegrees } = candidate;
  const priceB = points.price[candidate.to]!;
  return {
    kind,
    rank,
    a,
    b,
    priceA,
    priceB,
    slopePerBar,
    score,
    angleDegrees,
    touches: listTouches(points, candidate),
  };
}
