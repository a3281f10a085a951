import type { Steps } from '../../kernel/index.js';
import { barClose, barOpen, type Gap, type SymbolName, type Timeframe } from '../../market/index.js';
import type { SeriesSnapshot } from '../series-registry.js';
import { newestReturned, type ReturnedBars } from './returned-bars.js';
import { gapSteps } from './series-gaps.js';

/** `metadata` of every answer with bars, as the public interface names it. Times are server seconds. */
export interface SeriesMetadata {
  readonly symbol: SymbolName;
  readonly timeframe: Timeframe;
  /** Name of the tier that the caller has for this request. */
  readonly tier: string;
  readonly bars_returned: number;
  readonly terminal_id: string;
  readonly source: SeriesSnapshot['source'];
  /** Open of the newest bar used; of the newest known one when none is returned. */
  readonly as_of: number;
  readonly stale: boolean;
  readonly last_bar_complete: boolean;
  /** False while the last bar is forming, or was closed by server time and the terminal has not confirmed its values. */
  readonly last_bar_confirmed: boolean;
  /** Server time minus UTC now, seconds; null while it is not known. */
  readonly server_utc_offset: number | null;
  readonly digits: number;
  readonly gaps: readonly Gap[];
  readonly truncated: boolean;
}

/**
 * Builds the metadata of an answer that returns a part of `snapshot` to a caller of `tier`, in steps of well under a
 * millisecond.
 */
export function* metadataSteps(snapshot: SeriesSnapshot, returned: ReturnedBars, tier: string): Steps<SeriesMetadata> {
  const { closed, first, forming } = returned;
  const gaps = yield* gapSteps(snapshot, returned);
  return {
    symbol: snapshot.symbol,
    timeframe: snapshot.timeframe,
    tier,
    bars_returned: closed.length - first + (forming === undefined ? 0 : 1),
    terminal_id: snapshot.terminalId,
    source: snapshot.source,
    as_of: newestReturned(snapshot, returned),
    stale: snapshot.stale,
    last_bar_complete: forming === undefined,
    last_bar_confirmed: forming === undefined && !endsProvisional(snapshot, returned),
    server_utc_offset: snapshot.utcOffsetSeconds ?? null,
    digits: snapshot.digits,
    gaps,
    truncated: returned.truncated,
  };
}

function endsProvisional({ unconfirmed }: SeriesSnapshot, { closed, first }: ReturnedBars): boolean {
  return unconfirmed !== undefined && closed.length > first && closed.lastTime === unconfirmed;
}

const MAX_AGE_SECONDS = 60;

/**
 * How long a client may keep an answer, seconds: 1 while its last bar is forming or not confirmed, or server time is not
 * known, else until the next bar opens, at most 60.
 * @param lastForming whether the last bar of the answer is forming. @default the newest bar of the snapshot is
 */
export function maxAgeSeconds(
  { timeframe, closed, forming, stale, unconfirmed }: SeriesSnapshot,
  serverTimeMs?: number,
  lastForming = forming !== undefined,
): number {
  const newest = forming?.time ?? closed.lastTime;
  if (lastForming || unconfirmed !== undefined || stale || serverTimeMs === undefined || newest === undefined) return 1;
  let next = barClose(timeframe, newest);
  // The market is closed: a bar may open at any full slot from now on.
  if (next * 1000 <= serverTimeMs) next = barClose(timeframe, barOpen(timeframe, Math.floor(serverTimeMs / 1000)));
  return Math.min(MAX_AGE_SECONDS, Math.max(1, Math.floor(next - serverTimeMs / 1000)));
}
