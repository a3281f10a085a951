import { Backoff, type Clock, type Random, type Timer } from '../../kernel/index.js';
import { TerminalAnswerError } from '../../terminals/index.js';
import { BackfillPacing } from './backfill-pacing.js';
import { CONNECTED, POLLED } from '../series/backfill.js';
import type { LiveSeries } from '../series/live-series.js';
import { rank } from './most-wanted.js';

const RETRY = { initialMs: 500, maxMs: 15_000 };
/** Longest pause that a terminal may ask for; its word that asking again never makes sense counts as this long. */
const MAX_PAUSE_MS = 60_000;

/** What a {@link BackfillQueue} works with. */
export interface BackfillQueueDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Backfills one series. @throws whatever makes a later attempt worthwhile */
  readonly backfill: (series: LiveSeries) => Promise<void>;
  /** Compares one series with its terminal; never throws. */
  readonly verify: (series: LiveSeries) => Promise<void>;
  /** An attempt failed; the next one is scheduled. */
  readonly onFailure: (series: LiveSeries, error: unknown, retryInMs: number) => void;
}

interface Waiting {
  readonly backfills: Set<LiveSeries>;
  /** Series to be verified when nothing is left to be backfilled. */
  readonly checks: Set<LiveSeries>;
}

interface Turn {
  readonly timer: Timer;
  readonly backoff: Backoff | undefined;
}

/**
 * Queues of terminals: the series of one are backfilled one after the other, because a terminal works on one thing at a time,
 * and in the order in which customers want them. What fails comes back after a growing pause. Series are verified in the
 * same queues, after all backfills.
 */
export class BackfillQueue {
  private readonly waiting = new Map<string, Waiting>();
  private readonly busy = new Map<string, Promise<void>>();
  private readonly later = new Map<LiveSeries, Turn>();
  private readonly pacing: BackfillPacing<LiveSeries>;
  private readonly backoffs = new WeakMap<LiveSeries, Backoff>();
  private closed = false;

  constructor(private readonly deps: BackfillQueueDeps) {
    this.pacing = new BackfillPacing(deps.clock, deps.random);
  }

  /** The series wants to be backfilled as soon as it is its turn. */
  request(series: LiveSeries): void {
    if (this.closed) return;
    this.later.get(series)?.timer.cancel();
    this.later.delete(series);
    if (series.due?.reason === CONNECTED) this.pacing.forget(series);
    const restMs = series.due?.reason === POLLED ? 0 : this.pacing.pauseMs(series);
    if (restMs > 0) this.defer(series, restMs, undefined);
    else this.enqueue(series, undefined);
  }

  /** The series is to be verified as soon as its terminal has nothing better to do. */
  requestCheck(series: LiveSeries): void {
    const terminalId = series.route?.terminalId;
    if (terminalId === undefined || this.closed) return;
    this.waitingAt(terminalId).checks.add(series);
    this.start(terminalId);
  }

  /** What waits for a pause to end does not have to wait any longer: its terminal was heard of. */
  retryNow(terminalId: string): void {
    for (const [series, turn] of this.later) {
      if (turn.backoff === undefined || series.route?.terminalId !== terminalId) continue;
      turn.timer.cancel();
      this.later.delete(series);
      this.enqueue(series, turn.backoff);
    }
  }

  /** Nothing is begun any more; resolves when what runs has ended. */
  async close(): Promise<void> {
    this.closed = true;
    for (const { timer } of this.later.values()) timer.cancel();
    this.later.clear();
    this.waiting.clear();
    await Promise.all(this.busy.values());
  }

  private enqueue(series: LiveSeries, backoff: Backoff | undefined): void {
    const terminalId = series.route?.terminalId;
    if (terminalId === undefined || this.closed) return;
    this.waitingAt(terminalId).backfills.add(series);
    if (backoff !== undefined) this.backoffs.set(series, backoff);
    this.start(terminalId);
  }

  private waitingAt(terminalId: string): Waiting {
    const waiting = this.waiting.get(terminalId) ?? { backfills: new Set(), checks: new Set() };
    this.waiting.set(terminalId, waiting);
    return waiting;
  }

  private start(terminalId: string): void {
    if (this.busy.has(terminalId)) return;
    const run = this.run(terminalId).finally(() => {
      this.busy.delete(terminalId);
      if (!this.closed && next(this.waitingAt(terminalId)) !== undefined) this.start(terminalId);
    });
    this.busy.set(terminalId, run);
  }

  private async run(terminalId: string): Promise<void> {
    // Series that were announced in the same turn are ordered before the first is begun.
    await Promise.resolve();
    for (let job = next(this.waitingAt(terminalId)); job !== undefined; job = next(this.waitingAt(terminalId))) {
      const { series, from } = job;
      from.delete(series);
      if (series.route?.terminalId !== terminalId) continue;
      if (from === this.waitingAt(terminalId).backfills) await this.backfill(series);
      else await this.deps.verify(series);
    }
  }

  private async backfill(series: LiveSeries): Promise<void> {
    const backoff = this.backoffs.get(series);
    this.backoffs.delete(series);
    // Polls have a rhythm of their own.
    const takeBack = series.due?.reason === POLLED ? undefined : this.pacing.begin(series);
    try {
      await this.deps.backfill(series);
    } catch (error) {
      takeBack?.();
      const step = backoff?.next() ?? Backoff.first(RETRY, this.deps.random);
      const delayMs = pauseMs(error, step.delayMs);
      this.defer(series, delayMs, step);
      this.deps.onFailure(series, error, delayMs);
    }
  }

  private defer(series: LiveSeries, delayMs: number, backoff: Backoff | undefined): void {
    if (this.closed) return;
    this.later.get(series)?.timer.cancel();
    const timer = this.deps.clock.after(delayMs, () => {
      this.later.delete(series);
      this.enqueue(series, backoff);
    });
    this.later.set(series, { timer, backoff });
  }
}

/** How long to wait after a failure: our own growing pause, or what the terminal asked for where that is longer. */
function pauseMs(error: unknown, ownMs: number): number {
  if (!(error instanceof TerminalAnswerError)) return ownMs;
  const never = error.retryAfterMs === 0 && error.code !== 'history-loading';
  return Math.max(ownMs, Math.min(MAX_PAUSE_MS, never ? MAX_PAUSE_MS : error.retryAfterMs));
}

/** Backfills come first: bars that customers wait for are more urgent than bars that are probably right. */
function next({ backfills, checks }: Waiting): { series: LiveSeries; from: Set<LiveSeries> } | undefined {
  const from = backfills.size > 0 ? backfills : checks;
  const series = mostWanted(from);
  return series && { series, from };
}

function mostWanted(waiting: ReadonlySet<LiveSeries>): LiveSeries | undefined {
  let best: LiveSeries | undefined;
  for (const series of waiting) if (best === undefined || rank(series) < rank(best)) best = series;
  return best;
}
