import type { SeriesSnapshot } from '../candles/index.js';
import { InvalidParameterError } from '../http/index.js';
import { barClose, type Bars, type Candle, type Timeframe } from '../market/index.js';

/** Bars behind an answer, and the part of them that it returns. */
export interface AnswerWindow {
  readonly timeframe: Timeframe;
  /** Every closed bar up to the answer's newest one; input of the indicators. */
  readonly closed: Bars;
  /** Returned as the last bar if there is one. */
  readonly forming: Candle | undefined;
  /** Index of the oldest returned bar in `closed`. */
  readonly first: number;
  /** True when fewer bars exist than were asked for. */
  readonly truncated: boolean;
}

/** Bars around a bar on which its indicator values depend. */
export interface Reach {
  /** Bars on each side that a value at one bar needs. */
  readonly wing: number;
  /** Number of newest bars on which a result depends. */
  readonly lookbackBars: number;
}

/** The newest `bars` bars, including the forming one. */
export function newestWindow(snapshot: SeriesSnapshot, bars: number, reach: Reach): AnswerWindow {
  const forming = snapshot.forming;
  return windowOf(snapshot, {
    closed: snapshot.closed,
    forming,
    wanted: bars - (forming === undefined ? 0 : 1),
    reach,
  });
}

/**
 * The newest `bars` bars at the close of the bar that `asOf` names: a time inside a bar names that bar, a time in a gap
 * the bar before it. Excludes the forming bar and everything later.
 * @throws InvalidParameterError naming the allowed range
 */
export function pastWindow(
  snapshot: SeriesSnapshot,
  { asOf, bars, reach }: { asOf: number; bars: number; reach: Reach },
): AnswerWindow {
  const { closed, timeframe, forming } = snapshot;
  const oldest = closed.time[oldestExactIndex(snapshot, reach)];
  const newest = closed.lastTime;
  if (oldest === undefined || newest === undefined) {
    throw InvalidParameterError.of('as_of', 'names no kept bar: the series has none that is old enough yet');
  }
  const latest = (forming?.time ?? barClose(timeframe, newest)) - 1;
  if (asOf < oldest || asOf > latest) {
    throw InvalidParameterError.of('as_of', `must be between ${oldest} and ${latest} (server time, unix seconds)`);
  }
  const count = closed.lowerBound(asOf + 1);
  return windowOf(snapshot, { closed: closed.slice(0, count), forming: undefined, wanted: bars, reach });
}

/**
 * The oldest bar with a certain answer: everything that its lines depend on is kept. When the kept history is complete,
 * that is the first bar.
 */
function oldestExactIndex(snapshot: SeriesSnapshot, { wing, lookbackBars }: Reach): number {
  return snapshot.reachesStart ? 0 : lookbackBars - 1 + wing;
}

/** Returns no bar before the first kept wing, where a fractal is undecidable. */
function windowOf(
  snapshot: SeriesSnapshot,
  { closed, forming, wanted, reach }: { closed: Bars; forming: Candle | undefined; wanted: number; reach: Reach },
): AnswerWindow {
  const oldest = snapshot.reachesStart ? 0 : Math.min(reach.wing, closed.length);
  const first = Math.max(oldest, closed.length - wanted);
  return { timeframe: snapshot.timeframe, closed, forming, first, truncated: closed.length - first < wanted };
}
