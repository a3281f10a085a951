import { Bars, Series, type Candle, type SeriesChange, type SymbolName, type Timeframe } from '../../market/index.js';
import type { SeriesKey, SeriesProperties, StoredSeries } from '../../persistence/index.js';
import type { BarPush, SymbolRoute } from '../../terminals/index.js';
import { RefusedBars, type BarRange, type Correction } from '../feed/refused-bars.js';
import type { Backfill } from './backfill.js';
import { ClosedByClock, type CloseVerdict } from './closed-by-clock.js';
import { PersistedSeries } from './persisted-series.js';

/** What {@link SeriesBars} need from outside. */
export interface SeriesBarsDeps {
  readonly capacity: number;
  /** The newest closed bar is provisional: only server time says that it is over. */
  readonly onHeld: () => void;
  /** Closed bars wait for the database. */
  readonly onUnwritten: (rows: PersistedSeries) => void;
}

/** Where the bars of a series came from. */
type Origin = Pick<SymbolRoute, 'digits' | 'simulated'> & { readonly terminalId: string | undefined };

const UNKNOWN_ORIGIN: Origin = { terminalId: undefined, digits: 0, simulated: false };

/**
 * What a series holds: closed bars (an immutable view with its own revision), the forming bar, where bars were
 * refused, and which closed bars the database lacks. Every change of closed bars is noted for the database.
 */
export class SeriesBars {
  private readonly series: Series;
  private readonly refused: RefusedBars;
  private readonly byClock: ClosedByClock;
  private rows: PersistedSeries | undefined;
  private from = UNKNOWN_ORIGIN;
  private historyStart: number | undefined;

  constructor(
    private readonly symbol: SymbolName,
    private readonly timeframe: Timeframe,
    private readonly deps: SeriesBarsDeps,
  ) {
    this.series = new Series(timeframe, deps.capacity);
    this.refused = new RefusedBars(this.series);
    this.byClock = new ClosedByClock(this.series, { held: deps.onHeld, released: (change) => this.note(change) });
  }

  get closed(): Bars {
    return this.series.closed;
  }

  get forming(): Candle | undefined {
    return this.series.forming;
  }

  /** Grows with every change of bars. */
  get revision(): number {
    return this.series.revision;
  }

  /** Grows only when closed bars change. */
  get closedRevision(): number {
    return this.series.closedRevision;
  }

  get capacity(): number {
    return this.series.capacity;
  }

  get origin(): Origin {
    return this.from;
  }

  /** Rows of the database; undefined until something was stored or a terminal came. */
  get persisted(): PersistedSeries | undefined {
    return this.rows;
  }

  /** Opens of the slots in which the terminal has bars that cannot be used, server seconds. */
  get refusedOpens(): readonly number[] {
    return this.refused.opens;
  }

  /** Open of the newest closed bar, server seconds, while it was closed by server time and the terminal is silent. */
  get unconfirmed(): number | undefined {
    return this.byClock.unconfirmed;
  }

  /** The same until the terminal itself has closed the bar; it may still count late ticks into it. */
  get provisional(): number | undefined {
    return this.byClock.time;
  }

  /** Whether the first bar that the terminal can get is in memory, as far as that is known. */
  get reachesStart(): boolean {
    const first = this.closed.firstTime;
    return first !== undefined && this.historyStart !== undefined && first <= this.historyStart;
  }

  /** Takes over the rows of the database; they say where the bars came from unless a terminal feeds the series. */
  adopt(stored: StoredSeries, bars: Bars, isFed: boolean): void {
    this.rows ??= this.rowsOf(stored, stored);
    this.rows.adopt(stored);
    const { terminalId, digits } = isFed ? this.from : stored;
    this.from = { terminalId, digits, simulated: this.from.simulated || stored.simulated };
    if (this.closed.length === 0) this.series.merge(bars);
    if (stored.reachesStart && bars.length > 0 && bars.length < this.capacity) this.historyStart = bars.firstTime;
  }

  /** Follows a route; true when bars of another broker, or of another name at the broker, were left behind. */
  follow(route: SymbolRoute, utcOffsetSeconds: number | undefined): boolean {
    const isAnother = this.rows?.isOf(route) !== true;
    if (isAnother) this.startOver(route, utcOffsetSeconds);
    const { terminalId, digits, simulated } = route;
    this.from = { terminalId, digits, simulated: this.from.simulated || simulated };
    return isAnother;
  }

  /** The terminal has `run` in a range now; tells what changed, and whether there are news of refused bars. */
  correct(range: BarRange, run: Bars, { kept, refused }: Correction): { change?: SeriesChange; isNews: boolean } {
    const change = kept ? this.series.merge(run) : this.series.replaceRange(range, run);
    this.note(change);
    const isNews = kept ? this.refused.add(refused) : this.refused.replace(range, refused);
    return change === undefined ? { isNews } : { change, isNews: true };
  }

  /** An answer held refused bars in these slots. True when that is news. */
  refuse(opens: readonly number[]): boolean {
    return this.refused.add(opens);
  }

  /** The terminal was asked for its newest bars after the end of the provisional one, `held`. */
  confirm(held: number, candles: readonly Candle[], refused: boolean): CloseVerdict {
    return this.byClock.answered(held, candles, refused);
  }

  /** Takes over what a backfill found. */
  replace(found: Backfill): void {
    if (found.older !== 'joined') this.rows?.breakHistory();
    if (found.older === 'apart') this.series.replaceRange({ from: -Infinity, to: found.from }, Bars.EMPTY);
    const range = { from: found.older === 'rewritten' ? -Infinity : found.from, to: Infinity };
    this.note(this.series.replaceRange(range, found.closed));
    this.series.setForming(found.forming);
    this.byClock.backfilled(found);
    this.refused.replace(range, found.refused);
    if (found.reachesStart) this.historyStart = found.from;
    this.rows?.complete();
    if (!this.reachesStart || this.rows === undefined) return;
    this.rows.reachStart();
    this.deps.onUnwritten(this.rows);
  }

  /** Applies a push that was found to fit; tells whether it confirmed the provisional bar. */
  apply({ closed, forming }: BarPush): boolean {
    this.note(this.series.merge(Bars.from(closed)));
    const isConfirmation = this.byClock.pushed(closed.at(-1)?.time);
    // Closed by the clock, but the terminal still counts late ticks into it.
    if (forming !== undefined && forming.time === this.provisional) this.note(this.series.merge(Bars.from([forming])));
    else if (forming !== undefined) this.series.setForming(forming);
    return isConfirmation;
  }

  /** Server time says that the forming bar is over. It is written once it is confirmed. */
  closeByClock(): void {
    const { forming } = this.series;
    if (forming === undefined) return;
    this.series.closeForming();
    this.byClock.close(forming.time);
  }

  private note(change: SeriesChange | undefined): void {
    if (change === undefined) return;
    this.refused.barsChanged(change);
    if (this.rows === undefined) return;
    this.rows.note(change);
    this.deps.onUnwritten(this.rows);
  }

  private startOver(route: SymbolRoute, utcOffsetSeconds: number | undefined): void {
    this.rows?.freeze();
    this.series.clear();
    this.refused.clear();
    this.byClock.forget();
    this.rows = this.rowsOf(route, { ...route, utcOffsetSeconds });
    this.from = UNKNOWN_ORIGIN;
    this.historyStart = undefined;
  }

  private rowsOf(
    { brokerServer, brokerSymbol }: Pick<SeriesKey, 'brokerServer' | 'brokerSymbol'>,
    properties: SeriesProperties,
  ): PersistedSeries {
    const key = { brokerServer, brokerSymbol, symbol: this.symbol, timeframe: this.timeframe };
    return new PersistedSeries(key, properties, {
      bars: () => this.closed,
      heldBack: () => this.unconfirmed,
      capacity: this.capacity,
    });
  }
}

/** {@link SeriesBars} for everyone but the series that owns them. */
export type ReadableBars = Pick<SeriesBars, 'closed' | 'forming' | 'capacity' | 'closedRevision' | 'refusedOpens'>;
