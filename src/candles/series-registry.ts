import type { Subscribe } from '../kernel/index.js';
import type { Bars, Candle, ServerZone, SessionCalendar, SymbolName, Timeframe } from '../market/index.js';

/** Where a series stands in its life. */
export type SeriesState =
  /** Nothing yet: no terminal and nothing stored. */
  | 'empty'
  /** The terminal is loading or we are filling the gap; what is there may be incomplete. */
  | 'loading'
  /** Complete up to the newest bar and fed by push. */
  | 'live'
  /** Bars are kept, but no terminal feeds them. */
  | 'detached';

/** What all series of one broker's server tell of days. */
export interface ServerDays {
  /** Grows when answers may have changed. */
  readonly revision: number;
  /** Whether no symbol has a bar on the day that begins at `day`, server seconds. */
  isClosed(day: number): boolean;
}

/** One consistent look at a series. A value: later changes make a new snapshot with a higher revision. */
export interface SeriesSnapshot {
  readonly symbol: SymbolName;
  readonly timeframe: Timeframe;
  /** Grows with every change of bars, state or freshness; equal revision = equal answer. */
  readonly revision: number;
  /** Grows only when closed bars change; what the engine computed for it stays right. */
  readonly closedRevision: number;
  readonly state: SeriesState;
  /** Ascending, unique, at most SERIES_BARS. */
  readonly closed: Bars;
  /** The bar that contains the terminal's server time, when there is one. */
  readonly forming: Candle | undefined;
  /** The terminal that feeds it now, else the one that did. */
  readonly terminalId: string;
  /** `terminal` when fed now, `store` when only kept; `simulator` whenever any bar came from one. */
  readonly source: 'terminal' | 'store' | 'simulator';
  readonly digits: number;
  /** Server time minus UTC now; undefined while it is not known. */
  readonly utcOffsetSeconds: number | undefined;
  /** What is known of the offset at other times. */
  readonly zone: ServerZone;
  /** The oldest closed bar is the first that exists at the terminal. */
  readonly reachesStart: boolean;
  /** Opens of the newest slots in which the terminal has bars that the gateway refused, server seconds, ascending. */
  readonly refused: readonly number[];
  /** Open of the newest closed bar while only server time says that it is over and the terminal has not confirmed it. */
  readonly unconfirmed: number | undefined;
  /** When the symbol is quoted, as its terminal tells; `SessionCalendar.WEEKDAYS` while unknown. */
  readonly calendar: SessionCalendar;
  /** Days on which the whole server was closed, as far as is known at the time of asking. */
  readonly serverDays: ServerDays;
  /** Closed and forming bars may be older than they should be (heartbeat too old, feed behind, or detached). */
  readonly stale: boolean;
}

/**
 * All live series (port). `indicators` reads from here and from nowhere else.
 */
export abstract class SeriesRegistry {
  /**
   * A snapshot that may be served.
   * @throws terminal-disconnected without a ready terminal unless `stale` is allowed and bars are kept
   * @throws history-loading while the series is not complete yet
   * @throws terminal-error when its terminal has given no usable bars for longer than loading explains
   */
  abstract get(symbol: SymbolName, timeframe: Timeframe, options?: { allowStale?: boolean }): SeriesSnapshot;
  /** The snapshot as it is, served or not; undefined for an unknown symbol or timeframe. */
  abstract find(symbol: SymbolName, timeframe: Timeframe): SeriesSnapshot | undefined;
  /**
   * Fetches the bars in memory from the terminal again, as soon as it is their turn; what is kept is served meanwhile.
   * False when no terminal feeds the series, or there is no such series.
   */
  abstract requestBackfill(symbol: SymbolName, timeframe: Timeframe): boolean;
  /** The terminal's server time now, milliseconds; undefined while no terminal tells it. */
  abstract serverTimeMs(symbol: SymbolName, timeframe: Timeframe): number | undefined;
  /** A series changed; carries the new snapshot. */
  abstract readonly onChange: Subscribe<SeriesSnapshot>;
}
