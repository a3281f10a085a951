import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import type { AnswerRenderer, SeriesRef } from '../../http/index.js';
import type { Steps } from '../../kernel/index.js';
import { type Timeframe, UNKNOWN_ZONE } from '../../market/index.js';
import { CandleStore } from '../../persistence/index.js';
import { type SymbolRoute, TerminalPool } from '../../terminals/index.js';
import { CandlePages, type CandlePage } from './candle-pages.js';
import { inServerTime, pageCursor, type CandlesQuery, type ServerTimeQuery } from './candles.query.js';
import { UnknownSeriesError } from '../candles.errors.js';
import type { LiveSeries } from '../series/live-series.js';
import { LiveSeriesRegistry } from '../registry/live-series-registry.js';
import { OlderBars } from './older-bars.js';
import { encodeCursor, type PageCursor } from './page-cursor.js';
import { withTimes } from './metadata-times.js';
import { newestReturned } from './returned-bars.js';
import { maxAgeSeconds, metadataSteps } from './series-metadata.js';
import { candleSteps, maxCandleBytes, RenderedBytes } from './render-candles.js';
import type { SeriesSnapshot } from '../series-registry.js';
import { LayerCounter } from '../registry/series-observer.js';
import { type TimeFormat, timeWriter } from './server-times.js';

/** An answer of `/candles` and what its headers say. */
export interface CandleAnswer {
  readonly body: Buffer;
  readonly asOf: number;
  readonly source: string;
  readonly maxAgeSeconds: number;
  readonly nextCursor: string | undefined;
}

/** Rendered closed bars that are kept for the next caller. */
const CLOSED_BYTES = 64 * 1024 * 1024;
/** Whole bodies that are kept for the next caller, until something that they show changes. */
const BODY_BYTES = 32 * 1024 * 1024;

/** Whom an answer is for. */
export interface CandleReader {
  /** Name of the caller's tier; it stands in the metadata. */
  readonly tier: string;
  readonly renderer: AnswerRenderer;
}

/** What one rendering works on. */
interface RenderInput {
  readonly live: LiveSeries;
  readonly snapshot: SeriesSnapshot;
  readonly page: CandlePage;
  readonly tier: string;
  readonly nextCursor: string | undefined;
  readonly timeFormat: TimeFormat;
}

/** Puts answers of `/candles` together. */
@Injectable()
export class CandleAnswers {
  private readonly pages: CandlePages;
  private readonly closedBytes = new RenderedBytes(CLOSED_BYTES);
  private readonly bodies = new RenderedBytes(BODY_BYTES);

  constructor(
    private readonly series: LiveSeriesRegistry,
    pool: TerminalPool,
    store: CandleStore,
    registry: Registry,
  ) {
    const layers = new LayerCounter(registry);
    const earliest = async (route: SymbolRoute, timeframe: Timeframe) =>
      (await series.facts.properties(route)).earliest[timeframe];
    this.pages = new CandlePages(new OlderBars(pool, store, layers, earliest), layers);
  }

  /** @throws invalid-parameter, terminal-disconnected, history-loading, reduced-capacity */
  async answer(
    { symbol, timeframe }: SeriesRef,
    asked: CandlesQuery,
    { tier, renderer }: CandleReader,
  ): Promise<CandleAnswer> {
    const query = inServerTime(asked, this.series.find(symbol, timeframe)?.zone ?? UNKNOWN_ZONE);
    const cursor = pageCursor(symbol, timeframe, query);
    const snapshot = this.series.get(symbol, timeframe, { allowStale: query.stale === 'allow' });
    const live = this.series.live(symbol, timeframe);
    if (live === undefined) throw new UnknownSeriesError(symbol, timeframe);
    const limit = query.bars;
    const forward = cursor === undefined ? query.from !== undefined : cursor.direction === 'forward';
    const page = forward
      ? await this.pages.forward(live, snapshot, { ...forwardBounds(query, cursor), limit })
      : await this.pages.backward(live, snapshot, { from: undefined, to: cursor?.position ?? query.to, limit });
    const nextCursor = page.next && encodeCursor(symbol, timeframe, page.next);
    const input = { live, snapshot, page, tier, nextCursor, timeFormat: query.time_format };
    const body = await renderer.render(maxCandleBytes(page), () => this.steps(input));
    const asOf = newestReturned(snapshot, { ...page, first: 0 });
    const age = maxAgeSeconds(snapshot, live.time()?.nowMs, page.forming !== undefined);
    return { body, asOf, source: snapshot.source, maxAgeSeconds: age, nextCursor };
  }

  /** The body, which is made when no other caller has made it since something changed. */
  private *steps(input: RenderInput): Steps<Buffer> {
    const place = this.bodies.of(bodyKey(input));
    const ready = place.get();
    if (ready !== undefined) return ready;
    const body = yield* this.render(input);
    place.set(body);
    return body;
  }

  /** Everything that takes longer the more bars there are, metadata included. */
  private *render({ live, snapshot, page, tier, nextCursor, timeFormat }: RenderInput): Steps<Buffer> {
    // Older bars may have been asked for since the snapshot was taken, and some of them refused.
    const refused = live.bars.refusedOpens;
    const known = yield* metadataSteps({ ...snapshot, refused }, { ...page, first: 0 }, tier);
    const zone = this.series.zoneWith(live, page.closed);
    yield;
    const show = timeWriter(timeFormat, zone, known.as_of);
    const metadata = withTimes(known, { zone, show, oldest: page.closed.firstTime ?? page.forming?.time });
    const offsets = timeFormat === 'server' ? '' : JSON.stringify(metadata.utc_offsets);
    const closedBytes = this.closedBytes.of(closedKey(snapshot, page, offsets));
    yield;
    return yield* candleSteps(page, { metadata, nextCursor, closedBytes, show });
  }
}

/** Names a body by all that it depends on; undefined where older bars are in it, or refused ones were found just now. */
function bodyKey({ live, snapshot, page, tier, nextCursor, timeFormat }: RenderInput): string | undefined {
  const closed = closedKey(snapshot, page, timeFormat);
  if (closed === undefined || live.bars.refusedOpens !== snapshot.refused) return undefined;
  const { revision, serverDays } = snapshot;
  const shape = [page.forming?.time, page.truncated, nextCursor].join('/');
  return [closed, revision, serverDays.revision, shape, tier].join('/');
}

function forwardBounds(query: ServerTimeQuery, cursor: PageCursor | undefined) {
  return cursor === undefined ? { from: query.from, to: query.to } : { from: cursor.position, to: cursor.to };
}

/** Names the closed bars of a page that lies in memory, as times are written; undefined where older bars are in it. */
function closedKey({ symbol, timeframe, closed, closedRevision }: SeriesSnapshot, page: CandlePage, offsets: string) {
  const { firstTime, length } = page.closed;
  if (firstTime === undefined || closed.firstTime === undefined || firstTime < closed.firstTime) return undefined;
  return [symbol, timeframe, closedRevision, firstTime, length, offsets].join('/');
}
