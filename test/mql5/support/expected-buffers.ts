import { computeLines } from '../../../src/indicators/formulas/engine.js';
import { findFractals } from '../../../src/indicators/formulas/fractals.js';
import { type Line, lineValue } from '../../../src/indicators/formulas/line.js';
import type { EngineSettings } from '../../../src/indicators/formulas/settings.js';
import type { Bars } from '../../../src/market/index.js';
import { type FilledCells, SECOND_FRACTAL_BARS } from './agreement-jobs.js';

const KINDS: readonly Line['kind'][] = ['peak', 'bottom', 'ascending', 'descending'];
const RANKS = [1, 2, 3];

/** The sixteen buffers as the engine has them. @param bars the last one still forms */
export function expectedBuffers(bars: Bars, settings: EngineSettings): FilledCells[] {
  const closed = bars.slice(0, bars.length - 1);
  const { fractals, lines } = computeLines(closed, settings);
  const second = findFractals(closed, SECOND_FRACTAL_BARS);
  return [
    pricesAt(fractals.peaks, closed.high),
    pricesAt(fractals.bottoms, closed.low),
    pricesAt(second.peaks, closed.high),
    pricesAt(second.bottoms, closed.low),
    ...KINDS.flatMap((kind) =>
      RANKS.map((rank) => {
        const line = lines.find((one) => one.kind === kind && one.rank === rank);
        return line === undefined ? { bars: [], values: [] } : cellsOf(line, bars.length);
      }),
    ),
  ];
}

function pricesAt(indexes: Int32Array, prices: Float64Array): FilledCells {
  return { bars: [...indexes], values: Array.from(indexes, (index) => prices[index]!) };
}

function cellsOf(line: Line, length: number): FilledCells {
  const bars = Array.from({ length: length - line.a }, (_, i) => line.a + i);
  return { bars, values: bars.map((bar) => lineValue(line, bar)) };
}
