import type { Bars } from '../../market/index.js';
import { type Slope, type Touch, lineValue } from './line.js';
import type { Fractals } from './fractals.js';
import type { ToleranceSettings } from './settings.js';

/** Points that one step of a search compares with lines. */
export const STEP_POINTS = 10_000;

/** Columns of the fractals that lines may use, ascending by bar, the bottom of a bar first. */
export interface FractalPoints {
  readonly length: number;
  readonly index: Int32Array;
  readonly price: Float64Array;
  /** Distance from a line at which the fractal touches it, price units; independent of the line. */
  readonly tolerance: Float64Array;
  /** 1 = peak, 0 = bottom. */
  readonly isPeak: Uint8Array;
}

/** A line under examination; `from` and `to` are the positions of its anchors among the points. */
export interface PointPair extends Slope {
  readonly from: number;
  readonly to: number;
}

/** Choice of fractals and their tolerance. */
export interface PointChoice {
  readonly kinds: 'peaks' | 'bottoms' | 'both';
  /** Oldest bar whose fractals are used. */
  readonly firstIndex: number;
  readonly tolerance: ToleranceSettings;
  readonly atr: number;
}

/** Collects the chosen fractals with their prices and tolerances. */
export function fractalPoints(closed: Bars, fractals: Fractals, choice: PointChoice): FractalPoints {
  const touches: Touch[] = [];
  if (choice.kinds !== 'peaks') collect(touches, fractals.bottoms, { kind: 'bottom', prices: closed.low, choice });
  if (choice.kinds !== 'bottoms') collect(touches, fractals.peaks, { kind: 'peak', prices: closed.high, choice });
  // The sort is stable: on one bar the bottom, collected first, stays first.
  touches.sort((x, y) => x.index - y.index);
  const { mode, percent, atrMultiple } = choice.tolerance;
  return {
    length: touches.length,
    index: Int32Array.from(touches, ({ index }) => index),
    price: Float64Array.from(touches, ({ price }) => price),
    tolerance: Float64Array.from(touches, ({ price }) =>
      mode === 'percent' ? (Math.abs(price) * percent) / 100 : atrMultiple * choice.atr,
    ),
    isPeak: Uint8Array.from(touches, ({ kind }) => (kind === 'peak' ? 1 : 0)),
  };
}

function collect(
  touches: Touch[],
  indexes: Int32Array,
  { kind, prices, choice }: { kind: Touch['kind']; prices: Float64Array; choice: PointChoice },
): void {
  for (const index of indexes) {
    if (index >= choice.firstIndex) touches.push({ index, kind, price: prices[index]! });
  }
}

/** Line through two points; `from` is on an earlier bar than `to`. */
export function pairOf(points: FractalPoints, from: number, to: number): PointPair {
  const a = points.index[from]!;
  const priceA = points.price[from]!;
  return { from, to, a, priceA, slopePerBar: (points.price[to]! - priceA) / (points.index[to]! - a) };
}

/** Whether the point at `position` touches the line; its anchors always do, despite rounding. */
export function isTouch(points: FractalPoints, position: number, pair: PointPair): boolean {
  if (position === pair.from || position === pair.to) return true;
  const distance = Math.abs(points.price[position]! - lineValue(pair, points.index[position]!));
  return distance <= points.tolerance[position]!;
}

/** First position on the bar of the first anchor, which the other kind may precede. */
export function firstPosition(points: FractalPoints, pair: PointPair): number {
  return points.index[pair.from - 1] === pair.a ? pair.from - 1 : pair.from;
}

/** Last position on the bar of the second anchor, which the other kind may follow. */
export function lastPosition(points: FractalPoints, pair: PointPair): number {
  return points.index[pair.to + 1] === points.index[pair.to] ? pair.to + 1 : pair.to;
}

/** Touches of a line in order. */
export function listTouches(points: FractalPoints, pair: PointPair): Touch[] {
  const touches: Touch[] = [];
  for (let position = firstPosition(points, pair); position <= lastPosition(points, pair); position++) {
    if (!isTouch(points, position, pair)) continue;
    const kind = points.isPeak[position] === 1 ? 'peak' : 'bottom';
    touches.push({ index: points.index[position]!, kind, price: points.price[position]! });
  }
  return touches;
}
