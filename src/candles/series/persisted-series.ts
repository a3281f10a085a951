import type { Bars, SeriesChange } from '../../market/index.js';
import type { SeriesKey, SeriesProperties, StoredSeries } from '../../persistence/index.js';

/** Closed bars in memory that the database does not have yet: those that open in [from, to). */
export interface DirtyRange {
  readonly from: number;
  readonly to: number;
  /** Bars that the database has in the range and we do not must go. */
  readonly exact: boolean;
}

/**
 * What ties a series in memory to its rows: which stored series it is, and which of its closed bars still have to be
 * written. The bars themselves stay in the series, so nothing grows while the database is away.
 */
export class PersistedSeries {
  stored: StoredSeries | undefined;
  dirty: DirtyRange | undefined;
  /** The oldest closed bar is the first that exists, and the database is to know. */
  startReached = false;
  startMarked = false;
  /** How often what was known of the rows before those in memory ceased to hold. */
  breaks = 0;
  readonly properties: SeriesProperties;
  readonly capacity: number;
  /** Open of the first bar that must not be written yet, server seconds. It is noted again when it may be. */
  heldBack: () => number | undefined;
  private abandoned = false;

  constructor(
    readonly key: SeriesKey,
    { terminalId, digits, utcOffsetSeconds, simulated }: SeriesProperties,
    /** The closed bars as they are now. */
    public bars: () => Bars,
    { capacity, heldBack }: { capacity: number; heldBack: () => number | undefined },
  ) {
    this.capacity = capacity;
    this.heldBack = heldBack;
    this.properties = { terminalId, digits, utcOffsetSeconds, simulated };
  }

  /** What is kept came from the same instrument: the same name at the same broker. */
  isOf({ brokerServer, brokerSymbol }: Pick<SeriesKey, 'brokerServer' | 'brokerSymbol'>): boolean {
    return this.key.brokerServer === brokerServer && this.key.brokerSymbol === brokerSymbol;
  }

  /**
   * Notes a change of closed bars. Until the rows were read, nobody knows what else the database has from there on, also
   * behind the newest bar, which the broker may have deleted meanwhile: the range is exact and open at its end.
   */
  note(change: SeriesChange, rowsKnown: boolean): void {
    if (rowsKnown) this.mark({ from: change.from, to: change.to, exact: change.removed });
    else this.mark({ from: change.from, to: Number.MAX_SAFE_INTEGER, exact: true });
  }

  mark(range: DirtyRange): void {
    const { from, to, exact } = this.dirty ?? range;
    this.dirty = {
      from: Math.min(from, range.from),
      to: Math.max(to, range.to),
      exact: exact || range.exact,
    };
  }

  /**
   * The series is left for another one: what is still to be written are the bars as they are now. If the database does
   * not even know the series yet, nothing is: opening it now would make it the current one again.
   */
  freeze(): void {
    const last = this.bars();
    const held = this.heldBack();
    this.bars = () => last;
    this.heldBack = () => held;
    if (this.stored === undefined) this.abandoned = true;
  }

  /** The oldest rows were deleted: they reach back to the first bar no more, and what was found out of them is void. */
  trimmed(): void {
    this.startReached = false;
    this.startMarked = false;
    this.breaks++;
    if (this.stored !== undefined) this.stored = { ...this.stored, reachesStart: false };
  }

  /** Nothing is left to be written. */
  get clean(): boolean {
    return this.abandoned || (this.dirty === undefined && (!this.startReached || this.startMarked));
  }
}
