import { Bars, timeframeSeconds } from '../../market/index.js';
import type { CandleStore } from '../../persistence/index.js';
import {
  TerminalAnswerError,
  UnusableAnswerError,
  type RequestPriority,
  type TerminalPool,
} from '../../terminals/index.js';
import { closedUntilMs } from '../feed/server-time.js';
import { usableRates } from '../feed/incoming-bars.js';
import { refusedSlots } from '../feed/refused-bars.js';
import { BackfillSupersededError, BackfillFetcher } from './backfill-fetcher.js';
import { CONNECTED, type Backfill, type BackfillAttempt } from '../series/backfill.js';
import { notRead } from '../feed/ignored-of-series.js';
import type { LiveSeries } from '../series/live-series.js';
import { readRows } from './warm-start.js';

const RANGE_SLOTS = 5000;

/** The result of a backfill. */
export interface BackfillOutcome {
  readonly backfill: Backfill;
  readonly reason: string;
  readonly closedChanged: boolean;
}

/**
 * Brings a series up to date with its terminal: rows of the database first, then the subscription, so that no push is
 * missed, then the bars in between.
 */
export class BackfillRunner {
  private readonly fetchers = new WeakMap<LiveSeries, BackfillFetcher>();

  constructor(
    private readonly pool: TerminalPool,
    private readonly store: CandleStore,
  ) {}

  /** Undefined when there is nothing to do, or the route changed meanwhile. @throws GatewayError to be tried again */
  async run(live: LiveSeries): Promise<BackfillOutcome | undefined> {
    const attempt = live.beginBackfill();
    if (attempt === undefined) return undefined;
    try {
      if (attempt.request.reason === CONNECTED) await this.readRows(live, attempt);
      await this.subscribe(live, attempt);
      const fetcher = this.fetchers.get(live) ?? new BackfillFetcher(this.pool, live);
      this.fetchers.set(live, fetcher);
      const backfill = await fetcher.run(attempt);
      const kept = keptFrom(live, backfill);
      if (attempt.request.from < kept) await this.rewriteOlderRows(live, attempt, kept);
      const before = live.bars.closedRevision;
      live.completeBackfill(attempt, backfill);
      return { backfill, reason: attempt.request.reason, closedChanged: live.bars.closedRevision !== before };
    } catch (error) {
      if (error instanceof BackfillSupersededError) return undefined;
      live.failBackfill(attempt);
      throw error;
    }
  }

  /** What the database has of the broker's series. While it is away, the terminal alone must do. */
  private async readRows(live: LiveSeries, attempt: BackfillAttempt): Promise<void> {
    const { persisted } = live;
    if (persisted === undefined) return;
    try {
      const stored = await this.store.openSeries(persisted.key, persisted.properties);
      persisted.open(stored);
      const bars = persisted.rowsRead ? undefined : await readRows(this.store, stored, live);
      if (bars !== undefined && live.isCurrent(attempt)) live.adoptRows(stored, bars);
    } catch (error) {
      live.ignore(notRead('unread-rows', error));
      // The writer opens the series later and then makes its rows equal to what memory holds.
    }
    if (!live.isCurrent(attempt)) throw new BackfillSupersededError();
  }

  /** A bridge that does not push, or refuses this series, is polled; a refusal says when to ask again. */
  private async subscribe(live: LiveSeries, attempt: BackfillAttempt): Promise<void> {
    if (!live.maySubscribe) return;
    const { terminalId, brokerSymbol: symbol, pushes } = attempt.route;
    if (!pushes) return live.pollInstead(Infinity);
    const request = { type: 'subscribe', symbol, timeframe: live.timeframe } as const;
    try {
      const { sequence } = await this.pool.request(terminalId, request, { priority: 'bulk' });
      if (live.isCurrent(attempt)) live.subscribedAt(sequence);
    } catch (error) {
      const refused = error instanceof TerminalAnswerError || error instanceof UnusableAnswerError;
      if (!refused) throw error;
      const retryAfterMs = error instanceof TerminalAnswerError ? error.retryAfterMs : 0;
      if (live.isCurrent(attempt)) live.pollInstead(retryAfterMs === 0 ? Infinity : retryAfterMs);
    }
    if (!live.isCurrent(attempt)) throw new BackfillSupersededError();
  }

  /** Rows from before the bars in memory are asked from the terminal again, stretch by stretch, newest first. */
  private async rewriteOlderRows(live: LiveSeries, attempt: BackfillAttempt, before: number): Promise<void> {
    const stored = live.persisted?.stored;
    if (stored === undefined) return;
    const oldest = (await this.store.read(stored.id, { limit: 1, take: 'oldest' })).firstTime ?? before;
    const start = Math.max(oldest, attempt.request.from);
    const stretch = RANGE_SLOTS * timeframeSeconds(live.timeframe);
    for (let to = before; to > start; to -= stretch) {
      const from = Math.max(start, to - stretch);
      const bars = await fetchRange(this.pool, live, { from, to });
      if (!live.isCurrent(attempt)) throw new BackfillSupersededError();
      await this.store.replaceRange(stored.id, { from, to }, bars.closed);
    }
  }
}

/** The first bar that memory will hold: a short answer leaves older bars alone, there and in the database. */
function keptFrom({ bars }: LiveSeries, { from, older }: Backfill): number {
  return older === 'joined' ? Math.min(from, bars.closed.firstTime ?? from) : from;
}

/** Which bars are asked for: those that open in [from, to), server seconds. */
export interface RangeRequest {
  readonly from: number;
  readonly to: number;
  /** @default 'normal' */
  readonly priority?: RequestPriority;
}

/** What the terminal told of a range. */
interface FetchedRange {
  readonly closed: Bars;
  readonly reachesStart: boolean;
  /** Opens of the slots whose bars were refused, server seconds. */
  readonly refused: readonly number[];
}

/** Bars that open in [from, to) as the terminal has them now; all of them must be closed by server time. */
export async function fetchRange(
  pool: TerminalPool,
  live: LiveSeries,
  { from, to, priority = 'normal' }: RangeRequest,
): Promise<FetchedRange> {
  const route = live.route ?? pool.route(live.symbol);
  const request = { type: 'rates-by-range', symbol: route.brokerSymbol, timeframe: live.timeframe, from, to } as const;
  const { rates, reachesStart } = await pool.request(route.terminalId, request, { priority });
  const inside = rates.filter(({ time }) => time >= from && time < to);
  const untilMs = Math.max(live.time()?.latestMs ?? 0, closedUntilMs(live.bars.closed, live.timeframe));
  const { candles, refused } = usableRates(inside, { timeframe: live.timeframe, untilMs });
  if (inside.length < rates.length) {
    const stray = rates.find(({ time }) => !(time >= from && time < to))!;
    const detail = `e.g. bar ${stray.time}, where bars from ${from} to ${to - 1} were asked for`;
    live.ignore({ what: 'bar-outside-range', count: rates.length - inside.length, detail });
  }
  live.leaveOut(refused, { untilMs, route });
  const slots = refusedSlots(refused, { timeframe: live.timeframe, untilMs });
  return { closed: Bars.from(candles), reachesStart, refused: slots };
}
