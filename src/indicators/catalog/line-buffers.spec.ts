import { describe, expect, it } from '@jest/globals';
import { syntheticCandles } from '../../../test/support/candles.js';
import { runSteps } from '../../kernel/index.js';
import { Bars } from '../../market/index.js';
import { DEFAULT_ENGINE_SETTINGS } from '../formulas/settings.js';
import { computeLines } from '../formulas/engine.js';
import { lineValue } from '../formulas/line.js';
import type { BufferReading } from '../indicator.js';
import type { FoundLines } from './found-lines.js';
import { readLines } from './line-buffers.js';

const EMPTY_VALUE = Number.MAX_VALUE;
const settings = { ...DEFAULT_ENGINE_SETTINGS, fractalBars: 13 };
const closed = Bars.from(syntheticCandles({ seed: 8, bars: 900 }));
const engine = computeLines(closed, settings);
const indicator = {
  indicator: 'Fractal Horizontal Line_V5',
  parameters: [],
  buffers: { fractal_peaks: 0, fractal_bottoms: 1, peak_1: 4, ascending_1: 10 },
  emptyValues: [0],
};

/** Buffers of an honest indicator: fractals and the engine's own lines, followed by a forming bar. */
function honestBuffers(): Map<number, Float64Array> {
  const column = () => new Float64Array(closed.length + 1).fill(EMPTY_VALUE);
  const buffers = new Map([0, 1, 4, 10].map((buffer) => [buffer, column()]));
  for (const i of engine.fractals.peaks) buffers.get(0)![i] = closed.high[i]!;
  for (const i of engine.fractals.bottoms) buffers.get(1)![i] = closed.low[i]!;
  for (const [name, buffer] of [
    ['peak', 4],
    ['ascending', 10],
  ] as const) {
    const line = engine.lines.find(({ kind, rank }) => kind === name && rank === 1)!;
    for (let i = line.a; i <= closed.length; i++) buffers.get(buffer)![i] = lineValue(line, i);
  }
  return buffers;
}

function read(buffers: Map<number, Float64Array>): FoundLines {
  const times = Float64Array.from([...closed.time, closed.lastTime! + 3600]);
  const columns = [...buffers].map(([buffer, values]) => ({ buffer, values }));
  return runSteps(readLines(closed, [{ indicator, times, columns } satisfies BufferReading], settings));
}

const named = (result: FoundLines, name: string) => result.lines.find(({ kind }) => kind === name);

describe('readLines', () => {
  it('reads fractals and lines that agree with the bars, with anchors, touches and angle', () => {
    const result = read(honestBuffers());
    expect([...result.fractals.peaks]).toEqual([...engine.fractals.peaks]);
    expect([...result.fractals.bottoms]).toEqual([...engine.fractals.bottoms]);
    for (const kind of ['peak', 'ascending']) {
      const expected = engine.lines.find((line) => line.kind === kind && line.rank === 1)!;
      const found = named(result, kind)!;
      expect(found).toMatchObject({ rank: 1, a: expected.a, priceA: expected.priceA, score: null });
      expect(found.slopePerBar).toBeCloseTo(expected.slopePerBar, 12);
      expect(found.angleDegrees).toBeCloseTo(expected.angleDegrees, 6);
      expect(found.touches.length).toBeGreaterThanOrEqual(expected.touches.length);
    }
  });

  it('counts a fractal only if it equals its bar to the bit and its wing is closed', () => {
    const buffers = honestBuffers();
    const first = engine.fractals.peaks[0]!;
    buffers.get(0)![first] = closed.high[first]! + 1e-9;
    const newest = closed.length - 3;
    buffers.get(0)![newest] = closed.high[newest]!;
    expect([...read(buffers).fractals.peaks]).toEqual([...engine.fractals.peaks.slice(1)]);
  });

  it.each([0, -1, NaN, Infinity, EMPTY_VALUE, 4.94e-324, 1e300])(
    'drops a line with the unwritten cell %p in it',
    (garbage) => {
      const buffers = honestBuffers();
      buffers.get(4)![closed.length - 1] = garbage;
      const result = read(buffers);
      expect(named(result, 'peak')).toBeUndefined();
      expect(named(result, 'ascending')).toBeDefined();
    },
  );

  it('drops a line that does not start on a verified fractal', () => {
    const buffers = honestBuffers();
    const line = named(read(buffers), 'peak')!;
    buffers.get(0)![line.a] = EMPTY_VALUE;
    expect(named(read(buffers), 'peak')).toBeUndefined();
    const earlier = honestBuffers();
    earlier.get(4)![line.a - 5] = 1.2345;
    expect(named(read(earlier), 'peak')).toBeUndefined();
  });

  it('finds nothing in buffers that the terminal did not send or that belong to other bars', () => {
    expect(read(new Map())).toMatchObject({ lines: [], fractals: { peaks: new Int32Array(0) } });
    const columns = [...honestBuffers()].map(([buffer, values]) => ({ buffer, values }));
    const elsewhere = closed.time.map((time) => time + 60);
    const moved = runSteps(readLines(closed, [{ indicator, times: elsewhere, columns }], settings));
    expect(moved.lines).toEqual([]);
  });
});
