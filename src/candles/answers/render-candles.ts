import { digestOfParts } from '../../http/index.js';
import type { Steps } from '../../kernel/index.js';
import type { Bars, Candle } from '../../market/index.js';
import type { ShowTime } from './server-times.js';
import type { CandlePage } from './candle-pages.js';

/** Bars that are written in one step of rendering. */
const STEP_BARS = 100;
/** The most that a bar, and a gap before it, take, bytes. */
const MAX_BAR_BYTES = 400;
const MAX_FRAME_BYTES = 8 * 1024;
const HEAD = Buffer.from('{"success":true,"data":{"candles":[');

/** The most that a page comes to, bytes. */
export function maxCandleBytes({ closed }: CandlePage): number {
  return MAX_FRAME_BYTES + (closed.length + 1) * MAX_BAR_BYTES;
}

/** Where rendered bytes are kept. */
export interface BytesPlace {
  get(): Buffer | undefined;
  set(bytes: Buffer): void;
}

/** Rendered bytes by key, least recently used first out when `maxBytes` are exceeded. */
export class RenderedBytes {
  private readonly kept = new Map<string, Buffer>();
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** Place of the bytes with this key; without a key nothing is kept. */
  of(key: string | undefined): BytesPlace {
    if (key === undefined) return { get: () => undefined, set: () => undefined };
    return { get: () => this.get(key), set: (bytes) => this.set(key, bytes) };
  }

  private get(key: string): Buffer | undefined {
    const bytes = this.kept.get(key);
    if (bytes === undefined) return undefined;
    this.kept.delete(key);
    this.kept.set(key, bytes);
    return bytes;
  }

  private set(key: string, bytes: Buffer): void {
    this.drop(key);
    this.kept.set(key, bytes);
    this.bytes += bytes.length;
    for (const oldest of this.kept.keys()) {
      if (this.bytes <= this.maxBytes) break;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    this.bytes -= this.kept.get(key)?.length ?? 0;
    this.kept.delete(key);
  }
}

/** What a page needs besides its bars. */
export interface CandleFrame {
  readonly metadata: object;
  readonly nextCursor: string | undefined;
  readonly closedBytes: BytesPlace;
  readonly show: ShowTime;
}

/** The whole body of a `/candles` answer, in steps of well under a millisecond. A tick rewrites only its end. */
export function* candleSteps(
  { closed, forming }: CandlePage,
  { metadata, nextCursor, closedBytes, show }: CandleFrame,
): Steps<Buffer> {
  let bytes = closedBytes.get();
  if (bytes === undefined) {
    bytes = yield* closedSteps(closed, show);
    closedBytes.set(bytes);
  }
  const last =
    forming === undefined ? '' : `${bytes.length === 0 ? '' : ','}${candle(forming, { show, complete: false })}`;
  const cursor = JSON.stringify(nextCursor ?? null);
  const tail = Buffer.from(`${last}],"metadata":${JSON.stringify(metadata)}},"next_cursor":${cursor}}`);
  yield;
  const body = Buffer.concat([HEAD, bytes, tail]);
  yield;
  yield* digestOfParts(body, [bytes, tail]);
  return body;
}

function* closedSteps(closed: Bars, show: ShowTime): Steps<Buffer> {
  const parts: Buffer[] = [];
  for (let from = 0; from < closed.length; from += STEP_BARS) {
    const bars: string[] = [];
    for (let i = from; i < Math.min(from + STEP_BARS, closed.length); i++) {
      bars.push(candle(closed.at(i), { show, complete: true }));
    }
    parts.push(Buffer.from(`${from === 0 ? '' : ','}${bars.join(',')}`));
    yield;
  }
  return Buffer.concat(parts);
}

function candle(bar: Candle, { show, complete }: { readonly show: ShowTime; readonly complete: boolean }): string {
  const { time, open, high, low, close, tickVolume, realVolume, spread } = bar;
  return (
    `{"time":${show(time)},"open":${open},"high":${high},"low":${low},"close":${close}` +
    `,"tick_volume":${tickVolume},"real_volume":${realVolume},"spread":${spread},"complete":${complete}}`
  );
}
