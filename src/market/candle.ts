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
 * Why a candle cannot be true, or undefined when it is plausible: times are whole positive seconds, prices finite
 * (oil, spreads and rates are traded at and below zero too), the high is the highest and the low the lowest, volumes and spread are not negative and fit their columns.
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
