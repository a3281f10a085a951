import { Bars } from './bars.js';
import type { Candle } from './candle.js';
import { barOpen, type Timeframe } from './timeframe.js';

/** Which closed bars differ after an operation: those that open in [from, to), server seconds. */
export interface SeriesChange {
  readonly from: number;
  readonly to: number;
  /** A bar was removed by the operation (not because the series was full). */
  readonly removed: boolean;
}

/** Bars that fit behind the newest one before the columns are copied to new memory. */
const SPARE_BARS = 512;

/**
 * The bars of one symbol and timeframe: closed ones in columns, ascending, unique, on the timeframe's grid and at most
 * `capacity` (the oldest are dropped), and at most one forming bar, later than every closed one.
 *
 * A view from {@link closed} never changes: a bar is appended in memory that no older view sees, and every other change
 * copies. Appending is O(1) (a copy every 512 bars), a correction O(capacity).
 *
 * Memory: 60 bytes a bar, at most `60 * (capacity + 512)` bytes a series (631 kB for 10,000 bars), and as much again
 * while a view from before the last copy is held.
 */
export class Series {
  private columns = Bars.EMPTY;
  private start = 0;
  private view = Bars.EMPTY;
  private formingBar: Candle | undefined;
  private changes = 0;
  private closedChanges = 0;

  /** @throws RangeError when `capacity` is not a whole number above 0 */
  constructor(
    readonly timeframe: Timeframe,
    readonly capacity: number,
  ) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) throw new RangeError(`a series of ${capacity} bars`);
  }

  /** The closed bars now, as a value. */
  get closed(): Bars {
    return this.view;
  }

  get forming(): Candle | undefined {
    return this.formingBar;
  }

  /** Grows with every change. */
  get revision(): number {
    return this.changes;
  }

  /** Grows only when closed bars change. */
  get closedRevision(): number {
    return this.closedChanges;
  }

  /**
   * Merges closed bars: inserts new ones where they belong and corrects known ones. Removes a forming bar that is not
   * later than all of them. Leaves out bars that are too old for a full series.
   * @throws RangeError when `run` is not ascending or not on the grid
   */
  merge(run: Bars): SeriesChange | undefined {
    this.check(run);
    const known = this.view;
    if (run.length === 0) return undefined;
    if (known.length === 0 || run.firstTime! > known.lastTime!) return this.append(run);
    const at = known.lowerBound(run.firstTime!);
    const merged = union(known.slice(at), run);
    return this.adopt(Bars.concat([known.slice(0, at), merged]), false);
  }

  /**
   * Makes the closed bars that open in [from, to) exactly `run` and deletes all others there. `to` may be Infinity,
   * `from` -Infinity.
   * @throws RangeError when `run` is not ascending, not on the grid, or leaves the range
   */
  replaceRange(range: { readonly from: number; readonly to: number }, run: Bars): SeriesChange | undefined {
    this.check(run);
    if (run.length > 0 && !(run.firstTime! >= range.from && run.lastTime! < range.to)) {
      throw new RangeError(`bars ${run.firstTime} to ${run.lastTime} leave the range ${range.from} to ${range.to}`);
    }
    const known = this.view;
    const from = known.lowerBound(range.from);
    const to = Math.max(from, known.lowerBound(range.to));
    if (from === known.length && run.length > 0) return this.append(run);
    return this.adopt(Bars.concat([known.slice(0, from), run, known.slice(to)]), true);
  }

  /**
   * Sets or removes the forming bar; returns whether anything changed.
   * @throws RangeError when it is off the grid or not later than the last closed bar
   */
  setForming(candle: Candle | undefined): boolean {
    if (candle !== undefined) {
      this.checkTime(candle.time);
      const last = this.view.lastTime;
      if (last !== undefined && candle.time <= last) throw new RangeError(`forming ${candle.time}, closed ${last}`);
    }
    if (sameCandle(this.formingBar, candle)) return false;
    this.formingBar = candle;
    this.changes++;
    return true;
  }

  /** Turns the forming bar, if any, into the newest closed one. */
  closeForming(): SeriesChange | undefined {
    return this.formingBar === undefined ? undefined : this.append(Bars.from([this.formingBar]));
  }

  /** Forgets all bars; revisions keep growing. */
  clear(): void {
    this.setForming(undefined);
    if (this.view.length > 0) this.replaceRange({ from: -Infinity, to: Infinity }, Bars.EMPTY);
  }

  private append(run: Bars): SeriesChange {
    const added = run.slice(Math.max(0, run.length - this.capacity));
    const kept = Math.min(this.view.length, this.capacity - added.length);
    const end = this.start + this.view.length;
    if (end + added.length > this.columns.length) {
      this.allocate(this.view.slice(this.view.length - kept), added);
    } else {
      this.columns.copyFrom(added, end);
      this.show(end - kept, kept + added.length);
    }
    return this.closedChanged({ from: added.firstTime!, to: added.lastTime! + 1, removed: false });
  }

  private adopt(all: Bars, mayRemove: boolean): SeriesChange | undefined {
    const change = difference(this.view, all);
    if (change === undefined) return undefined;
    const next = all.slice(Math.max(0, all.length - this.capacity));
    const from = next.length < all.length ? Math.max(change.from, next.firstTime!) : change.from;
    if (from >= change.to) return undefined;
    this.allocate(next, Bars.EMPTY);
    return this.closedChanged({ from, to: change.to, removed: mayRemove && change.removed });
  }

  private closedChanged(change: SeriesChange): SeriesChange {
    const last = this.view.lastTime;
    if (this.formingBar !== undefined && last !== undefined && this.formingBar.time <= last)
      this.formingBar = undefined;
    this.changes++;
    this.closedChanges++;
    return change;
  }

  private allocate(first: Bars, second: Bars): void {
    const length = first.length + second.length;
    const columns = Bars.allocate(length === 0 ? 0 : Math.min(2 * length, this.capacity) + SPARE_BARS);
    columns.copyFrom(first, 0);
    columns.copyFrom(second, first.length);
    this.columns = columns;
    this.show(0, length);
  }

  private show(start: number, length: number): void {
    this.start = start;
    this.view = this.columns.slice(start, start + length);
  }

  private check(run: Bars): void {
    let previous = -Infinity;
    for (const time of run.time) {
      if (!(time > previous)) throw new RangeError(`bar ${time} does not come after bar ${previous}`);
      this.checkTime(time);
      previous = time;
    }
  }

  private checkTime(time: number): void {
    if (!Number.isSafeInteger(time) || barOpen(this.timeframe, time) !== time) {
      throw new RangeError(`no ${this.timeframe} bar opens at ${time}`);
    }
  }
}

/** Whether bar `i` of `a` and bar `j` of `b` are equal in every column. */
export function sameBar(a: Bars, i: number, b: Bars, j: number): boolean {
  return (
    a.time[i] === b.time[j] &&
    a.open[i] === b.open[j] &&
    a.high[i] === b.high[j] &&
    a.low[i] === b.low[j] &&
    a.close[i] === b.close[j] &&
    a.tickVolume[i] === b.tickVolume[j] &&
    a.spread[i] === b.spread[j] &&
    a.realVolume[i] === b.realVolume[j]
  );
}

function sameCandle(a: Candle | undefined, b: Candle | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.time === b.time &&
    a.open === b.open &&
    a.high === b.high &&
    a.low === b.low &&
    a.close === b.close &&
    a.tickVolume === b.tickVolume &&
    a.spread === b.spread &&
    a.realVolume === b.realVolume
  );
}

/** Both runs in one, ascending; the second one wins where both have a bar. */
function union(known: Bars, run: Bars): Bars {
  const pieces: Bars[] = [];
  let i = 0;
  let j = 0;
  while (j < run.length) {
    const older = known.lowerBound(run.time[j]!);
    if (older > i) pieces.push(known.slice(i, older));
    i = older;
    const first = j;
    while (j < run.length && (i >= known.length || run.time[j]! <= known.time[i]!)) {
      if (i < known.length && run.time[j] === known.time[i]) i++;
      j++;
    }
    pieces.push(run.slice(first, j));
  }
  if (i < known.length) pieces.push(known.slice(i));
  return Bars.concat(pieces);
}

/** The smallest range outside which both runs are equal; undefined when they are equal. */
function difference(before: Bars, after: Bars): SeriesChange | undefined {
  let head = 0;
  const shorter = Math.min(before.length, after.length);
  while (head < shorter && sameBar(before, head, after, head)) head++;
  let tail = 0;
  while (tail < shorter - head && sameBar(before, before.length - 1 - tail, after, after.length - 1 - tail)) tail++;
  const gone = before.slice(head, before.length - tail);
  const came = after.slice(head, after.length - tail);
  if (gone.length === 0 && came.length === 0) return undefined;
  const from = Math.min(gone.firstTime ?? Infinity, came.firstTime ?? Infinity);
  const to = Math.max(gone.lastTime ?? 0, came.lastTime ?? 0) + 1;
  return { from, to, removed: gone.time.some((time) => came.time[came.lowerBound(time)] !== time) };
}
