import { barClose, type Timeframe } from '../../market/index.js';
import type { BarPush } from '../../terminals/index.js';
import { barFault, closedBarFault } from './incoming-bars.js';

/** What a push has to fit to. Times are server seconds. */
export interface KnownBars {
  readonly timeframe: Timeframe;
  /** Server milliseconds after which nothing can have opened yet; undefined = unknown. */
  readonly untilMs: number | undefined;
  readonly firstClosed: number | undefined;
  readonly lastClosed: number | undefined;
  /** The last closed bar, when it was closed by the clock and the terminal has not confirmed it. */
  readonly provisional: number | undefined;
  readonly forming: number | undefined;
}

/**
 * Why a push must not be applied, or undefined. It is refused when a bar is implausible or in the future, or when it
 * does not join what is known: final values of a bar were missed, or slots in between may have been.
 */
export function pushFault(push: BarPush, known: KnownBars): string | undefined {
  if (push.fault !== undefined) return push.fault;
  if (known.untilMs === undefined) return 'server time is not known';
  return contentFault(push, { timeframe: known.timeframe, untilMs: known.untilMs }) ?? joinFault(push, known);
}

function contentFault(
  { closed, forming }: BarPush,
  horizon: { timeframe: Timeframe; untilMs: number },
): string | undefined {
  let last = 0;
  for (const bar of closed) {
    const fault = closedBarFault(bar, horizon) ?? (bar.time <= last ? 'it is out of order' : undefined);
    if (fault !== undefined) return `pushed bar ${bar.time}: ${fault}`;
    last = bar.time;
  }
  if (forming === undefined) return undefined;
  const fault = barFault(forming, horizon) ?? (forming.time <= last ? 'it is out of order' : undefined);
  return fault === undefined ? undefined : `pushed forming bar ${forming.time}: ${fault}`;
}

function joinFault(push: BarPush, known: KnownBars): string | undefined {
  const newestKnown = known.forming ?? known.lastClosed;
  if (newestKnown === undefined) return 'no bar is known yet';
  return backwardFault(push, known, newestKnown) ?? forwardFault(push, known, newestKnown);
}

/** The push tells of bars that should be over, or from before everything that is known. */
function backwardFault({ closed, forming }: BarPush, known: KnownBars, newestKnown: number): string | undefined {
  const oldest = closed[0]?.time;
  if (oldest !== undefined && oldest < (known.firstClosed ?? 0)) return `bar ${oldest} is older than all known`;
  if (forming === undefined || forming.time === known.provisional) return undefined;
  if (forming.time < newestKnown) return `forming bar ${forming.time} is older than bar ${newestKnown}`;
  return forming.time === known.lastClosed ? `bar ${forming.time} is forming again` : undefined;
}

/** The push goes on, but not from where we are. */
function forwardFault({ closed, forming }: BarPush, known: KnownBars, newestKnown: number): string | undefined {
  const times = [...closed, ...(forming === undefined ? [] : [forming])].map(({ time }) => time);
  const next = times.find((time) => time > newestKnown);
  if (next === undefined || closed.some((bar) => bar.time === newestKnown)) return undefined;
  if (known.forming !== undefined || known.provisional !== undefined) {
    return `the final values of bar ${newestKnown} were missed`;
  }
  const expected = barClose(known.timeframe, newestKnown);
  return next === expected ? undefined : `bar ${next} came where bar ${expected} was expected`;
}
