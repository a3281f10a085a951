import { describe, expect, it } from '@jest/globals';
import { naiveAnswer } from '../../test/naive/naive-engine.js';
import { syntheticCandles } from '../../test/support/candles.js';
import type { ShowTime } from '../candles/index.js';
import { runSteps } from '../kernel/index.js';
import type { Bars } from '../market/index.js';
import { snapshotOf } from '../../test/support/snapshots.js';
import { type AnswerWindow, newestWindow } from './answer-window.js';
import { DEFAULT_ENGINE_SETTINGS } from './formulas/settings.js';
import { type IndicatorResults, resultSteps } from './indicator-results.js';
import { maxAnswerBytes, renderSteps } from './render-answer.js';

interface Point {
  index: number;
  time: number;
  value: number;
}
interface Fractal {
  index: number;
  time: number;
  price: number;
  confirmed_at: number;
}
interface Answer {
  data: {
    ohlc: { time: number; open: number; high: number; low: number; close: number; volume: number }[];
    horizontal: Record<string, Point[]>;
    diagonal: Record<string, Point[]>;
    fractals: { peaks: Fractal[]; bottoms: Fractal[] };
    lines: { name: string; from: { index: number | null; time: number }; touches: { index: number | null }[] }[];
    metadata: object;
  };
}

const settings = { source: 'engine', terminal: [], engine: { ...DEFAULT_ENGINE_SETTINGS, fractalBars: 13 } } as const;
const reach = { wing: 6, lookbackBars: 400 };
const candles = syntheticCandles({ seed: 8, bars: 900 });
const [forming] = candles.slice(-1);
const closed = candles.slice(0, -1);
const snapshot = snapshotOf(closed, { forming });
const engineOf = (bars: Bars) => runSteps(resultSteps(bars, settings));
const result = engineOf(snapshot.closed);

/** Shows server times unchanged. */
const SERVER: ShowTime = (time) => time;

/** Runs all steps. */
function renderAnswer(window: AnswerWindow, found: IndicatorResults, metadata: object, show = SERVER): Buffer {
  const body = runSteps(renderSteps(window, found, { metadata, show }));
  expect(body.length).toBeLessThanOrEqual(maxAnswerBytes(window));
  return body;
}

function answer(bars: number): Answer['data'] {
  const body = renderAnswer(newestWindow(snapshot, bars, reach), result, { symbol: 'EURUSD' });
  return (JSON.parse(body.toString()) as Answer).data;
}

describe('renderAnswer', () => {
  it('shows every time as asked for: bars, points, fractals with their confirmation, and where lines come from', () => {
    const render = (shown: ShowTime) => renderAnswer(newestWindow(snapshot, 700, reach), result, {}, shown).toString();
    const TIMES = /"(time|confirmed_at)":(\d+)/g;
    const shifted = render(SERVER).replace(
      TIMES,
      (_, name: string, time: string) => `"${name}":${Number(time) - 7200}`,
    );
    expect(render((time) => time - 7200)).toBe(shifted);
    expect(render(() => null)).toBe(render(SERVER).replace(TIMES, '"$1":null'));
    expect(shifted.match(/"confirmed_at"/g)!.length).toBeGreaterThan(3);
  });

  it('gives the bars bit for bit, oldest first, the forming one last', () => {
    const expected = candles
      .slice(-300)
      .map(({ time, open, high, low, close, tickVolume }) => ({ time, open, high, low, close, volume: tickVolume }));
    expect(answer(300).ohlc).toEqual(expected);
  });

  it('names all twelve lines and gives each found line a point at every bar from its first anchor on', () => {
    const { horizontal, diagonal, ohlc } = answer(700);
    expect(Object.keys(horizontal)).toEqual(['peak_1', 'peak_2', 'peak_3', 'bottom_1', 'bottom_2', 'bottom_3']);
    expect(Object.keys(diagonal)).toHaveLength(6);
    const naive = naiveAnswer(closed, { fractalBars: 13 });
    const best = naive.lines.find(({ kind }) => kind === 'peak')!;
    const points = horizontal['peak_1']!;
    expect(points.length).toBe(candles.length - best.from.index);
    expect(points.map(({ time }) => time)).toEqual(ohlc.slice(-points.length).map(({ time }) => time));
    const slope = (best.to.price - best.from.price) / (best.to.index - best.from.index);
    const atEnd = best.from.price + slope * (candles.length - 1 - best.from.index);
    expect(points.at(-1)).toMatchObject({ index: 699, time: forming!.time });
    expect(points.at(-1)!.value).toBeCloseTo(atEnd, 9);
  });

  it('gives every confirmed fractal of the window with the bar that confirmed it', () => {
    const naive = naiveAnswer(closed, { fractalBars: 13 }).fractals.filter(
      ({ kind, index }) => kind === 'peak' && index >= 400,
    );
    expect(answer(500).fractals.peaks).toEqual(
      naive.map(({ index, price }) => ({
        index: index - 400,
        time: candles[index]!.time,
        price,
        confirmed_at: candles[index + 6]!.time,
      })),
    );
  });

  it('gives with fewer bars exactly the tail of an answer with more', () => {
    const more = answer(800);
    const fewer = answer(150);
    const shift = 650;
    const tail = <T extends { index: number }>(points: readonly T[]) =>
      points.filter(({ index }) => index >= shift).map((point) => ({ ...point, index: point.index - shift }));
    expect(fewer.ohlc).toEqual(more.ohlc.slice(shift));
    expect(fewer.fractals.peaks).toEqual(tail(more.fractals.peaks));
    expect(fewer.fractals.bottoms).toEqual(tail(more.fractals.bottoms));
    for (const name of Object.keys(more.horizontal))
      expect(fewer.horizontal[name]).toEqual(tail(more.horizontal[name]!));
    for (const name of Object.keys(more.diagonal)) expect(fewer.diagonal[name]).toEqual(tail(more.diagonal[name]!));
  });

  it('shows the origin of each line, with null for places outside the window', () => {
    const { lines } = answer(100);
    expect(lines.length).toBeGreaterThan(0);
    for (const { from, touches } of lines) {
      const index = candles.findIndex(({ time }) => time === from.time) - 800;
      expect(from.index).toBe(index < 0 ? null : index);
      expect(touches.length).toBeGreaterThanOrEqual(3);
    }
  });

  it('renders a window without bars and a series of one bar as valid JSON', () => {
    const lonely = snapshotOf([], { forming: candles[0] });
    const body = renderAnswer(newestWindow(lonely, 100, reach), engineOf(lonely.closed), {});
    expect((JSON.parse(body.toString()) as Answer).data.ohlc).toHaveLength(1);
    const empty = snapshotOf([]);
    expect(
      JSON.parse(renderAnswer(newestWindow(empty, 100, reach), engineOf(empty.closed), {}).toString()),
    ).toHaveProperty('success', true);
  });
});
