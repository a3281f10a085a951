import type { Subscribe } from '../../kernel/index.js';
import type { Bars, SymbolName, Timeframe } from '../../market/index.js';

/**
 * What makes a stored series unique: the same symbol at another broker (or in another simulation), or read there under
 * another name, is another series.
 */
export interface SeriesKey {
  readonly brokerServer: string;
  /** The broker's name of the symbol. */
  readonly brokerSymbol: string;
  readonly symbol: SymbolName;
  readonly timeframe: Timeframe;
}

/** A series known to the database. */
export interface StoredSeries extends SeriesKey {
  readonly id: number;
  readonly terminalId: string;
  readonly digits: number;
  /** Server time minus UTC when it was opened, seconds; undefined when that was not known. */
  readonly utcOffsetSeconds: number | undefined;
  /** Its bars came from a simulator, and still do after a restart. */
  readonly simulated: boolean;
  /** The oldest stored bar is the first that the terminal can get. */
  readonly reachesStart: boolean;
  /** When it was last opened for writing. */
  readonly openedAt: Date;
}

/** What is known of a series when its terminal gets ready. */
export interface SeriesProperties {
  readonly terminalId: string;
  readonly digits: number;
  /** Server time minus UTC when it was opened, seconds; undefined when that was not known. */
  readonly utcOffsetSeconds: number | undefined;
  readonly simulated: boolean;
}

/** A page of stored bars. */
export interface BarQuery {
  /** Inclusive, server seconds. */
  readonly from?: number;
  /** Exclusive, server seconds. */
  readonly to?: number;
  /** At most this many bars. */
  readonly limit: number;
  /** Which end counts when there are more than `limit`: the oldest or the newest. The answer is ascending either way. */
  readonly take: 'oldest' | 'newest';
}

/**
 * Closed bars in Postgres (port). The forming bar is never stored. Every method may throw `StoreUnavailableError`
 * (reduced-capacity) while the database is away.
 */
export abstract class CandleStore {
  /** Finds or creates the series and marks it as the current one of its symbol and timeframe. */
  abstract openSeries(key: SeriesKey, properties: SeriesProperties): Promise<StoredSeries>;
  /** The current series of every symbol and timeframe (the one opened last), in one statement. */
  abstract currentSeries(): Promise<readonly StoredSeries[]>;
  /** Inserts new bars and corrects changed ones; known, equal bars are not touched. Returns how many of each. */
  abstract write(seriesId: number, bars: Bars): Promise<{ inserted: number; updated: number }>;
  /** Makes [from, to) of the series exactly `bars`: what is not in `bars` is deleted (rewritten history). */
  abstract replaceRange(seriesId: number, range: { from: number; to: number }, bars: Bars): Promise<void>;
  /** Remembers that the stored series reaches back to the first bar the terminal has. */
  abstract markReachesStart(seriesId: number): Promise<void>;
  /** Old rows of a series were deleted because their time was over; carries its id. */
  abstract readonly onTrimmed: Subscribe<number>;
  /** Stored bars, ascending. */
  abstract read(seriesId: number, query: BarQuery): Promise<Bars>;
}
