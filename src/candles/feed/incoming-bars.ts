import { barClose, barOpen, candleFault, type Candle, type Timeframe } from '../../market/index.js';

/** Server milliseconds up to which a bar may have opened (or, when it is said to be closed, ended). */
interface Horizon {
  readonly timeframe: Timeframe;
  readonly untilMs: number;
}

/** Why a bar must not enter a series, or undefined: it is implausible, off the grid, or opens in the future. */
export function barFault(candle: Candle, { timeframe, untilMs }: Horizon): string | undefined {
  const fault = candleFault(candle);
  if (fault !== undefined) return fault;
  if (barOpen(timeframe, candle.time) !== candle.time) return `no ${timeframe} bar opens at ${candle.time}`;
  if (candle.time * 1000 > untilMs) return 'it opens after server time';
  return undefined;
}

/** {@link barFault} for a bar that is said to be closed: its time must be over too. */
export function closedBarFault(candle: Candle, horizon: Horizon): string | undefined {
  const fault = barFault(candle, horizon);
  if (fault !== undefined) return fault;
  return barClose(horizon.timeframe, candle.time) * 1000 > horizon.untilMs
    ? 'it is not over by server time'
    : undefined;
}

/** A bar of an answer that must not enter a series. */
export interface RefusedBar {
  /** As the terminal wrote it. */
  readonly time: number;
  readonly fault: string;
}

/** What can be used of a terminal's answer. */
export interface UsableRates {
  readonly candles: readonly Candle[];
  /** Those that were left out. */
  readonly refused: readonly RefusedBar[];
}

/** Leaves out of an answer what must not enter a series; the rest is ascending and unique. */
export function usableRates(rates: readonly Candle[], horizon: Horizon): UsableRates {
  const candles: Candle[] = [];
  const refused: RefusedBar[] = [];
  let last = 0;
  for (const rate of rates) {
    const fault = barFault(rate, horizon) ?? (rate.time <= last ? 'it is out of order' : undefined);
    if (fault === undefined) {
      candles.push(rate);
      last = rate.time;
    } else {
      refused.push({ time: rate.time, fault });
    }
  }
  return { candles, refused };
}

/** `bar 1767830400: high or low is inside the bar`. */
export function describeRefused({ time, fault }: RefusedBar): string {
  return `bar ${time}: ${fault}`;
}
