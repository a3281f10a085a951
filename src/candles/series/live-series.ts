import type { Timer } from '../../kernel/index.js';
import {
  Bars,
  Series,
  SessionCalendar,
  type Candle,
  type SeriesChange,
  type SymbolName,
  type Timeframe,
} from '../../market/index.js';
import type { SeriesProperties, StoredSeries } from '../../persistence/index.js';
import type { BarPush, SymbolRoute } from '../../terminals/index.js';
import { ClosedByClock, type CloseOutcome } from './closed-by-clock.js';
import { closeTimeMs, horizonMs, isAhead, serverTime, type ServerTime } from '../feed/server-time.js';
import { CONNECTED, POLLED, type Backfill, type BackfillAttempt, type BackfillRequest } from './backfill.js';
import { isBehind } from '../feed/freshness.js';
import type { LiveSeriesDeps } from './live-series-deps.js';
import { refusedBars, type IgnoredOfSeries } from '../feed/ignored-of-series.js';
import { usableRates, type RefusedBar } from '../feed/incoming-bars.js';
import { Polling } from '../feed/polling.js';
import { pushFault } from '../feed/push-check.js';
import { PushIntake } from '../feed/push-intake.js';
import type { PushOutcome } from '../feed/push-outcome.js';
import { RefusedBars, refusedSlots, type AnswerOrigin, type BarRange, type Correction } from '../feed/refused-bars.js';
import type { SeriesSnapshot, SeriesState } from '../series-registry.js';
import { offsetsOf } from '../feed/server-offset.js';
import { PersistedSeries } from './persisted-series.js';

/** A series whose backfill waits for longer than this does not keep up, milliseconds. */
const BACKFILL_PATIENCE_MS = 3000;

/**
 * The bars of one symbol and timeframe and their feed, without any waiting in it: a backfill is done by others between
 * {@link beginBackfill} and {@link completeBackfill}.
 *
 * - **empty, detached**: no route. What is kept can be served as stale.
 * - **loading**: a terminal feeds the series, but its bars are not complete yet. Pushes count for nothing, except while
 *   a backfill listens: then they are put aside and applied on top of what it found.
 * - **live**: complete. A push is applied only if it carries the next number, joins the bars that are known and is
 *   plausible; anything else asks for a backfill, and until that is done no push is applied and no bar closed.
 *
 * What becomes of every push is reported, also when it changes nothing.
 */
export class LiveSeries {
  readonly bars: Series;
  /** Whether bars are pushed or asked for. */
  readonly polling: Polling;
  /** Where the terminal has bars that cannot be used. */
  readonly refused: RefusedBars;
  /** Its rows; undefined until something was stored or a terminal came. */
  link: PersistedSeries | undefined;
  /** Whether {@link bars} began with what the database had. */
  rowsKnown = false;
  /** The backfill to be done; undefined when none is. */
  wanted: BackfillRequest | undefined;
  /** Since when, monotonic milliseconds, no push has been applied because of it. */
  private wantedSinceMs = Infinity;
  calendar = SessionCalendar.WEEKDAYS;

  private state: SeriesState = 'empty';
  private route: SymbolRoute | undefined;
  private attempt: BackfillAttempt | undefined;
  private readonly intake = new PushIntake((push) => this.deps.onPush(this, push));
  private readonly byClock: ClosedByClock;
  private historyStart: number | undefined;
  private simulated = false;
  private digits = 0;
  private utcOffsetSeconds: number | undefined;
  private terminalId: string | undefined;
  private version = 0;
  private wasStale = true;
  private current: SeriesSnapshot | undefined;
  private timer: Timer | undefined;

  constructor(
    readonly symbol: SymbolName,
    readonly timeframe: Timeframe,
    private readonly deps: LiveSeriesDeps<LiveSeries>,
  ) {
    this.bars = new Series(timeframe, deps.capacity);
    this.polling = new Polling(deps.clock, () => this.intake.subscribed);
    this.refused = new RefusedBars(this.bars);
    this.byClock = new ClosedByClock(this.bars, {
      held: () => deps.onHeld(this),
      released: (change) => this.note(change),
    });
  }

  get routeNow(): SymbolRoute | undefined {
    return this.route;
  }

  get closeGraceMs(): number {
    return this.deps.closeGraceMs;
  }

  /** Real milliseconds until the terminal is to be asked again; undefined while it pushes. */
  get pollInMs(): number | undefined {
    if (!this.polling.active) return undefined;
    const [forming, time] = [this.bars.forming, this.time()];
    if (forming === undefined || time === undefined || time.rate === 0) return this.polling.delayMs();
    return this.polling.delayMs((closeTimeMs(forming, time, this) - time.nowMs) / time.rate);
  }

  /** The first bar that the terminal can get, when it is known. */
  get reachesStart(): boolean {
    const first = this.bars.closed.firstTime;
    return first !== undefined && this.historyStart !== undefined && first <= this.historyStart;
  }

  /** The closed bars that the terminal must have just so; undefined while they are not all known, or being fetched. */
  get comparable(): Bars | undefined {
    if (this.state !== 'live' || !this.isUndisturbed || this.time() === undefined) return undefined;
    const { closed } = this.bars;
    return this.unconfirmed === undefined ? closed : closed.slice(0, closed.lowerBound(this.unconfirmed));
  }

  /** Open of the newest closed bar, server seconds, while it was closed by server time and the terminal is silent. */
  get unconfirmed(): number | undefined {
    return this.byClock.unconfirmed;
  }

  /**
   * The terminal was asked for its newest bars after the bar that opens at `time` was closed by server time. Undefined
   * when that is settled already, or a backfill is about to.
   */
  confirm(time: number, rates: readonly Candle[]): CloseOutcome | undefined {
    const untilMs = this.horizonMs;
    const moot = this.unconfirmed !== time || this.state !== 'live' || !this.isUndisturbed;
    if (moot || untilMs === undefined) return undefined;
    const { candles, refused } = usableRates(rates, { timeframe: this.timeframe, untilMs });
    this.leaveOut(refused, { untilMs, route: this.route });
    const verdict = this.byClock.answered(time, candles, refused.length > 0);
    if (verdict.outcome === 'behind') this.want({ reason: verdict.reason, from: Infinity });
    else if (verdict.outcome !== 'failed') this.changed();
    return verdict.outcome;
  }

  /**
   * The terminal was found to have `run` in a range now, and bars that were refused in the slots `refused`; other bars
   * within the range stay only if they are to be `kept`.
   */
  correct(range: BarRange, run: Bars, { kept, refused }: Correction): SeriesChange | undefined {
    const change = kept ? this.bars.merge(run) : this.bars.replaceRange(range, run);
    this.note(change);
    const isNews = kept ? this.refused.add(refused) : this.refused.replace(range, refused);
    if (change !== undefined || isNews) this.changed();
    return change;
  }

  /** Bars of an answer by `route` were refused; bars may have opened until `untilMs`, server time. */
  leaveOut(bars: readonly RefusedBar[], { untilMs, route }: AnswerOrigin): void {
    if (bars.length > 0) this.ignore(refusedBars(bars));
    // What another broker's terminal answered late says nothing about this series.
    const isNews = route === this.route && this.refused.add(refusedSlots(bars, { timeframe: this.timeframe, untilMs }));
    if (isNews) this.changed();
  }

  /** Something that came for the series was of no use. */
  ignore(input: IgnoredOfSeries): void {
    this.deps.onIgnored(this, input);
  }

  /** Takes over what the database has of the series; only before anything else is known. */
  adoptRows(stored: StoredSeries, bars: Bars): void {
    this.link ??= this.linkOf(stored, stored);
    this.link.stored = stored;
    this.simulated ||= stored.simulated;
    this.rowsKnown = true;
    if (this.route === undefined) {
      this.digits = stored.digits;
      this.terminalId = stored.terminalId;
      this.state = bars.length > 0 ? 'detached' : 'empty';
    }
    if (this.bars.closed.length === 0) this.bars.merge(bars);
    if (stored.reachesStart && bars.length > 0 && bars.length < this.deps.capacity) this.historyStart = bars.firstTime;
    this.link.startMarked = stored.reachesStart;
    this.changed();
  }

  /** A terminal serves the symbol from now on. Bars of another broker, simulation or broker's name are left behind. */
  attach(route: SymbolRoute): void {
    this.dropFeed();
    this.route = route;
    if (this.link?.isOf(route) !== true) this.startOver(route);
    this.simulated ||= route.simulated;
    this.digits = route.digits;
    this.terminalId = route.terminalId;
    this.utcOffsetSeconds = this.deps.terminalClock(route.terminalId)?.utcOffsetSeconds;
    this.state = 'loading';
    this.wanted = { reason: CONNECTED, from: Infinity };
    this.changed();
    this.deps.onBackfillDue(this);
  }

  /** No terminal serves the symbol any more. */
  detach(): void {
    this.dropFeed();
    this.route = undefined;
    this.utcOffsetSeconds = undefined;
    this.state = this.bars.closed.length > 0 ? 'detached' : 'empty';
    this.changed();
  }

  /** The broker rewrote history from `from` on (server seconds). */
  historyChanged(from: number): void {
    this.want({ reason: 'history-changed', from: Number.isFinite(from) ? Math.max(0, from) : 0 });
  }

  /** All bars in memory are to be fetched again. False when no terminal feeds the series. */
  requestBackfill(): boolean {
    if (this.route === undefined) return false;
    this.want({ reason: 'asked for by an admin', from: this.bars.closed.firstTime ?? Infinity });
    return true;
  }

  /** A push of the session that serves the symbol. */
  push(push: BarPush): void {
    if (this.attempt !== undefined) this.intake.putAside(push);
    else if (this.state !== 'live' || !this.intake.subscribed) this.intake.skip(push.sequence, 'loading');
    else if (this.take(push)) this.changed();
  }

  /** The newest bars are to be asked for. */
  poll(): void {
    if (this.polling.active) this.want({ reason: POLLED, from: Infinity });
  }

  /** What the terminal gives has been of no use for too long: what is kept is not served as live any more. */
  giveUp(): void {
    if (this.state !== 'live') return;
    this.state = 'loading';
    this.changed();
  }

  /** Starts to put pushes aside for a backfill that begins now. */
  beginBackfill(): BackfillAttempt | undefined {
    if (this.route === undefined || this.wanted === undefined) return undefined;
    this.attempt = { route: this.route, request: this.wanted };
    this.wanted = undefined;
    this.intake.begin();
    return this.attempt;
  }

  /** Whether a backfill may go on. */
  isCurrent(attempt: BackfillAttempt): boolean {
    return this.attempt === attempt;
  }

  /** SUBSCRIBED told `number`: the next push carries the one after it. */
  subscribedAt(number: number): void {
    this.intake.subscribedAt(number);
  }

  /** The newest bars are asked for now: the answer is newer than every push that came before. */
  forgetBuffered(): void {
    this.intake.supersede();
  }

  /** Takes over what a backfill found, then the pushes that came meanwhile. */
  completeBackfill(attempt: BackfillAttempt, found: Backfill): void {
    if (!this.isCurrent(attempt)) return;
    if (found.older !== 'joined' && this.link !== undefined) this.link.breaks++;
    if (found.older === 'apart') this.bars.replaceRange({ from: -Infinity, to: found.from }, Bars.EMPTY);
    const from = found.older === 'rewritten' ? -Infinity : found.from;
    this.note(this.bars.replaceRange({ from, to: Infinity }, found.closed));
    this.bars.setForming(found.forming);
    this.byClock.backfilled(found);
    this.refused.replace({ from, to: Infinity }, found.refused);
    if (found.reachesStart) this.historyStart = found.from;
    this.noteStart();
    this.rowsKnown = true;
    this.state = 'live';
    this.polling.failed = false;
    this.attempt = undefined;
    this.wantedSinceMs = Infinity;
    for (const push of this.intake.drain()) this.take(push);
    this.closeByTime();
    this.changed();
  }

  /** A backfill came to nothing; the series is incomplete until one succeeds. After a poll it is only stale. */
  failBackfill(attempt: BackfillAttempt): void {
    if (!this.isCurrent(attempt)) return;
    this.attempt = undefined;
    this.intake.begin();
    this.wanted = { ...attempt.request, from: Math.min(attempt.request.from, this.wanted?.from ?? Infinity) };
    if (attempt.request.reason === POLLED) this.polling.failed = true;
    else this.state = 'loading';
    this.changed();
  }

  /** The terminal tells when the symbol is quoted. */
  learnCalendar(calendar: SessionCalendar): void {
    if (calendar.equals(this.calendar)) return;
    this.calendar = calendar;
    this.changed();
  }

  /** Server time moved or its freshness changed: closes what is over and looks at the age of things. */
  tick(): void {
    const offset = this.route && this.deps.terminalClock(this.route.terminalId)?.utcOffsetSeconds;
    const moved = offset !== this.utcOffsetSeconds;
    this.utcOffsetSeconds = offset;
    if (this.closeByTime() || moved || this.isStale() !== this.wasStale) this.changed();
    else this.schedule();
  }

  /** The terminal's server time; undefined without a route or before its first heartbeat. */
  time(): ServerTime | undefined {
    const clock = this.route && this.deps.terminalClock(this.route.terminalId);
    return clock && serverTime(clock, this.deps.clock.monotonicMs(), this.deps.heartbeatFreshMs);
  }

  /** Server milliseconds until which bars may have opened. It does not go back where server time does. */
  get horizonMs(): number | undefined {
    return this.time() && horizonMs(this.time()!, this);
  }

  snapshot(): SeriesSnapshot {
    const stale = this.isStale();
    if (stale !== this.wasStale) {
      this.wasStale = stale;
      this.version++;
      this.current = undefined;
    }
    this.current ??= {
      symbol: this.symbol,
      timeframe: this.timeframe,
      revision: this.version,
      closedRevision: this.bars.closedRevision,
      state: this.state,
      closed: this.bars.closed,
      forming: this.bars.forming,
      terminalId: this.terminalId ?? this.deps.terminalId(),
      source: this.simulated ? 'simulator' : this.state === 'live' ? 'terminal' : 'store',
      digits: this.digits,
      ...offsetsOf(this.link, this.utcOffsetSeconds, this.deps),
      reachesStart: this.reachesStart,
      refused: this.refused.opens,
      unconfirmed: this.unconfirmed,
      calendar: this.calendar,
      serverDays: this.deps.serverDays(this),
      stale,
    };
    return this.current;
  }

  /** Ends timers. The bars stay. */
  close(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  /** Applies one push of a live series; tells whether a snapshot may look different. */
  private take(push: BarPush): boolean {
    const misnumbered = this.intake.take(push.sequence);
    if (misnumbered !== undefined) return this.refuse(misnumbered.reason, misnumbered.message);
    if (this.wanted !== undefined) return this.refuse('backfill');
    const fault = this.contentFault(push);
    if (fault !== undefined) return this.refuse('unfit', fault);
    const revision = this.bars.revision;
    this.apply(push);
    this.report('applied', undefined, push.forming?.time ?? push.closed.at(-1)?.time);
    return this.bars.revision !== revision;
  }

  /** Leaves a push out; `fault` says why its bars must be fetched instead. */
  private refuse(outcome: PushOutcome, fault?: string): false {
    if (fault !== undefined) this.want({ reason: fault, from: Infinity });
    this.report(outcome, fault);
    return false;
  }

  private report(outcome: PushOutcome, detail?: string, newestBar?: number): void {
    this.deps.onPush(this, { outcome, detail, newestBar });
  }

  private contentFault(push: BarPush): string | undefined {
    return pushFault(push, {
      timeframe: this.timeframe,
      untilMs: this.horizonMs,
      firstClosed: this.bars.closed.firstTime,
      lastClosed: this.bars.closed.lastTime,
      provisional: this.byClock.time,
      forming: this.bars.forming?.time,
    });
  }

  private apply({ closed, forming }: BarPush): void {
    this.note(this.bars.merge(Bars.from(closed)));
    if (this.byClock.pushed(closed.at(-1)?.time)) this.deps.onConfirmed(this);
    if (forming === undefined) return;
    // Closed by the clock, but the terminal still counts late ticks into it.
    if (forming.time === this.byClock.time) this.note(this.bars.merge(Bars.from([forming])));
    else this.bars.setForming(forming);
  }

  private closeByTime(): boolean {
    const forming = this.bars.forming;
    const time = this.time();
    if (forming === undefined || time === undefined || !this.mayClose(time)) return false;
    if (time.nowMs < closeTimeMs(forming, time, this)) return false;
    this.bars.closeForming();
    this.byClock.close(forming.time);
    return true;
  }

  private mayClose(time: ServerTime): boolean {
    const isPushed = this.state === 'live' && !this.polling.active && this.isUndisturbed;
    return isPushed && time.fresh && time.trusted && time.rate > 0;
  }

  /** No backfill is to be done or in progress. */
  private get isUndisturbed(): boolean {
    return this.wanted === undefined && this.attempt === undefined;
  }

  private want(request: BackfillRequest): void {
    if (this.route === undefined) return;
    const before = this.wanted;
    this.wanted = before === undefined ? request : { reason: before.reason, from: Math.min(before.from, request.from) };
    if (before !== undefined) return;
    this.wantedSinceMs = Math.min(this.wantedSinceMs, this.deps.clock.monotonicMs());
    this.schedule();
    this.deps.onBackfillDue(this);
  }

  private isStale(): boolean {
    const time = this.time();
    if (this.state !== 'live' || this.polling.failed || time === undefined || !time.fresh || !time.trusted) return true;
    if (this.lateForMs <= 0 || isAhead(time, this)) return true;
    const newest = this.bars.forming?.time ?? this.bars.closed.lastTime;
    return newest === undefined || isBehind(newest, time.nowMs / 1000, this);
  }

  /** Real milliseconds until a backfill that waits makes the series stale. */
  private get lateForMs(): number {
    return this.wantedSinceMs + BACKFILL_PATIENCE_MS - this.deps.clock.monotonicMs();
  }

  /** What a snapshot shows is different now, or what is known of the server's zone. */
  changed(): void {
    this.version++;
    this.current = undefined;
    this.wasStale = this.isStale();
    this.schedule();
    this.deps.onChange(this);
  }

  /** Wakes up when the forming bar is over, a backfill has waited too long, or the heartbeat is too old. */
  private schedule(): void {
    this.close();
    const time = this.time();
    if (time === undefined || !time.fresh || this.state !== 'live') return;
    const forming = this.bars.forming;
    const mayClose = forming !== undefined && this.mayClose(time);
    const closesInMs = mayClose ? (closeTimeMs(forming, time, this) - time.nowMs) / time.rate : Infinity;
    const lateForMs = this.lateForMs > 0 ? this.lateForMs : Infinity;
    const delayMs = Math.max(1, Math.ceil(Math.min(closesInMs, time.freshForMs, lateForMs)));
    this.timer = this.deps.clock.after(delayMs, () => {
      this.timer = undefined;
      this.tick();
    });
  }

  private note(change: SeriesChange | undefined): void {
    if (change !== undefined) this.refused.barsChanged(change);
    if (change === undefined || this.link === undefined) return;
    this.link.note(change, this.rowsKnown);
    this.deps.onUnwritten(this.link);
  }

  private noteStart(): void {
    if (!this.reachesStart || this.link === undefined) return;
    this.link.startReached = true;
    this.deps.onUnwritten(this.link);
  }

  private dropFeed(): void {
    this.close();
    this.attempt = undefined;
    this.wanted = undefined;
    this.wantedSinceMs = Infinity;
    this.polling.forget();
    this.intake.forget();
  }

  private startOver(route: SymbolRoute): void {
    this.link?.freeze();
    this.bars.clear();
    this.refused.clear();
    const utcOffsetSeconds = this.deps.terminalClock(route.terminalId)?.utcOffsetSeconds;
    this.link = this.linkOf(route, { ...route, utcOffsetSeconds });
    this.rowsKnown = false;
    this.simulated = false;
    this.historyStart = undefined;
    this.byClock.forget();
    this.calendar = SessionCalendar.WEEKDAYS;
  }

  private linkOf(
    { brokerServer, brokerSymbol }: Pick<SymbolRoute, 'brokerServer' | 'brokerSymbol'>,
    properties: SeriesProperties,
  ): PersistedSeries {
    const key = { brokerServer, brokerSymbol, symbol: this.symbol, timeframe: this.timeframe };
    return new PersistedSeries(key, properties, () => this.bars.closed, {
      capacity: this.deps.capacity,
      heldBack: () => this.unconfirmed,
    });
  }
}
