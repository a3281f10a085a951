import type { Candle } from '../market/index.js';
import type { AnswerWindow } from './answer-window.js';
import { type IndicatorResult, lineName, lineValue, type ServedLine } from './indicator-result.js';

const HORIZONTAL = ['peak_1', 'peak_2', 'peak_3', 'bottom_1', 'bottom_2', 'bottom_3'];
const DIAGONAL = ['ascending_1', 'ascending_2', 'ascending_3', 'descending_1', 'descending_2', 'descending_3'];

/**
 * The whole body of an `/indicators` answer as bytes. Written by hand where it is long (bars and points), because a
 * body of 5000 bars is rendered on every change of the forming bar that somebody asks for.
 */
export function renderAnswer(window: AnswerWindow, result: IndicatorResult, metadata: object): Buffer {
  const lines = new Map(result.lines.map((line) => [lineName(line), line]));
  const family = (names: readonly string[]) =>
    names.map((name) => `"${name}":[${linePoints(lines.get(name), window)}]`).join(',');
  return Buffer.from(
    `{"success":true,"data":{"ohlc":[${ohlc(window)}]` +
      `,"horizontal":{${family(HORIZONTAL)}},"diagonal":{${family(DIAGONAL)}}` +
      `,"fractals":{"peaks":[${fractalPoints(window, result, 'peaks')}]` +
      `,"bottoms":[${fractalPoints(window, result, 'bottoms')}]}` +
      `,"lines":${JSON.stringify(result.lines.map((line) => lineOrigin(line, window)))}` +
      `,"metadata":${JSON.stringify(metadata)}}}`,
  );
}

function ohlc({ closed, forming, first }: AnswerWindow): string {
  const { time, open, high, low, close, tickVolume } = closed;
  let text = '';
  for (let i = first; i < closed.length; i++) {
    text +=
      `${i === first ? '' : ','}{"time":${time[i]},"open":${open[i]},"high":${high[i]}` +
      `,"low":${low[i]},"close":${close[i]},"volume":${tickVolume[i]}}`;
  }
  if (forming === undefined) return text;
  return `${text}${text === '' ? '' : ','}${formingBar(forming)}`;
}

function formingBar({ time, open, high, low, close, tickVolume }: Candle): string {
  return JSON.stringify({ time, open, high, low, close, volume: tickVolume });
}

/** A point at every bar from the first anchor to the newest bar, forming included, that lies in the window. */
function linePoints(line: ServedLine | undefined, { closed, forming, first }: AnswerWindow): string {
  if (line === undefined) return '';
  const from = Math.max(line.a, first);
  let text = '';
  for (let i = from; i < closed.length; i++) {
    text += `${i === from ? '' : ','}{"index":${i - first},"time":${closed.time[i]},"value":${lineValue(line, i)}}`;
  }
  if (forming === undefined) return text;
  const value = lineValue(line, closed.length);
  return `${text}${text === '' ? '' : ','}{"index":${closed.length - first},"time":${forming.time},"value":${value}}`;
}

function fractalPoints(
  { closed, first }: AnswerWindow,
  { fractals }: IndicatorResult,
  kind: 'peaks' | 'bottoms',
): string {
  const prices = kind === 'peaks' ? closed.high : closed.low;
  const points: string[] = [];
  for (const i of fractals[kind]) {
    if (i < first) continue;
    const confirmedAt = closed.time[i + fractals.wing];
    points.push(`{"index":${i - first},"time":${closed.time[i]},"price":${prices[i]},"confirmed_at":${confirmedAt}}`);
  }
  return points.join(',');
}

/** Where a line comes from; an index outside the window is null. */
function lineOrigin(line: ServedLine, { closed, first }: AnswerWindow): object {
  const place = (index: number, price: number) => ({
    index: index < first ? null : index - first,
    time: closed.time[index],
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
