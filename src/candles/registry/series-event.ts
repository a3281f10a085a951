import type { SymbolName, Timeframe } from '../../market/index.js';
import type { CloseOutcome } from '../series/closed-by-clock.js';
import type { IgnoredOfSeries } from '../feed/ignored-of-series.js';
import type { PushOutcome } from '../feed/push-outcome.js';
import type { Verification } from '../upkeep/series-verifier.js';

interface OfSeries {
  readonly symbol: SymbolName;
  readonly timeframe: Timeframe;
}

/** Something that an operator may want to know of the series. */
export type SeriesEvent =
  | ({
      readonly type: 'backfilled';
      /** `connected`, `history-changed`, or what was wrong with a push. */
      readonly reason: string;
      readonly older: 'joined' | 'apart' | 'rewritten';
      readonly closedChanged: boolean;
    } & OfSeries)
  | ({ readonly type: 'backfill-failed'; readonly error: unknown; readonly retryInMs: number } & OfSeries)
  | ({ readonly type: 'verified' } & Verification & OfSeries)
  /** The terminal has given no usable bars for longer than loading explains; and it does again. */
  | ({ readonly type: 'faulty' | 'recovered'; readonly terminalId: string } & OfSeries)
  /** The terminal's word on a bar that was closed by server time came, or could not be had. */
  | ({ readonly type: 'closed'; readonly outcome: CloseOutcome; readonly error: unknown } & OfSeries)
  /** A push was judged; `applied` is the rule. */
  | {
      readonly type: 'push';
      readonly symbol: SymbolName;
      /** As the bridge wrote it, where the gateway has no such series. */
      readonly timeframe: string;
      readonly outcome: PushOutcome;
      /** What is wrong with it. */
      readonly detail: string | undefined;
    }
  /** Something that came for a series was of no use. */
  | ({
      readonly type: 'ignored';
      readonly symbol: SymbolName;
      /** Undefined where it is about all of the symbol's series. */
      readonly timeframe?: Timeframe;
    } & IgnoredOfSeries)
  | { readonly type: 'store-away'; readonly error: unknown }
  | { readonly type: 'listener-failed'; readonly error: unknown };
