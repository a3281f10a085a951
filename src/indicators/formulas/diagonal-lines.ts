import type { Steps } from '../../kernel/index.js';
import { angleInDegrees, type Candidate, candidateOf, type Chart } from './chart.js';
import {
  firstPosition,
  type FractalPoints,
  isTouch,
  lastPosition,
  pairOf,
  type PointPair,
  STEP_POINTS,
} from './fractal-points.js';
import { lineValue } from './line.js';
import { proximityOf } from './proximity.js';
import type { DiagonalSettings, EngineSettings } from './settings.js';

/** Counts of a diagonal's touches. */
interface Alternation {
  readonly touches: number;
  /** Number of touches whose kind differs from the one before. */
  readonly changes: number;
}

interface CountedTouches extends Alternation {
  readonly peaks: number;
}

/**
 * Finds every diagonal that satisfies the rules: descending ones fall from a peak to a later bottom, ascending ones
 * rise from a bottom to a later peak. Each step takes well under a millisecond.
 * @param points peaks and bottoms together
 */
export function* diagonalCandidates(
  points: FractalPoints,
  kind: 'ascending' | 'descending',
  chart: Chart,
): Steps<Candidate[]> {
  const { minLengthBars } = chart.settings.diagonal;
  const firstKind = kind === 'descending' ? 1 : 0;
  const candidates: Candidate[] = [];
  let looked = 0;
  for (let from = 0; from < points.length; from++) {
    if (points.isPeak[from] !== firstKind) continue;
    for (let to = from + 1; to < points.length; to++) {
      if (++looked >= STEP_POINTS) {
        looked = 0;
        yield;
      }
      if (points.isPeak[to] === firstKind || points.index[to]! - points.index[from]! < minLengthBars) continue;
      const rise = points.price[to]! - points.price[from]!;
      if (kind === 'descending' ? !(rise < 0) : !(rise > 0)) continue;
      looked += to - from;
      const candidate = judged(points, pairOf(points, from, to), chart);
      if (candidate !== undefined) candidates.push(candidate);
    }
  }
  return candidates;
}

function judged(points: FractalPoints, pair: PointPair, chart: Chart): Candidate | undefined {
  const { atr, settings } = chart;
  const b = points.index[pair.to]!;
  const angleDegrees = angleInDegrees(points.price[pair.to]! - pair.priceA, b - pair.a, atr);
  const steepness = Math.abs(angleDegrees);
  const { minAngleDegrees, maxAngleDegrees } = settings.diagonal;
  if (!(steepness >= minAngleDegrees && steepness <= maxAngleDegrees)) return undefined;
  const alternation = alternationOf(points, pair, settings.diagonal);
  if (alternation === undefined) return undefined;
  return candidateOf(pair, { b, angleDegrees, score: scoreOf(pair, { b, steepness, alternation }, chart) });
}

/** Undefined when the touches break a rule. */
function alternationOf(points: FractalPoints, pair: PointPair, rules: DiagonalSettings): Alternation | undefined {
  const counted = rules.touchOrder === 'time' ? countedByTime(points, pair, rules) : countedByKind(points, pair, rules);
  if (counted === undefined) return undefined;
  const { touches, peaks, changes } = counted;
  const fewest = Math.min(peaks, touches - peaks);
  return touches >= rules.minTouches && fewest >= rules.minPerKind ? { touches, changes } : undefined;
}

/** Counts in order of time; undefined when too many of one kind follow each other. */
function countedByTime(points: FractalPoints, pair: PointPair, rules: DiagonalSettings): CountedTouches | undefined {
  let peaks = 0;
  let touches = 0;
  let changes = 0;
  let inARow = 0;
  let previous = -1;
  const end = lastPosition(points, pair);
  for (let position = firstPosition(points, pair); position <= end; position++) {
    if (!isTouch(points, position, pair)) continue;
    const isPeak = points.isPeak[position]!;
    if (touches > 0 && isPeak !== previous) changes++;
    inARow = isPeak === previous ? inARow + 1 : 1;
    if (inARow > rules.maxInARow) return undefined;
    previous = isPeak;
    touches++;
    peaks += isPeak;
  }
  return { touches, peaks, changes };
}

/** Counts all peaks and then all bottoms: each kind is one run, and the kind changes once. */
function countedByKind(points: FractalPoints, pair: PointPair, rules: DiagonalSettings): CountedTouches | undefined {
  let peaks = 0;
  let bottoms = 0;
  const end = lastPosition(points, pair);
  for (let position = firstPosition(points, pair); position <= end; position++) {
    if (!isTouch(points, position, pair)) continue;
    if (points.isPeak[position] === 1) peaks++;
    else bottoms++;
    if (Math.max(peaks, bottoms) > rules.maxInARow) return undefined;
  }
  return { touches: peaks + bottoms, peaks, changes: peaks > 0 && bottoms > 0 ? 1 : 0 };
}

function scoreOf(
  pair: PointPair,
  { b, steepness, alternation }: { b: number; steepness: number; alternation: Alternation },
  { last, close, settings }: Chart,
): number {
  const { weights } = settings;
  return (
    weights.touch * alternation.touches +
    (weights.alternation * alternation.changes) / (alternation.touches - 1) +
    weights.slope * slopeValue(steepness, settings) +
    weights.length * Math.min(1, (b - pair.a) / settings.fullLengthBars) +
    weights.proximity * proximityOf(lineValue(pair, last), close, settings.proximitySteps)
  );
}

function slopeValue(steepness: number, { slopeBands, slopeOutsideBands }: EngineSettings): number {
  const band = slopeBands.find(({ minDegrees, maxDegrees }) => steepness >= minDegrees && steepness <= maxDegrees);
  return band?.value ?? slopeOutsideBands;
}
