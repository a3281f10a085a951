import type { ShowTime } from '../candles/index.js';
import type { Steps } from '../kernel/index.js';
import type { Candle } from '../market/index.js';
import type { AnswerWindow } from './answer-window.js';
import { INDICATORS } from './catalog/catalog.js';
import type { ShownWindow } from './indicator.js';
import type { IndicatorResults } from './indicator-results.js';

/** Bars per step of rendering. */
const STEP_BARS = 100;
const MAX_OHLC_BYTES = 200;
const MAX_BAR_BYTES = INDICATORS.reduce((sum, { maxBarBytes }) => sum + maxBarBytes, MAX_OHLC_BYTES);
const MAX_FRAME_BYTES = 64 * 1024;

/** Upper bound of a body's size for this window. */
export function maxAnswerBytes({ closed, first }: AnswerWindow): number {
  return MAX_FRAME_BYTES + (closed.length - first + 1) * MAX_BAR_BYTES;
}

/**
 * Renders the body of an `/indicators` answer as bytes, in steps of well under a millisecond. The long parts (bars and
 * points) are written by hand, because a body of 5000 bars is rendered on every requested change of the forming bar.
 */
export function* renderSteps(
  bare: AnswerWindow,
  found: IndicatorResults,
  { metadata, show }: { readonly metadata: object; readonly show: ShowTime },
): Steps<Buffer> {
  const parts: Buffer[] = [];
  for (const part of body({ ...bare, show }, found, metadata)) {
    if (part === '') continue;
    parts.push(Buffer.from(part));
    yield;
  }
  return Buffer.concat(parts);
}

/** Yields the texts of a body in order. */
function* body(window: ShownWindow, { results }: IndicatorResults, metadata: object): Generator<string> {
  yield '{"success":true,"data":{"ohlc":[';
  yield* ohlc(window);
  yield ']';
  for (const [at, indicator] of INDICATORS.entries()) {
    yield ',';
    yield* indicator.render(results[at], window);
  }
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
