import type { Bars } from '../src/market/index.js';
import { hashNumbers } from './hash.js';

/** Wings of the two sizes of fractals: 35 and 13 bars. */
const WING = 17;
const SMALL_WING = 6;
/** Bars before the requested ones that the indicators use. */
export const INDICATOR_LOOKBACK = 500;

/** Values of one buffer of an indicator; NaN = empty. */
export type Drawing = (bars: Bars, unwrittenCells: number) => Float64Array;

const horizontal: readonly Drawing[] = [
  fractals('high', WING),
  fractals('low', WING),
  fractals('high', SMALL_WING),
  fractals('low', SMALL_WING),
  ...[0, 1, 2].map((rank) => line('high', 'high', rank)),
  ...[0, 1, 2].map((rank) => line('low', 'low', rank)),
];
const diagonal: readonly Drawing[] = [
  ...[0, 1, 2].map((rank) => line('low', 'high', rank)),
  ...[0, 1, 2].map((rank) => line('high', 'low', rank)),
];

/** The indicators that are installed in a simulated terminal, with their buffers by number. */
export const INDICATORS: ReadonlyMap<string, readonly Drawing[]> = new Map([
  ['Fractal Horizontal Line_V5', horizontal],
  ['Fractal Diagonal Line_V4', diagonal],
  ['FractalLines', [...horizontal, ...diagonal]],
]);

/**
 * Fractals by MetaTrader's rule (above all newer bars of the wing, not below any older one). As in the originals, the
 * newest cells are never written and hold old memory.
 */
function fractals(side: 'high' | 'low', wing: number): Drawing {
  return (bars, unwrittenCells) => {
    const values = new Float64Array(bars.length).fill(Number.NaN);
    for (const index of fractalIndexes(bars, side, wing)) values[index] = bars[side][index]!;
    for (let index = Math.max(0, bars.length - unwrittenCells); index < bars.length; index++) {
      values[index] = garbage(bars, index);
    }
    return values;
  };
}

/**
 * A plain stand-in for a drawn line: from an older fractal of one kind (chosen by the rank) through the newest one to the
 * newest bar. Real lines are chosen better but have the same shape.
 */
function line(from: 'high' | 'low', to: 'high' | 'low', rank: number): Drawing {
  return (bars) => {
    const values = new Float64Array(bars.length).fill(Number.NaN);
    const end = fractalIndexes(bars, to, WING).at(-1);
    if (end === undefined) return values;
    const endPrice = bars[to][end]!;
    const rightWay = (index: number) =>
      from === to || (from === 'low' ? bars.low[index]! < endPrice : bars.high[index]! > endPrice);
    const starts = fractalIndexes(bars, from, WING).filter((index) => index < end && rightWay(index));
    const start = starts.at(-1 - rank);
    if (start === undefined) return values;
    const slope = (endPrice - bars[from][start]!) / (end - start);
    for (let index = start; index < bars.length; index++) {
      const value = bars[from][start]! + slope * (index - start);
      if (value > 0) values[index] = value;
    }
    return values;
  };
}

function fractalIndexes(bars: Bars, side: 'high' | 'low', wing: number): number[] {
  const prices = bars[side];
  const sign = side === 'high' ? 1 : -1;
  const indexes: number[] = [];
  for (let index = wing; index < bars.length - wing; index++) {
    const price = prices[index]! * sign;
    let isFractal = true;
    for (let distance = 1; distance <= wing && isFractal; distance++) {
      isFractal = price > prices[index + distance]! * sign && price >= prices[index - distance]! * sign;
    }
    if (isFractal) indexes.push(index);
  }
  return indexes;
}

/** Zeros, tiny and huge numbers, and, worst of all, old prices. */
function garbage(bars: Bars, index: number): number {
  const choice = hashNumbers(0x6a7b, index, bars.time[index]!);
  switch (choice % 4) {
    case 0:
      return 0;
    case 1:
      return choice * 5e-324;
    case 2:
      return (choice + 1) * 1e290;
    default:
      return bars.close[choice % bars.length]! * 1.01;
  }
}
