import type { Candle } from './candle.js';

/** The columns of {@link Bars}: 60 bytes a bar, as in MqlRates. */
export interface BarColumns {
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly tickVolume: Float64Array;
  readonly spread: Int32Array;
  readonly realVolume: Float64Array;
}

/**
 * A run of bars in columns, oldest first. It is a value: its receivers never write to the columns, so it is shared
 * without a copy.
 */
export class Bars implements BarColumns {
  static readonly EMPTY = Bars.allocate(0);

  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly tickVolume: Float64Array;
  readonly spread: Int32Array;
  readonly realVolume: Float64Array;

  constructor(columns: BarColumns) {
    this.time = columns.time;
    this.open = columns.open;
    this.high = columns.high;
    this.low = columns.low;
    this.close = columns.close;
    this.tickVolume = columns.tickVolume;
    this.spread = columns.spread;
    this.realVolume = columns.realVolume;
  }

  /** Zeroed columns for `length` bars; the caller writes the bars before it shares them. */
  static allocate(length: number): Bars {
    return new Bars({
      time: new Float64Array(length),
      open: new Float64Array(length),
      high: new Float64Array(length),
      low: new Float64Array(length),
      close: new Float64Array(length),
      tickVolume: new Float64Array(length),
      spread: new Int32Array(length),
      realVolume: new Float64Array(length),
    });
  }

  static from(candles: readonly Candle[]): Bars {
    const bars = Bars.allocate(candles.length);
    candles.forEach((candle, index) => bars.put(index, candle));
    return bars;
  }

  /** The given runs in one; the caller is responsible for their order. */
  static concat(runs: readonly Bars[]): Bars {
    const all = Bars.allocate(runs.reduce((sum, run) => sum + run.length, 0));
    let offset = 0;
    for (const run of runs) {
      all.copyFrom(run, offset);
      offset += run.length;
    }
    return all;
  }

  get length(): number {
    return this.time.length;
  }

  /** Open time of the oldest bar, server seconds; undefined when there is none. */
  get firstTime(): number | undefined {
    return this.time[0];
  }

  /** Open time of the newest bar, server seconds; undefined when there is none. */
  get lastTime(): number | undefined {
    return this.time[this.length - 1];
  }

  /** The bar at `index`. @throws RangeError outside 0..length-1 */
  at(index: number): Candle {
    if (!(index >= 0 && index < this.length)) throw new RangeError(`no bar ${index} in a run of ${this.length}`);
    return {
      time: this.time[index]!,
      open: this.open[index]!,
      high: this.high[index]!,
      low: this.low[index]!,
      close: this.close[index]!,
      tickVolume: this.tickVolume[index]!,
      spread: this.spread[index]!,
      realVolume: this.realVolume[index]!,
    };
  }

  toArray(): Candle[] {
    return Array.from({ length: this.length }, (_, index) => this.at(index));
  }

  /** Bars `from` (inclusive) to `to` (exclusive), sharing the memory. Negative numbers count from the end. */
  slice(from: number, to: number = this.length): Bars {
    return new Bars({
      time: this.time.subarray(from, to),
      open: this.open.subarray(from, to),
      high: this.high.subarray(from, to),
      low: this.low.subarray(from, to),
      close: this.close.subarray(from, to),
      tickVolume: this.tickVolume.subarray(from, to),
      spread: this.spread.subarray(from, to),
      realVolume: this.realVolume.subarray(from, to),
    });
  }

  /** Index of the first bar that opens at or after `time` (binary search); `length` when all are older. */
  lowerBound(time: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.time[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Writes one bar into columns that are not shared yet. */
  put(index: number, candle: Candle): void {
    this.time[index] = candle.time;
    this.open[index] = candle.open;
    this.high[index] = candle.high;
    this.low[index] = candle.low;
    this.close[index] = candle.close;
    this.tickVolume[index] = candle.tickVolume;
    this.spread[index] = candle.spread;
    this.realVolume[index] = candle.realVolume;
  }

  /** Copies a run into columns that are not shared yet. */
  copyFrom(source: Bars, offset: number): void {
    this.time.set(source.time, offset);
    this.open.set(source.open, offset);
    this.high.set(source.high, offset);
    this.low.set(source.low, offset);
    this.close.set(source.close, offset);
    this.tickVolume.set(source.tickVolume, offset);
    this.spread.set(source.spread, offset);
    this.realVolume.set(source.realVolume, offset);
  }
}
