import { SeededRandom } from '../../src/kernel/index.js';
import { Bars, barOpen, type Candle, type Timeframe, timeframeSeconds } from '../../src/market/index.js';

/** What kind of market to make up. Equal options give equal bars. */
export interface CandleOptions {
  readonly seed: number;
  readonly bars: number;
  readonly timeframe?: Timeframe;
  /** Price before the first bar. */
  readonly start?: number;
  /** Decimals of every price: 2 gives many equal highs (plateaus), 8 hardly any. */
  readonly digits?: number;
  /** Typical change of one bar, as a share of the price. */
  readonly volatility?: number;
  /** Chance that a bar opens away from the close before it. */
  readonly gapChance?: number;
  /** Chance that a bar repeats the one before it: stretches of equal highs and lows. */
  readonly flatChance?: number;
}

const DEFAULTS = {
  timeframe: 'H1',
  start: 1.1,
  digits: 5,
  volatility: 0.001,
  gapChance: 0.02,
  flatChance: 0,
} as const satisfies Partial<CandleOptions>;

const DAY = 86_400;
/** Monday 6 January 2020, server time. */
const FIRST_OPEN = 1_578_268_800;

/**
 * A random walk through sessions: no bars on Saturday and Sunday, quiet nights, wider days, gaps between weeks.
 * @throws RangeError for timeframes above D1, which have no sessions
 */
export function syntheticCandles(options: CandleOptions): Candle[] {
  const { seed, bars, timeframe, start, digits, volatility, gapChance, flatChance } = { ...DEFAULTS, ...options };
  if (timeframeSeconds(timeframe) > DAY) throw new RangeError(`no sessions in ${timeframe}: use D1 or shorter`);
  const random = new SeededRandom(seed);
  const unit = 10 ** -digits;
  const onGrid = (price: number): number => Number(Math.max(unit, price).toFixed(digits));
  const candles: Candle[] = [];
  let time = barOpen(timeframe, FIRST_OPEN);
  let close = onGrid(start);
  while (candles.length < bars) {
    const previous = candles.at(-1);
    if (previous !== undefined && random.next() < flatChance) {
      candles.push({ ...previous, time });
    } else {
      const size = close * volatility * sessionFactor(time);
      const weekGap = previous !== undefined && time - previous.time > DAY;
      const open = weekGap || random.next() < gapChance ? onGrid(close + 3 * size * swing(random)) : close;
      close = onGrid(open + size * swing(random));
      const high = onGrid(Math.max(open, close) + size * random.next() * 0.5);
      const low = onGrid(Math.min(open, close) - size * random.next() * 0.5);
      const tickVolume = 1 + Math.floor(random.next() * 1000);
      candles.push({ time, open, high, low, close, tickVolume, spread: 1, realVolume: 0 });
    }
    time = nextOpen(time, timeframe);
  }
  return candles;
}

/** The same as columns. */
export function syntheticBars(options: CandleOptions): Bars {
  return Bars.from(syntheticCandles(options));
}

/** Between -2 and 2, mostly near 0. */
function swing(random: SeededRandom): number {
  return random.next() + random.next() + random.next() + random.next() - 2;
}

function sessionFactor(time: number): number {
  const hour = Math.floor((time % DAY) / 3600);
  return hour >= 8 && hour < 20 ? 1.5 : 0.5;
}

function nextOpen(time: number, timeframe: Timeframe): number {
  let next = time + timeframeSeconds(timeframe);
  while (isWeekend(next)) next += timeframeSeconds(timeframe);
  return next;
}

function isWeekend(time: number): boolean {
  const day = new Date(time * 1000).getUTCDay();
  return day === 0 || day === 6;
}
