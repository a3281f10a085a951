import { Bars } from '../../src/market/index.js';
import type { BarColumns } from '../../src/market/bars.js';

/** How often numbers of counted columns were read. */
export interface ReadCount {
  reads: number;
}

type Column = Float64Array | Int32Array;

/** The column, which counts every number that is read from it or from a part of it. */
export function countedColumn<T extends Column>(column: T, count: ReadCount): T {
  return new Proxy(column, {
    get(target, name) {
      if (typeof name === 'string' && /^\d+$/.test(name)) {
        count.reads++;
        return target[Number(name)];
      }
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'subarray') return value.bind(target);
      return (from?: number, to?: number) => countedColumn(target.subarray(from, to) as T, count);
    },
  });
}

/** The same bars, which count every number that is read from them. */
export function countedBars(bars: Bars, count: ReadCount): Bars {
  const columns = Object.keys(bars) as (keyof BarColumns)[];
  const counted = columns.map((name) => [name, countedColumn(bars[name], count)] as const);
  return new Bars(Object.fromEntries(counted) as unknown as BarColumns);
}
