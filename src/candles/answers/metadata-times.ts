import type { ServerZone } from '../../market/index.js';
import type { SeriesMetadata } from './series-metadata.js';
import { offsetsFor, type ShowTime } from './server-times.js';

/** From `from` on (server time) the offset holds. */
export interface AnsweredOffset {
  readonly from: number;
  /** Server time minus UTC, seconds; null where it is not known. */
  readonly offset: number | null;
}

/** How the times of one answer are shown. */
export interface AnswerTimes {
  readonly zone: ServerZone;
  readonly show: ShowTime;
  /** The oldest time in the body, server seconds; undefined = that of the newest bar. */
  readonly oldest: number | undefined;
}

/** Metadata with its times as asked for, and the offsets over the span of the answer (always in server time). */
export function withTimes(metadata: SeriesMetadata, { zone, show, oldest }: AnswerTimes) {
  const { symbol, timeframe, tier, bars_returned, terminal_id, source, as_of, ...rest } = metadata;
  const { stale, last_bar_complete, server_utc_offset, gaps, ...last } = rest;
  const first = Math.min(oldest ?? as_of, as_of);
  const utc_offsets: AnsweredOffset[] = as_of === 0 ? [] : offsetsFor(zone, first, as_of);
  return {
    ...{ symbol, timeframe, tier, bars_returned, terminal_id, source, as_of: show(as_of), stale, last_bar_complete },
    ...{ server_utc_offset, utc_offsets, ...last },
    gaps: gaps.map((gap) => ({ ...gap, after: show(gap.after), before: show(gap.before) })),
  };
}
