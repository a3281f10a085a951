import type { Bars, SeriesChange } from '../../market/index.js';
import type { SeriesKey, SeriesProperties, StoredSeries } from '../../persistence/index.js';

/** Closed bars that the database does not have yet: those that open in [from, to). */
interface DirtyRange {
  readonly from: number;
  readonly to: number;
  /** Bars that the database has in the range and memory does not must go. */
  readonly exact: boolean;
}

/** Bars to be written in one statement. */
export interface UnwrittenSlice extends DirtyRange {
  /** From where on rows that are not in `bars` must go; at least `from`. */
  readonly deleteFrom: number;
  readonly bars: Bars;
}

/** Where a {@link PersistedSeries} reads the bars that it stands for. */
export interface PersistedSource {
  /** The closed bars as they are now. */
  readonly bars: () => Bars;
  /** Open of the first bar that must not be written yet, server seconds. It is noted again when it may be. */
  readonly heldBack: () => number | undefined;
  readonly capacity: number;
}

/**
 * The rows of a series in the database: which stored series they belong to, and which closed bars must still be written.
 * The bars themselves stay in memory, so nothing grows while the database is away.
 */
export class PersistedSeries {
  readonly properties: SeriesProperties;
  private opened: StoredSeries | undefined;
  private read = false;
  private dirty: DirtyRange | undefined;
  private startReached = false;
  private startMarked = false;
  private epoch = 0;
  private abandoned = false;

  constructor(
    readonly key: SeriesKey,
    { terminalId, digits, utcOffsetSeconds, simulated }: SeriesProperties,
    private source: PersistedSource,
  ) {
    this.properties = { terminalId, digits, utcOffsetSeconds, simulated };
  }

  /** The row of the series itself; undefined until the database was asked for it. */
  get stored(): StoredSeries | undefined {
    return this.opened;
  }

  /** Whether the bars in memory began with the rows, or replace them. */
  get rowsRead(): boolean {
    return this.read;
  }

  /** Grows when what was known of the rows before those in memory ceases to hold. */
  get historyEpoch(): number {
    return this.epoch;
  }

  /** Nothing must be written. */
  get clean(): boolean {
    return this.abandoned || (this.dirty === undefined && !this.startUnmarked);
  }

  /** How many bars must be written. */
  get unwrittenBars(): number {
    return this.dirty === undefined ? 0 : this.barsIn(this.dirty).length;
  }

  /** The oldest closed bar is the first that exists, and the database does not know yet. */
  get startUnmarked(): boolean {
    return this.startReached && !this.startMarked;
  }

  /** The bars came from the same instrument: the same name at the same broker. */
  isOf({ brokerServer, brokerSymbol }: Pick<SeriesKey, 'brokerServer' | 'brokerSymbol'>): boolean {
    return this.key.brokerServer === brokerServer && this.key.brokerSymbol === brokerSymbol;
  }

  /** The database has a row for the series. */
  open(stored: StoredSeries): void {
    this.opened = stored;
  }

  /** The rows are in memory. */
  adopt(stored: StoredSeries): void {
    this.opened = stored;
    this.read = true;
    this.startMarked = stored.reachesStart;
  }

  /** The bars in memory are complete: rows that differ are wrong. */
  complete(): void {
    this.read = true;
  }

  /** Older rows are no longer known to join the bars in memory. */
  breakHistory(): void {
    this.epoch++;
  }

  reachStart(): void {
    this.startReached = true;
  }

  /** The database knows that nothing is older. */
  markStart(): void {
    this.startMarked = true;
  }

  /**
   * Notes a change of closed bars. Until the rows are read, the database may have more bars from there on, also behind
   * the newest bar, which the broker may have deleted meanwhile: the range is exact and open at its end.
   */
  note({ from, to, removed }: SeriesChange): void {
    this.mark(this.read ? { from, to, exact: removed } : { from, to: Number.MAX_SAFE_INTEGER, exact: true });
  }

  /**
   * The series is left for another one: the bars as they are now must still be written. If the database does not know
   * the series yet, nothing is: opening it now would make it the current one again.
   */
  freeze(): void {
    const [bars, held] = [this.source.bars(), this.source.heldBack()];
    this.source = { bars: () => bars, heldBack: () => held, capacity: this.source.capacity };
    this.abandoned ||= this.opened === undefined;
  }

  /** The oldest rows were deleted: they reach back to the first bar no more, and what was found out of them is void. */
  trim(): void {
    this.startReached = false;
    this.startMarked = false;
    this.epoch++;
    if (this.opened !== undefined) this.opened = { ...this.opened, reachesStart: false };
  }

  /** Takes the oldest bars that must be written, at most `maxBars`, in one piece; undefined when none may be written. */
  takeSlice(maxBars: number): UnwrittenSlice | undefined {
    const { dirty } = this;
    this.dirty = undefined;
    const end = Math.min(dirty?.to ?? 0, this.source.heldBack() ?? Infinity);
    if (dirty === undefined || dirty.from >= end) return undefined;
    const all = this.barsIn({ from: dirty.from, to: end });
    const bars = all.slice(0, maxBars);
    const to = bars.length < all.length ? all.time[maxBars]! : end;
    if (to < end) this.dirty = { from: to, to: end, exact: dirty.exact };
    return { from: dirty.from, to, exact: dirty.exact, deleteFrom: this.deleteFrom(dirty.from, end), bars };
  }

  /** The slice could not be written. */
  putBack({ from, to, exact }: UnwrittenSlice): void {
    this.mark({ from, to, exact });
  }

  private mark(range: DirtyRange): void {
    const { from, to, exact } = this.dirty ?? range;
    this.dirty = {
      from: Math.min(from, range.from),
      to: Math.max(to, range.to),
      exact: exact || range.exact,
    };
  }

  private barsIn({ from, to }: Pick<DirtyRange, 'from' | 'to'>): Bars {
    const bars = this.source.bars();
    return bars.slice(bars.lowerBound(from), bars.lowerBound(to));
  }

  /** A full series has dropped its oldest bars; that they are missing in memory is no reason to delete their rows. */
  private deleteFrom(from: number, to: number): number {
    const bars = this.source.bars();
    return bars.length < this.source.capacity ? from : Math.max(from, Math.min(to, bars.firstTime!));
  }
}
