import type { Bars, Candle } from '../../market/index.js';
import type { SeriesSnapshot } from '../series-registry.js';

/** What part of a series an answer returns. */
export interface ReturnedBars {
  /** Closed bars; those from index {@link first} on are returned. */
  readonly closed: Bars;
  readonly first: number;
  /** Returned as the last bar, where there is one. */
  readonly forming: Candle | undefined;
  /** Fewer bars than asked for exist. */
  readonly truncated: boolean;
}

/** Open of the newest bar of an answer; of the newest known bar when it returns none. Server seconds, 0 = no bar. */
export function newestReturned(snapshot: SeriesSnapshot, { closed, first, forming }: ReturnedBars): number {
  return forming?.time ?? (closed.length > first ? closed.lastTime! : newestTime(snapshot));
}

/** Open of the newest bar that is known, server seconds; 0 when there is none. */
export function newestTime({ closed, forming }: SeriesSnapshot): number {
  return forming?.time ?? closed.lastTime ?? 0;
}
