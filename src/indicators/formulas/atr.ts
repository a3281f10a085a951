import type { Bars } from '../../market/index.js';

/**
 * Average true range at the newest bar, in price units: the simple mean over the last `atrBars` bars (MetaTrader's iATR).
 * Undefined with fewer than `atrBars + 1` bars, because a true range needs the close before it.
 */
export function averageTrueRange(closed: Bars, atrBars: number): number | undefined {
  const { high, low, close, length } = closed;
  if (length < atrBars + 1) return undefined;
  let sum = 0;
  for (let i = length - atrBars; i < length; i++) {
    const before = close[i - 1]!;
    sum += Math.max(high[i]!, before) - Math.min(low[i]!, before);
  }
  return sum / atrBars;
}
