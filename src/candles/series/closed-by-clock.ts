import { Bars, type Candle, type Series, type SeriesChange } from '../../market/index.js';
import type { Backfill } from './backfill.js';

/** How a bar that was closed by server time was confirmed. */
export type CloseOutcome =
  /** By the terminal's own push. */
  | 'pushed'
  /** By its answer, which has the same values; or other ones, which are served now. */
  | 'same'
  | 'corrected'
  /** Its answer shows that pushes are missing; a backfill is due. */
  | 'behind'
  /** It did not answer, or not with such a bar; it is asked again. */
  | 'failed';

/** What a terminal's newest bars say of a bar that was closed by server time. */
export type CloseVerdict =
  | { readonly outcome: 'same' | 'corrected' | 'failed' }
  /** Pushes are missing. */
  | { readonly outcome: 'behind'; readonly reason: string };

/** What a {@link ClosedByClock} reports to its series. */
export interface ClosedByClockEvents {
  /** A bar is provisional from now on. */
  readonly held: () => void;
  /** A bar may be written now. */
  readonly released: (change: SeriesChange) => void;
}

/**
 * The newest closed bar of a series, while only server time says that it is over. The terminal confirms it by its own
 * closed push, or by what it answers when it is asked after the bar's end; until then the bar is provisional.
 */
export class ClosedByClock {
  private bar: number | undefined;
  private confirmed = false;

  constructor(
    private readonly bars: Series,
    private readonly events: ClosedByClockEvents,
  ) {}

  /** Open of the bar, server seconds, until the terminal has closed it itself: it may still count late ticks into it. */
  get time(): number | undefined {
    return this.bar;
  }

  /** Open of the bar, server seconds, while the terminal has not reported its values since its end. */
  get unconfirmed(): number | undefined {
    return this.confirmed ? undefined : this.bar;
  }

  /** Server time says that the bar which opens at `time` is over. */
  close(time: number): void {
    this.bar = time;
    this.confirmed = false;
    this.events.held();
  }

  /** The terminal pushed bars as closed, the newest of which opens at `time`; true when that was the confirmation. */
  pushed(time: number | undefined): boolean {
    if (time === undefined || this.bar === undefined || time < this.bar) return false;
    return this.release({ bar: undefined });
  }

  /** A backfill has the newest closed bar as well; where it was closed before the backfill began, that is its confirmation. */
  backfilled({ provisional, closed }: Backfill): void {
    const known = this.bar === closed.lastTime;
    this.release({ bar: provisional && known ? this.bar : undefined });
    if (provisional && !known) this.close(closed.lastTime!);
  }

  /** The terminal was asked for its newest bars after the end of the provisional one, `held`. */
  answered(held: number, candles: readonly Candle[], refused: boolean): CloseVerdict {
    const bar = candles.find((candle) => candle.time === held);
    const next = candles.find((candle) => candle.time > held);
    if (next !== undefined) return { outcome: 'behind', reason: `bar ${next.time} was not pushed` };
    if (bar === undefined && refused) return { outcome: 'failed' };
    if (bar === undefined)
      return { outcome: 'behind', reason: `the terminal has no bar ${held}, which was closed by server time` };
    const change = this.bars.merge(Bars.from([bar]));
    this.release({ bar: held });
    return { outcome: change === undefined ? 'same' : 'corrected' };
  }

  /** The series is left for another one. */
  forget(): void {
    this.bar = undefined;
    this.confirmed = false;
  }

  private release({ bar }: { bar: number | undefined }): boolean {
    const held = this.unconfirmed;
    this.bar = bar;
    this.confirmed = bar !== undefined;
    if (held === undefined) return false;
    if (this.bars.closed.lastTime! >= held) this.events.released({ from: held, to: held + 1, removed: false });
    return true;
  }
}
