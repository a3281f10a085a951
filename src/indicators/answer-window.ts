import type { SeriesSnapshot } from '../candles/index.js';
import { InvalidParameterError } from '../http/index.js';
import { barClose, type Bars, type Candle, type Timeframe } from '../market/index.js';

/** The bars that an answer stands on and the part of them that it returns. */
export interface AnswerWindow {
  readonly timeframe: Timeframe;
  /** Every closed bar up to the answer's newest one: what indicators are computed from. */
  readonly closed: Bars;
  /** Returned as the last bar, where there is one. */
  readonly forming: Candle | undefined;
  /** Index of the oldest returned bar in `closed`. */
  readonly first: number;
  /** Fewer bars than asked for exist. */
  readonly truncated: boolean;
}

/** The bars around a bar that decide what indicators say of it. */
export interface Reach {
  /** Bars on each side that a value at one bar needs. */
  readonly wing: number;
  /** Bars up to the newest one that a result looks back at. */
  readonly lookbackBars: number;
}

/** The newest `bars` bars, the forming one included. */
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
 * The newest `bars` bars as of the close of the bar that `asOf` names: a time inside a bar names that bar, in a gap the
 * bar before it. No forming bar, nothing later.
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
 * The oldest bar for which the answer is certain: all that lines look back at is kept. Where the kept history is all
 * there is, that is the first bar.
 */
function oldestExactIndex(snapshot: SeriesSnapshot, { wing, lookbackBars }: Reach): number {
  return snapshot.reachesStart ? 0 : lookbackBars - 1 + wing;
}

/** Before the first kept wing a fractal could not be told from none, so no bar there is returned. */
function windowOf(
  snapshot: SeriesSnapshot,
  { closed, forming, wanted, reach }: { closed: Bars; forming: Candle | undefined; wanted: number; reach: Reach },
): AnswerWindow {
  const oldest = snapshot.reachesStart ? 0 : Math.min(reach.wing, closed.length);
  const first = Math.max(oldest, closed.length - wanted);
  return { timeframe: snapshot.timeframe, closed, forming, first, truncated: closed.length - first < wanted };
}
