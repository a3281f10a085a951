import type { Chart } from '../../src/indicators/formulas/chart.js';
import type { FractalPoints } from '../../src/indicators/formulas/fractal-points.js';
import { DEFAULT_ENGINE_SETTINGS } from '../../src/indicators/formulas/settings.js';

/** A fractal by hand: bar, price, and its kind. */
export type HandMadeFractal = readonly [index: number, price: number, kind: 'peak' | 'bottom'];

/** Fractals by hand, as the families take them; tolerance 1.5 % of each price unless given. */
export function pointsByHand(fractals: readonly HandMadeFractal[], percent = 1.5): FractalPoints {
  return {
    length: fractals.length,
    index: Int32Array.from(fractals, ([index]) => index),
    price: Float64Array.from(fractals, ([, price]) => price),
    tolerance: Float64Array.from(fractals, ([, price]) => (price * percent) / 100),
    isPeak: Uint8Array.from(fractals, ([, , kind]) => (kind === 'peak' ? 1 : 0)),
  };
}

/** A chart whose newest bar is 399 and whose close is far from every line, so that proximity adds nothing. */
export function chartByHand(given: Partial<Chart> = {}): Chart {
  return { last: 399, close: 1_000_000, atr: 1, settings: DEFAULT_ENGINE_SETTINGS, ...given };
}
