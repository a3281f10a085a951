import { Emitter } from '../../../src/kernel/index.js';
import { Bars, Series, type Timeframe } from '../../../src/market/index.js';
import {
  CandleStore,
  type SeriesKey,
  type SeriesProperties,
  type StoredSeries,
} from '../../../src/persistence/index.js';
import { StoreUnavailableError } from '../../../src/persistence/database/persistence.errors.js';
import type { BarQuery } from '../../../src/persistence/candles/candle-store.js';

interface Rows {
  stored: StoredSeries;
  readonly bars: Series;
}

/** A candle store in memory that keeps to the contract of the port, and can be away. */
export class MemoryCandleStore extends CandleStore {
  away = false;
  writes = 0;
  private readonly all: Rows[] = [];
  private readonly trims = new Emitter<number>();
  readonly onTrimmed = this.trims.subscribe;
  private opened = 0;

  override async openSeries(key: SeriesKey, properties: SeriesProperties): Promise<StoredSeries> {
    this.check();
    let rows = this.all.find(
      ({ stored: { brokerServer, brokerSymbol, symbol, timeframe } }) =>
        brokerServer === key.brokerServer &&
        brokerSymbol === key.brokerSymbol &&
        symbol === key.symbol &&
        timeframe === key.timeframe,
    );
    if (rows === undefined) {
      const stored = { ...key, ...properties, id: this.all.length + 1, reachesStart: false, openedAt: new Date(0) };
      rows = { stored, bars: new Series(key.timeframe, 1_000_000) };
      this.all.push(rows);
    }
    rows.stored = { ...rows.stored, ...properties, openedAt: new Date(++this.opened) };
    return rows.stored;
  }

  override async currentSeries(): Promise<readonly StoredSeries[]> {
    this.check();
    const newest = new Map<string, StoredSeries>();
    for (const { stored } of [...this.all].sort((a, b) => a.stored.openedAt.getTime() - b.stored.openedAt.getTime())) {
      newest.set(`${stored.symbol} ${stored.timeframe}`, stored);
    }
    return [...newest.values()];
  }

  override async write(seriesId: number, bars: Bars): Promise<{ inserted: number; updated: number }> {
    const rows = this.rows(seriesId);
    const before = rows.bars.closed.length;
    rows.bars.merge(bars);
    this.writes++;
    return { inserted: rows.bars.closed.length - before, updated: 0 };
  }

  override async replaceRange(seriesId: number, range: { from: number; to: number }, bars: Bars): Promise<void> {
    if (!Number.isSafeInteger(range.from) || !Number.isSafeInteger(range.to))
      throw new RangeError('not a range of rows');
    this.rows(seriesId).bars.replaceRange(range, bars);
    this.writes++;
  }

  override async markReachesStart(seriesId: number): Promise<void> {
    const rows = this.rows(seriesId);
    rows.stored = { ...rows.stored, reachesStart: true };
  }

  override async read(seriesId: number, { from = -Infinity, to = Infinity, limit, take }: BarQuery): Promise<Bars> {
    const { closed } = this.rows(seriesId).bars;
    const inside = closed.slice(closed.lowerBound(from), closed.lowerBound(to));
    const bars = take === 'newest' ? inside.slice(Math.max(0, inside.length - limit)) : inside.slice(0, limit);
    return Bars.from(bars.toArray());
  }

  /** What the retention does to rows that open before `until`. */
  trim(seriesId: number, until: number): void {
    const rows = this.rows(seriesId);
    rows.bars.replaceRange({ from: -Infinity, to: until }, Bars.EMPTY);
    rows.stored = { ...rows.stored, reachesStart: false };
    this.trims.emit(seriesId);
  }

  /** Everything stored of one broker's series. */
  rowsOf(brokerServer: string, timeframe: Timeframe): Bars {
    const rows = this.all.find(({ stored }) => stored.brokerServer === brokerServer && stored.timeframe === timeframe);
    return rows?.bars.closed ?? Bars.EMPTY;
  }

  private rows(seriesId: number): Rows {
    this.check();
    const rows = this.all[seriesId - 1];
    if (rows === undefined) throw new RangeError(`no series ${seriesId}`);
    return rows;
  }

  private check(): void {
    if (this.away) throw new StoreUnavailableError('test');
  }
}
