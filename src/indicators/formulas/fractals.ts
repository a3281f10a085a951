import { runSteps, type Steps } from '../../kernel/index.js';
import type { Bars } from '../../market/index.js';

/** Bars per step, each examined with its wings. */
const STEP_BARS = 500;

/** Confirmed fractals as ascending indexes into a run of closed bars. */
export interface Fractals {
  /** Bars on each side; the fractal at `i` is confirmed by the close of bar `i + wing` and never withdrawn. */
  readonly wing: number;
  readonly peaks: Int32Array;
  readonly bottoms: Int32Array;
}

/**
 * Finds all peaks and bottoms with a full wing on both sides. A peak's high is above every high of its later wing and
 * not below any of its earlier one, so that the latest of equal highs counts; bottoms mirror this.
 * @param closed closed bars only, oldest first
 * @param fractalBars bars of a fractal with both wings: odd, at least 3
 * @throws RangeError for any other `fractalBars`
 */
export function findFractals(closed: Bars, fractalBars: number): Fractals {
  return runSteps(fractalSteps(closed, fractalBars));
}

/** Like {@link findFractals}, in steps of well under a millisecond. */
export function* fractalSteps(closed: Bars, fractalBars: number): Steps<Fractals> {
  if (!Number.isSafeInteger(fractalBars) || fractalBars < 3 || fractalBars % 2 === 0) {
    throw new RangeError(`a fractal has an odd number of bars, at least 3, not ${fractalBars}`);
  }
  const wing = (fractalBars - 1) / 2;
  const peaks = yield* extremes(closed.high, wing, 1);
  return { wing, peaks, bottoms: yield* extremes(closed.low, wing, -1) };
}

function* extremes(prices: Float64Array, wing: number, sign: 1 | -1): Steps<Int32Array> {
  const found: number[] = [];
  let pause = wing + STEP_BARS;
  for (let i = wing; i < prices.length - wing; i++) {
    if (i >= pause) {
      pause = i + STEP_BARS;
      yield;
    }
    if (!isExtreme(prices, i, wing, sign)) continue;
    found.push(i);
    // No bar of its later wing can be a fractal: each has it in its earlier wing, and it beats them all.
    i += wing;
  }
  return new Int32Array(found);
}

/** Compares the nearest bars of both sides first, because neighbors rule out nearly every bar. */
function isExtreme(prices: Float64Array, i: number, wing: number, sign: 1 | -1): boolean {
  const price = sign * prices[i]!;
  for (let distance = 1; distance <= wing; distance++) {
    if (!(price > sign * prices[i + distance]! && price >= sign * prices[i - distance]!)) return false;
  }
  return true;
}
