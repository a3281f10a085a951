/** `peak` and `bottom` form the horizontal family, `ascending` and `descending` the diagonal one. */
export type LineKind = 'peak' | 'bottom' | 'ascending' | 'descending';

/** A fractal that a line touches. */
export interface Touch {
  /** Index of the fractal's bar in the engine's closed bars. */
  readonly index: number;
  readonly kind: 'peak' | 'bottom';
  /** The bar's own high or low. */
  readonly price: number;
}

/** A straight line through its first anchor, over bars and prices. */
export interface Slope {
  /** Bar of the first anchor. */
  readonly a: number;
  readonly priceA: number;
  /** Price units per bar, signed. */
  readonly slopePerBar: number;
}

/** One of the best lines of its kind; indexes refer to the engine's closed bars. */
export interface Line extends Slope {
  readonly kind: LineKind;
  /** 1 = best of its kind. */
  readonly rank: number;
  /** Bar of the second anchor. */
  readonly b: number;
  readonly priceB: number;
  readonly score: number;
  /** Signed; one ATR per bar is 45 degrees. */
  readonly angleDegrees: number;
  /** Ascending by bar, the bottom of a bar first; includes both anchors. */
  readonly touches: readonly Touch[];
}

/**
 * Unrounded price of a line at a bar: first anchor's price + slope × bars since then. The engine itself tests touches,
 * proximity and separation by this expression, so that the served value is the tested one.
 */
export function lineValue(line: Slope, index: number): number {
  return line.priceA + line.slopePerBar * (index - line.a);
}
