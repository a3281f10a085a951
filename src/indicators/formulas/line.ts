/** `peak` and `bottom` are the horizontal family, `ascending` and `descending` the diagonal one. */
export type LineKind = 'peak' | 'bottom' | 'ascending' | 'descending';

/** A fractal that a line touches. */
export interface Touch {
  /** Bar of the fractal, counted in the closed bars that the engine was given. */
  readonly index: number;
  readonly kind: 'peak' | 'bottom';
  /** The bar's own high or low. */
  readonly price: number;
}

/** A straight line over bars and prices through its first anchor. */
export interface Slope {
  /** Bar of the first anchor. */
  readonly a: number;
  readonly priceA: number;
  /** Price units per bar, signed. */
  readonly slopePerBar: number;
}

/** One of the best lines of its kind; indexes count in the closed bars that the engine was given. */
export interface Line extends Slope {
  readonly kind: LineKind;
  /** 1 = best of its kind. */
  readonly rank: number;
  /** Bar of the second anchor. */
  readonly b: number;
  readonly priceB: number;
  readonly score: number;
  /** Signed; one ATR a bar is 45 degrees. */
  readonly angleDegrees: number;
  /** Ascending by bar, on one bar the bottom first; both anchors are among them. */
  readonly touches: readonly Touch[];
}

/**
 * Price of a line at a bar, unrounded: first anchor's price + slope × bars since then. The engine itself judges touches,
 * proximity and separation by this expression, so that what is served is what was judged.
 */
export function lineValue(line: Slope, index: number): number {
  return line.priceA + line.slopePerBar * (index - line.a);
}
