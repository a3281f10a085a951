import { barClose, type Bars, type Candle, type Timeframe } from '../../market/index.js';
import type { TerminalClock } from '../../terminals/index.js';

/** A terminal's server time, as far as it is known. */
export interface ServerTime {
  readonly nowMs: number;
  /** The latest that the true server time can be; later than `nowMs` only when the clock is known to be behind. */
  readonly latestMs: number;
  /** The clock is not known to be wrong; otherwise no bar is closed by it, and its series are stale. */
  readonly trusted: boolean;
  /** Server milliseconds per real millisecond; 0 = the clock stands still. */
  readonly rate: number;
  /** The last heartbeat is young enough to close bars by this time. */
  readonly fresh: boolean;
  /** Real milliseconds until it is not fresh any more unless a heartbeat arrives. */
  readonly freshForMs: number;
}

/** Reads a terminal's clock at `monotonicMs` of ours. */
export function serverTime(clock: TerminalClock, monotonicMs: number, heartbeatFreshMs: number): ServerTime {
  const ageMs = Math.max(0, monotonicMs - clock.heardAtMs);
  const nowMs = clock.serverTimeMs + clock.clockRate * ageMs;
  return {
    nowMs,
    latestMs: nowMs + Math.max(0, -(clock.skewMs ?? 0)),
    trusted: clock.skewMs === undefined,
    rate: clock.clockRate,
    fresh: ageMs < heartbeatFreshMs,
    freshForMs: heartbeatFreshMs - ageMs,
  };
}

/**
 * How far a true message may seem to be ahead of server time, and how long after its end a bar is closed without word
 * from the terminal, in server milliseconds. Messages take real time, so a fast clock needs more; a still one none.
 */
export function graceMs(time: ServerTime, closeGraceMs: number): number {
  return time.rate === 0 ? 0 : closeGraceMs * Math.max(1, time.rate);
}

/** Server milliseconds at which the newest of these closed bars was over; 0 when there is none. */
export function closedUntilMs({ lastTime }: Bars, timeframe: Timeframe): number {
  return lastTime === undefined ? 0 : barClose(timeframe, lastTime) * 1000;
}

interface Closing {
  readonly bars: { readonly closed: Bars };
  readonly timeframe: Timeframe;
  readonly closeGraceMs: number;
}

/** Server milliseconds at which a forming bar is closed without word from the terminal. */
export function closeTimeMs(
  forming: Candle,
  time: ServerTime,
  { timeframe, closeGraceMs }: Pick<Closing, 'timeframe' | 'closeGraceMs'>,
): number {
  return barClose(timeframe, forming.time) * 1000 + graceMs(time, closeGraceMs);
}

/** Server milliseconds until which bars may have opened. It does not go back where server time does. */
export function horizonMs(time: ServerTime, { bars, timeframe, closeGraceMs }: Closing): number {
  return Math.max(time.latestMs + graceMs(time, closeGraceMs), closedUntilMs(bars.closed, timeframe));
}

/** Server time went back behind bars that are closed: until it has caught up, nothing tells whether there are newer. */
export function isAhead(time: ServerTime, { bars, timeframe, closeGraceMs }: Closing): boolean {
  return closedUntilMs(bars.closed, timeframe) > time.latestMs + graceMs(time, closeGraceMs);
}
