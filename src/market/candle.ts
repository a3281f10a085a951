/**
 * One bar of a series (MetaTrader's MqlRates). Prices are the terminal's own doubles, bit for bit.
 */
export interface Candle {
  /** Open of the bar, unix seconds in the broker's server time (its wall clock written as if it were UTC). */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Number of price changes in the bar. */
  readonly tickVolume: number;
  /** Smallest spread of the bar, in points; 0 = unknown. */
  readonly spread: number;
  /** Traded volume where the exchange reports it; 0 = unknown. */
  readonly realVolume: number;
}

const MAX_SPREAD = 2 ** 31 - 1;
const MAX_VOLUME = Number.MAX_SAFE_INTEGER;

/**
 * Why a bar is impossible, or undefined when it is plausible: its time is a whole positive number of seconds, prices are
 * finite, high and low enclose open and close, volumes and spread are not negative and fit their columns. Prices at and
 * below zero are plausible: oil, spreads and rates trade there too.
 */
export function candleFault(candle: Candle): string | undefined {
  const { time, open, high, low, close } = candle;
  if (!Number.isSafeInteger(time) || time <= 0) return 'time is not a whole number of seconds above 0';
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'a price is not a finite number';
  if (!(low <= open && low <= close && open <= high && close <= high)) return 'high or low is inside the bar';
  if (!(candle.spread >= 0)) return 'the spread is negative';
  if (!(candle.tickVolume >= 0 && candle.realVolume >= 0)) return 'a volume is negative';
  if (!(candle.spread <= MAX_SPREAD && candle.tickVolume <= MAX_VOLUME && candle.realVolume <= MAX_VOLUME)) {
    return 'a volume or the spread is too large';
  }
  return undefined;
}
