const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * MetaTrader's 21 timeframes with their length in seconds (W1 and MN1: nominal; their bars follow the calendar). Names
 * travel on the wire and in URLs; MetaTrader's own numbers are never used, because they are easy to confuse
 * (32769 is W1, not H8).
 */
const SECONDS = {
  M1: MINUTE,
  M2: 2 * MINUTE,
  M3: 3 * MINUTE,
  M4: 4 * MINUTE,
  M5: 5 * MINUTE,
  M6: 6 * MINUTE,
  M10: 10 * MINUTE,
  M12: 12 * MINUTE,
  M15: 15 * MINUTE,
  M20: 20 * MINUTE,
  M30: 30 * MINUTE,
  H1: HOUR,
  H2: 2 * HOUR,
  H3: 3 * HOUR,
  H4: 4 * HOUR,
  H6: 6 * HOUR,
  H8: 8 * HOUR,
  H12: 12 * HOUR,
  D1: DAY,
  W1: 7 * DAY,
  MN1: 30 * DAY,
} as const;

/** Name of a timeframe as MetaTrader shows it. */
export type Timeframe = keyof typeof SECONDS;

/** All timeframes that MetaTrader knows, shortest first. */
export const TIMEFRAMES = Object.keys(SECONDS) as readonly Timeframe[];

/** Whether `text` is exactly the name of a timeframe (upper case). */
export function isTimeframe(text: string): text is Timeframe {
  return Object.hasOwn(SECONDS, text);
}

/** Length of a bar in seconds; nominal for W1 and MN1. */
export function timeframeSeconds(timeframe: Timeframe): number {
  return SECONDS[timeframe];
}

/**
 * Open time of the bar that contains `time`, both in server seconds. Bars up to D1 are cut at multiples of their length
 * from server midnight, W1 on Sunday, MN1 on the first of the month.
 */
export function barOpen(timeframe: Timeframe, time: number): number {
  if (timeframe === 'MN1') {
    const date = new Date(time * 1000);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / 1000;
  }
  // 1 January 1970 was a Thursday; the Sunday before it is 4 days back.
  const origin = timeframe === 'W1' ? -4 * DAY : 0;
  const length = SECONDS[timeframe];
  return Math.floor((time - origin) / length) * length + origin;
}

/** Time at which the bar that opens at `open` is over, server seconds: the open of the next slot. */
export function barClose(timeframe: Timeframe, open: number): number {
  if (timeframe !== 'MN1') return open + SECONDS[timeframe];
  const date = new Date(open * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / 1000;
}
