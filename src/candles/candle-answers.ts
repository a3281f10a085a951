import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import type { Bars, Candle, SymbolName, Timeframe } from '../market/index.js';
import { CandleStore } from '../persistence/index.js';
import { type SymbolRoute, TerminalPool } from '../terminals/index.js';
import { CandlePages, type CandlePage } from './candle-pages.js';
import { pageCursor, type CandlesQuery } from './candles.query.js';
import { UnknownSeriesError } from './candles.errors.js';
import { LiveSeriesBook } from './live-series-book.js';
import { OlderBars } from './older-bars.js';
import { encodeCursor, type PageCursor } from './page-cursor.js';
import { maxAgeSeconds, seriesMetadata } from './series-metadata.js';
import { LayerCounter } from './series-observer.js';

/** An answer of `/candles` and what its headers say. */
export interface CandleAnswer {
  readonly body: Buffer;
  readonly asOf: number;
  readonly source: string;
  readonly maxAgeSeconds: number;
  readonly nextCursor: string | undefined;
}

/** Puts answers of `/candles` together. */
@Injectable()
export class CandleAnswers {
  private readonly pages: CandlePages;

  constructor(
    private readonly book: LiveSeriesBook,
    pool: TerminalPool,
    store: CandleStore,
    registry: Registry,
  ) {
    const layers = new LayerCounter(registry);
    const earliest = async (route: SymbolRoute, timeframe: Timeframe) =>
      (await book.facts.properties(route)).earliest[timeframe];
    this.pages = new CandlePages(new OlderBars(pool, store, layers, earliest), layers);
  }

  /** @throws invalid-parameter, terminal-disconnected, history-loading, reduced-capacity */
  async answer(symbol: SymbolName, timeframe: Timeframe, query: CandlesQuery, tier: string): Promise<CandleAnswer> {
    const cursor = pageCursor(symbol, timeframe, query);
    const snapshot = this.book.get(symbol, timeframe, { allowStale: query.stale === 'allow' });
    const live = this.book.live(symbol, timeframe);
    if (live === undefined) throw new UnknownSeriesError(symbol, timeframe);
    const limit = query.bars;
    const forward = cursor === undefined ? query.from !== undefined : cursor.direction === 'forward';
    const page = forward
      ? await this.pages.forward(live, snapshot, { ...forwardBounds(query, cursor), limit })
      : await this.pages.backward(live, snapshot, { from: undefined, to: cursor?.position ?? query.to, limit });
    const nextCursor = page.next && encodeCursor(symbol, timeframe, page.next);
    const metadata = seriesMetadata(snapshot, { ...page, first: 0 }, tier);
    const body = render(page, metadata, nextCursor);
    const age = maxAgeSeconds(snapshot, live.time()?.nowMs, page.forming !== undefined);
    return { body, asOf: metadata.as_of, source: snapshot.source, maxAgeSeconds: age, nextCursor };
  }
}

function forwardBounds(query: CandlesQuery, cursor: PageCursor | undefined) {
  return cursor === undefined ? { from: query.from, to: query.to } : { from: cursor.position, to: cursor.to };
}

function render({ closed, forming }: CandlePage, metadata: object, nextCursor: string | undefined): Buffer {
  const parts = candles(closed);
  if (forming !== undefined) parts.push(candle(forming, false));
  return Buffer.from(
    `{"success":true,"data":{"candles":[${parts.join(',')}],"metadata":${JSON.stringify(metadata)}}` +
      `,"next_cursor":${JSON.stringify(nextCursor ?? null)}}`,
  );
}

function candles(bars: Bars): string[] {
  return Array.from({ length: bars.length }, (_, index) => candle(bars.at(index), true));
}

function candle({ time, open, high, low, close, tickVolume, realVolume, spread }: Candle, complete: boolean): string {
  return (
    `{"time":${time},"open":${open},"high":${high},"low":${low},"close":${close}` +
    `,"tick_volume":${tickVolume},"real_volume":${realVolume},"spread":${spread},"complete":${complete}}`
  );
}
