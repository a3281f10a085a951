import { runSteps, type Steps } from '../../kernel/index.js';
import type { Bars } from '../../market/index.js';

/** Bars that are looked at in one step, each with its wings. */
const STEP_BARS = 500;

/** Confirmed fractals of a run of closed bars, as indexes into it, ascending. */
export interface Fractals {
  /** Bars on each side; the fractal at `i` is confirmed by the close of bar `i + wing` and never withdrawn. */
  readonly wing: number;
  readonly peaks: Int32Array;
  readonly bottoms: Int32Array;
}

/**
 * All peaks and bottoms that have a full wing on both sides. A peak's high is above every high of its later wing and not
 * below any of its earlier one, so that of equal highs the latest counts; bottoms mirrored.
 * @param closed closed bars only, oldest first
 * @param fractalBars bars of a fractal with both wings: odd, at least 3
 * @throws RangeError for any other `fractalBars`
 */
export function findFractals(closed: Bars, fractalBars: number): Fractals {
  return runSteps(fractalSteps(closed, fractalBars));
}

/** The same in steps of well under a millisecond. */
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
    // The bars of its later wing have it in their earlier wing, and it beats them all.
    i += wing;
  }
  return new Int32Array(found);
}

/** Looks at the nearest bars first, on both sides at once: nearly every bar is ruled out by its neighbours. */
function isExtreme(prices: Float64Array, i: number, wing: number, sign: 1 | -1): boolean {
  const price = sign * prices[i]!;
  for (let distance = 1; distance <= wing; distance++) {
    if (!(price > sign * prices[i + distance]! && price >= sign * prices[i - distance]!)) return false;
  }
  return true;
}
