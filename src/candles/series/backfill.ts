import type { Bars, Candle } from '../../market/index.js';
import type { SymbolRoute } from '../../terminals/index.js';

/** Reason of the backfill that a new route brings. */
export const CONNECTED = 'connected';
/** Reason of the backfills of a series whose bridge does not push. */
export const POLLED = 'polled';

/** Why bars must be fetched, and from when on they are in doubt. */
export interface BackfillRequest {
  readonly reason: string;
  /** Server seconds; Infinity = only what is missing at the end. */
  readonly from: number;
}

/** A backfill in progress; void as soon as the route changes. */
export interface BackfillAttempt {
  readonly route: SymbolRoute;
  readonly request: BackfillRequest;
}

/** What a backfill found: the truth from `from` on. */
export interface Backfill {
  readonly from: number;
  readonly closed: Bars;
  readonly forming: Candle | undefined;
  /** Opens of the slots whose bars were refused, server seconds. */
  readonly refused: readonly number[];
  /** The newest closed bar is closed by server time only; its last ticks may be missing. */
  readonly provisional: boolean;
  /** `from` is the first bar that the terminal can get. */
  readonly reachesStart: boolean;
  /** `apart`: bars in between could not be fetched, so older ones are dropped. `rewritten`: older ones are wrong. */
  readonly older: 'joined' | 'apart' | 'rewritten';
}
