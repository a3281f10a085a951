import { lineSteps } from '../formulas/engine.js';
import type { EngineSettings } from '../formulas/settings.js';
import type { Indicator } from '../indicator.js';
import { FRACTAL_LINES_EXAMPLE } from './fractal-lines.example.js';
import { FractalLinesSchema } from './fractal-lines.schema.js';
import type { FoundLines } from './found-lines.js';
import { readLines } from './line-buffers.js';
import { linesText } from './render-lines.js';

/** Fractals and the best lines through them. */
export const FRACTAL_LINES: Indicator<EngineSettings, FoundLines> = {
  id: 'fractal-lines',
  schema: FractalLinesSchema,
  example: FRACTAL_LINES_EXAMPLE,
  /** A fractal and a point on each of twelve lines. */
  maxBarBytes: 1000,
  settings: ({ engine }, { fractalBars = engine.fractalBars }) =>
    fractalBars === engine.fractalBars ? engine : { ...engine, fractalBars },
  reach: ({ fractalBars, lookbackBars }) => ({ wing: (fractalBars - 1) / 2, lookbackBars }),
  compute: lineSteps,
  read: readLines,
  oldestIndex: ({ lines }) => Math.min(...lines.flatMap(({ a, touches }) => [a, ...touches.map(({ index }) => index)])),
  render: linesText,
};
