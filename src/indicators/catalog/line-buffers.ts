import type { Steps } from '../../kernel/index.js';
import type { Bars } from '../../market/index.js';
import { averageTrueRange } from '../formulas/atr.js';
import { fractalPoints, type FractalPoints, listTouches, pairOf } from '../formulas/fractal-points.js';
import type { Fractals } from '../formulas/fractals.js';
import { lineValue, type LineKind, type Slope } from '../formulas/line.js';
import type { EngineSettings } from '../formulas/settings.js';
import type { BufferReading } from '../indicator.js';
import type { FoundLines, ServedLine } from './found-lines.js';

/** MetaTrader's EMPTY_VALUE: the largest double. */
const EMPTY_VALUE = Number.MAX_VALUE;
/** Tolerance of a cell around its straight line, relative to the price. */
const STRAIGHT = 1e-9;

/**
 * Reads fractals and lines from the buffers of a terminal's indicators. Cells that an indicator never wrote hold
 * anything, so every value is verified: a fractal must equal its bar's high or low to the bit and have a closed wing, a
 * line must be straight and start and end on such fractals. One step for each buffer and line.
 */
export function* readLines(
  closed: Bars,
  readings: readonly BufferReading[],
  settings: EngineSettings,
): Steps<FoundLines> {
  const outputs = new Map<string, Float64Array>();
  for (const reading of readings) yield* alignOutputs(outputs, closed, reading);
  const wing = (settings.fractalBars - 1) / 2;
  const fractals: Fractals = {
    wing,
    peaks: verifiedFractals(outputs.get('fractal_peaks'), closed.high, wing),
    bottoms: verifiedFractals(outputs.get('fractal_bottoms'), closed.low, wing),
  };
  const atr = averageTrueRange(closed, settings.atrBars) ?? 0;
  const points = fractalPoints(closed, fractals, { kinds: 'both', firstIndex: 0, tolerance: settings.tolerance, atr });
  const lines: ServedLine[] = [];
  for (const [name, values] of outputs) {
    const [, kind, rank] = /^(peak|bottom|ascending|descending)_([1-3])$/.exec(name) ?? [];
    if (kind === undefined) continue;
    const line = lineFrom(values, { kind: kind as LineKind, rank: Number(rank), points, atr });
    if (line !== undefined) lines.push(line);
    yield;
  }
  return { fractals, lines };
}

/** Adds the values of each output at the closed bars; NaN = no value. */
function* alignOutputs(
  outputs: Map<string, Float64Array>,
  closed: Bars,
  { indicator, times, columns }: BufferReading,
): Steps<void> {
  const empty = new Set([EMPTY_VALUE, 0, ...indicator.emptyValues]);
  for (const [output, buffer] of Object.entries(indicator.buffers)) {
    const aligned = new Float64Array(closed.length).fill(NaN);
    const values = columns.find((column) => column.buffer === buffer)?.values;
    times.forEach((time, cell) => {
      const bar = closed.lowerBound(time);
      const value = values?.[cell] ?? NaN;
      if (closed.time[bar] === time && Number.isFinite(value) && !empty.has(value)) aligned[bar] = value;
    });
    outputs.set(output, aligned);
    yield;
  }
}

function verifiedFractals(values: Float64Array | undefined, prices: Float64Array, wing: number): Int32Array {
  if (values === undefined) return new Int32Array(0);
  const confirmed = values.subarray(0, Math.max(0, values.length - wing));
  return Int32Array.from([...confirmed.keys()].filter((i) => confirmed[i] === prices[i]));
}

/** Kinds of fractal at the two anchors of a line. */
const ANCHORS = {
  peak: ['peak', 'peak'],
  bottom: ['bottom', 'bottom'],
  ascending: ['bottom', 'peak'],
  descending: ['peak', 'bottom'],
} as const satisfies Record<LineKind, readonly [string, string]>;

interface LineContext {
  readonly kind: LineKind;
  readonly rank: number;
  readonly points: FractalPoints;
  readonly atr: number;
}

/** The line of a buffer if its anchors are verified fractals and every cell lies on it. */
function lineFrom(values: Float64Array, { kind, rank, points, atr }: LineContext): ServedLine | undefined {
  const start = values.findIndex((value) => !Number.isNaN(value));
  const from = positionOn(points, start, ANCHORS[kind][0]);
  if (from === undefined || !same(points.price[from]!, values[start]!)) return undefined;
  for (let to = points.length - 1; to > from; to--) {
    const b = points.index[to]!;
    if (b <= start || points.isPeak[to] !== (ANCHORS[kind][1] === 'peak' ? 1 : 0)) continue;
    if (!same(points.price[to]!, values[b]!)) continue;
    const pair = pairOf(points, from, to);
    if (!isStraight(values, pair)) return undefined;
    return {
      ...{ kind, rank, a: pair.a, b, priceA: pair.priceA, priceB: points.price[to]! },
      slopePerBar: pair.slopePerBar,
      score: null,
      angleDegrees: atr > 0 ? (Math.atan(pair.slopePerBar / atr) * 180) / Math.PI : null,
      touches: listTouches(points, pair).filter((touch) => kind.endsWith('ending') || touch.kind === kind),
    };
  }
  return undefined;
}

function positionOn(points: FractalPoints, bar: number, kind: 'peak' | 'bottom'): number | undefined {
  const wanted = kind === 'peak' ? 1 : 0;
  const position = points.index.findIndex((index, i) => index === bar && points.isPeak[i] === wanted);
  return position === -1 ? undefined : position;
}

/** True when every cell from the first anchor to the newest bar has a value on the line. */
function isStraight(values: Float64Array, line: Slope): boolean {
  for (let i = line.a; i < values.length; i++) if (!same(values[i]!, lineValue(line, i))) return false;
  return true;
}

function same(value: number, expected: number): boolean {
  return Math.abs(value - expected) <= STRAIGHT * Math.abs(expected);
}
