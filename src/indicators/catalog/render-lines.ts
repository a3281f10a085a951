import type { ShowTime } from '../../candles/index.js';
import type { Steps } from '../../kernel/index.js';
import type { Candle } from '../../market/index.js';
import type { AnswerWindow } from '../answer-window.js';
import { type IndicatorResult, lineName, lineValue, type ServedLine } from './found-lines.js';

/** The window with the way in which its times are shown. */
type ShownWindow = AnswerWindow & { readonly show: ShowTime };

const HORIZONTAL = ['peak_1', 'peak_2', 'peak_3', 'bottom_1', 'bottom_2', 'bottom_3'];
const DIAGONAL = ['ascending_1', 'ascending_2', 'ascending_3', 'descending_1', 'descending_2', 'descending_3'];

/** Bars, or points of a line, that are written in one step of rendering. */
const STEP_BARS = 100;
/** The most that a bar with a fractal and a point on each of twelve lines takes, bytes. */
const MAX_BAR_BYTES = 1200;
const MAX_FRAME_BYTES = 64 * 1024;

/** The most that a body of this window comes to. */
export function maxAnswerBytes({ closed, first }: AnswerWindow): number {
  return MAX_FRAME_BYTES + (closed.length - first + 1) * MAX_BAR_BYTES;
}

/**
 * The whole body of an `/indicators` answer as bytes, in steps of well under a millisecond. Written by hand where it is
 * long (bars and points), because a body of 5000 bars is rendered on every change of the forming bar that is asked for.
 */
export function* renderSteps(
  bare: AnswerWindow,
  result: IndicatorResult,
  { metadata, show }: { readonly metadata: object; readonly show: ShowTime },
): Steps<Buffer> {
  const parts: Buffer[] = [];
  for (const part of body({ ...bare, show }, result, metadata)) {
    if (part === '') continue;
    parts.push(Buffer.from(part));
    yield;
  }
  return Buffer.concat(parts);
}

/** The texts of a body in order. */
function* body(window: ShownWindow, result: IndicatorResult, metadata: object): Generator<string> {
  const lines = new Map(result.lines.map((line) => [lineName(line), line]));
  yield '{"success":true,"data":{"ohlc":[';
  yield* ohlc(window);
  yield '],"horizontal":{';
  yield* family(HORIZONTAL, lines, window);
  yield '},"diagonal":{';
  yield* family(DIAGONAL, lines, window);
  yield '},"fractals":{"peaks":[';
  yield* fractalPoints(window, result, 'peaks');
  yield '],"bottoms":[';
  yield* fractalPoints(window, result, 'bottoms');
  yield `]},"lines":${JSON.stringify(result.lines.map((line) => lineOrigin(line, window)))}`;
  yield `,"metadata":${JSON.stringify(metadata)}}}`;
}

function* ohlc({ closed, forming, first, show }: ShownWindow): Generator<string> {
  const { time, open, high, low, close, tickVolume } = closed;
  for (let from = first; from < closed.length; from += STEP_BARS) {
    let text = '';
    for (let i = from; i < Math.min(from + STEP_BARS, closed.length); i++) {
      text +=
        `${i === first ? '' : ','}{"time":${show(time[i]!)},"open":${open[i]},"high":${high[i]}` +
        `,"low":${low[i]},"close":${close[i]},"volume":${tickVolume[i]}}`;
    }
    yield text;
  }
  if (forming !== undefined) yield `${first < closed.length ? ',' : ''}${formingBar(forming, show)}`;
}

function formingBar({ time, open, high, low, close, tickVolume }: Candle, show: ShowTime): string {
  return JSON.stringify({ time: show(time), open, high, low, close, volume: tickVolume });
}

/** The lines of one family, each with its points; a line that was not found has none. */
function* family(
  names: readonly string[],
  lines: ReadonlyMap<string, ServedLine>,
  window: ShownWindow,
): Generator<string> {
  for (const name of names) {
    yield `${name === names[0] ? '' : ','}"${name}":[`;
    const line = lines.get(name);
    if (line !== undefined) yield* linePoints(line, window);
    yield ']';
  }
}

/** A point at every bar from the first anchor to the newest bar, forming included, that lies in the window. */
function* linePoints(line: ServedLine, { closed, forming, first, show }: ShownWindow): Generator<string> {
  const oldest = Math.max(line.a, first);
  const point = (i: number, time: number) =>
    `${i === oldest ? '' : ','}{"index":${i - first},"time":${show(time)},"value":${lineValue(line, i)}}`;
  for (let from = oldest; from < closed.length; from += STEP_BARS) {
    let text = '';
    for (let i = from; i < Math.min(from + STEP_BARS, closed.length); i++) text += point(i, closed.time[i]!);
    yield text;
  }
  if (forming !== undefined) yield point(closed.length, forming.time);
}

function* fractalPoints(
  { closed, first, show }: ShownWindow,
  { fractals }: IndicatorResult,
  kind: 'peaks' | 'bottoms',
): Generator<string> {
  const prices = kind === 'peaks' ? closed.high : closed.low;
  const shown = fractals[kind].filter((i) => i >= first);
  for (let from = 0; from < shown.length; from += STEP_BARS) {
    const points: string[] = [];
    for (const i of shown.subarray(from, from + STEP_BARS)) {
      const confirmedAt = show(closed.time[i + fractals.wing]!);
      points.push(
        `{"index":${i - first},"time":${show(closed.time[i]!)},"price":${prices[i]},"confirmed_at":${confirmedAt}}`,
      );
    }
    yield `${from === 0 ? '' : ','}${points.join(',')}`;
  }
}

/** Where a line comes from; an index outside the window is null. */
function lineOrigin(line: ServedLine, { closed, first, show }: ShownWindow): object {
  const place = (index: number, price: number) => ({
    index: index < first ? null : index - first,
    time: show(closed.time[index]!),
    price,
  });
  return {
    name: lineName(line),
    kind: line.kind,
    score: line.score,
    angle: line.angleDegrees,
    touches: line.touches.map(({ index, kind, price }) => ({ ...place(index, price), kind })),
    from: place(line.a, line.priceA),
    to: place(line.b, line.priceB),
  };
}
