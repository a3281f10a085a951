import type { Subscribe } from '../../kernel/index.js';
import type { Bars, SymbolName, Timeframe } from '../../market/index.js';

/**
 * Identity of a stored series: the same symbol at another broker (or in another simulation), or under another broker's
 * name, is another series.
 */
export interface SeriesKey {
  readonly brokerServer: string;
  /** The broker's name of the symbol. */
  readonly brokerSymbol: string;
  readonly symbol: SymbolName;
  readonly timeframe: Timeframe;
}

export interface StoredSeries extends SeriesKey {
  readonly id: number;
  readonly terminalId: string;
  readonly digits: number;
  /** Server time minus UTC at opening, seconds; undefined when unknown. */
  readonly utcOffsetSeconds: number | undefined;
  /** True when its bars come from a simulator. */
  readonly simulated: boolean;
  /** True when the oldest stored bar is the terminal's first one. */
  readonly reachesStart: boolean;
  /** Time at which it was last opened for writing. */
  readonly openedAt: Date;
}

/** Properties of a series when its terminal becomes ready. */
export interface SeriesProperties {
  readonly terminalId: string;
  readonly digits: number;
  /** Server time minus UTC at opening, seconds; undefined when unknown. */
  readonly utcOffsetSeconds: number | undefined;
  readonly simulated: boolean;
}

/** Range and page size of a read. */
export interface BarQuery {
  /** Inclusive, server seconds. */
  readonly from?: number;
  /** Exclusive, server seconds. */
  readonly to?: number;
  readonly limit: number;
  /** The end that counts when there are more than `limit` bars. The result is ascending either way. */
  readonly take: 'oldest' | 'newest';
}

/**
 * Closed bars in Postgres (port). The forming bar is never stored. Every method may throw `StoreUnavailableError`
 * (reduced-capacity) while the database is away.
 */
export abstract class CandleStore {
  /** Finds or creates the series and makes it the current one of its symbol and timeframe. */
  abstract openSeries(key: SeriesKey, properties: SeriesProperties): Promise<StoredSeries>;
  /** Reads the current (last opened) series of every symbol and timeframe in one statement. */
  abstract currentSeries(): Promise<readonly StoredSeries[]>;
  /** Inserts new bars and corrects changed ones; equal bars stay untouched. Returns both counts. */
  abstract write(seriesId: number, bars: Bars): Promise<{ inserted: number; updated: number }>;
  /** Makes [from, to) of the series exactly `bars` and deletes the others (rewritten history). */
  abstract replaceRange(seriesId: number, range: { from: number; to: number }, bars: Bars): Promise<void>;
  /** Records that the stored series reaches back to the terminal's first bar. */
  abstract markReachesStart(seriesId: number): Promise<void>;
  /** Emits the id of a series whose rows the retention deleted. */
  abstract readonly onTrimmed: Subscribe<number>;
  /** Ascending. */
  abstract read(seriesId: number, query: BarQuery): Promise<Bars>;
}
