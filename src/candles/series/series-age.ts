import { isBehind } from '../feed/freshness.js';
import { closeTimeMs, isAhead, type ServerTime } from '../feed/server-time.js';
import type { Candle, Bars, SessionCalendar, Timeframe } from '../../market/index.js';
import { fedOf, isUndisturbed, type SeriesStatus } from './series.state.js';

/** A series whose backfill waits for longer than this does not keep up, milliseconds. */
const BACKFILL_PATIENCE_MS = 3000;

/** What the age of a series depends on. */
export interface AgedSeries {
  readonly status: SeriesStatus;
  /** Whether the terminal is asked for bars because it does not push them. */
  readonly polled: boolean;
  readonly timeframe: Timeframe;
  readonly calendar: SessionCalendar;
  readonly closeGraceMs: number;
  readonly bars: { readonly closed: Bars; readonly forming: Candle | undefined };
}

/** Server time, undefined while unknown, and the gateway's own monotonic milliseconds. */
export interface Moment {
  readonly time: ServerTime | undefined;
  readonly monotonicMs: number;
}

/** Whether the bars may be older than they should be. */
export function isStale(series: AgedSeries, { time, monotonicMs }: Moment): boolean {
  const { status, bars } = series;
  if (status.name !== 'live' || status.pollFailed || time === undefined || !time.fresh || !time.trusted) return true;
  if (lateInMs(status, monotonicMs) <= 0 || isAhead(time, series)) return true;
  const newest = bars.forming?.time ?? bars.closed.lastTime;
  return newest === undefined || isBehind(newest, time.nowMs / 1000, series);
}

/** The forming bar, if server time may close it. */
export function closableBar(series: AgedSeries, time: ServerTime): Candle | undefined {
  const isPushed = series.status.name === 'live' && !series.polled && isUndisturbed(series.status);
  return isPushed && time.fresh && time.trusted && time.rate > 0 ? series.bars.forming : undefined;
}

/** Real milliseconds until the forming bar is over. */
export function closesInMs(forming: Candle, time: ServerTime, series: AgedSeries): number {
  return (closeTimeMs(forming, time, series) - time.nowMs) / time.rate;
}

/**
 * Real milliseconds until the forming bar is over, a backfill has waited too long, or the heartbeat is too old; undefined
 * when no time brings a change.
 */
export function wakeInMs(series: AgedSeries, { time, monotonicMs }: Moment): number | undefined {
  if (time === undefined || !time.fresh || series.status.name !== 'live') return undefined;
  const forming = closableBar(series, time);
  const overInMs = forming === undefined ? Infinity : closesInMs(forming, time, series);
  const lateMs = lateInMs(series.status, monotonicMs);
  return Math.max(1, Math.ceil(Math.min(overInMs, time.freshForMs, lateMs > 0 ? lateMs : Infinity)));
}

/** Real milliseconds until a backfill that waits makes the series stale. */
function lateInMs(status: SeriesStatus, monotonicMs: number): number {
  return (fedOf(status)?.waitingSinceMs ?? Infinity) + BACKFILL_PATIENCE_MS - monotonicMs;
}
