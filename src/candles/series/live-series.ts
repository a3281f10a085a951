import type { Timer } from '../../kernel/index.js';
import {
  SessionCalendar,
  type Bars,
  type Candle,
  type SeriesChange,
  type SymbolName,
  type Timeframe,
} from '../../market/index.js';
import type { StoredSeries } from '../../persistence/index.js';
import type { BarPush, SymbolRoute } from '../../terminals/index.js';
import { refusedBars, type IgnoredOfSeries } from '../feed/ignored-of-series.js';
import { usableRates, type RefusedBar } from '../feed/incoming-bars.js';
import { Polling } from '../feed/polling.js';
import { pushFault } from '../feed/push-check.js';
import { PushIntake } from '../feed/push-intake.js';
import type { PushOutcome } from '../feed/push-outcome.js';
import { refusedSlots, type AnswerOrigin, type BarRange, type Correction } from '../feed/refused-bars.js';
import { offsetsOf } from '../feed/server-offset.js';
import { closeTimeMs, horizonMs, serverTime, type ServerTime } from '../feed/server-time.js';
import type { SeriesSnapshot } from '../series-registry.js';
import { POLLED, type Backfill, type BackfillAttempt, type BackfillRequest } from './backfill.js';
import type { CloseOutcome } from './closed-by-clock.js';
import { KeptSnapshot } from './kept-snapshot.js';
import type { LiveSeriesDeps } from './live-series-deps.js';
import type { PersistedSeries } from './persisted-series.js';
import { closableBar, closesInMs, isStale, wakeInMs, type AgedSeries, type Moment } from './series-age.js';
import { SeriesBars, type ReadableBars } from './series-bars.js';
import { fedOf, isUndisturbed, nextSeriesStatus, type SeriesInput, type SeriesStatus } from './series.state.js';

/**
 * The bars of one symbol and timeframe and their feed: the only writer of its {@link SeriesStatus}. Nothing in it waits:
 * a backfill is fetched by others between {@link beginBackfill} and {@link completeBackfill}. The verdict on every push
 * is reported, also when it changes nothing.
 */
export class LiveSeries implements AgedSeries {
  private readonly content: SeriesBars;
  private readonly polling: Polling;
  private readonly intake = new PushIntake((push) => this.deps.onPush(this, push));
  private readonly kept = new KeptSnapshot();
  private current: SeriesStatus = { name: 'empty' };
  private quoted = SessionCalendar.WEEKDAYS;
  private utcOffsetSeconds: number | undefined;
  private timer: Timer | undefined;

  constructor(
    readonly symbol: SymbolName,
    readonly timeframe: Timeframe,
    private readonly deps: LiveSeriesDeps<LiveSeries>,
  ) {
    this.content = new SeriesBars(symbol, timeframe, { ...deps, onHeld: () => deps.onHeld(this) });
    this.polling = new Polling(deps.clock, () => this.intake.subscribed);
  }

  get status(): SeriesStatus {
    return this.current;
  }

  /** The terminal that feeds it; undefined when none does. */
  get route(): SymbolRoute | undefined {
    return fedOf(this.current)?.route;
  }

  /** The backfill that waits for its turn. */
  get due(): BackfillRequest | undefined {
    return fedOf(this.current)?.due;
  }

  get bars(): ReadableBars {
    return this.content;
  }

  /** Its rows; undefined until something was stored or a terminal came. */
  get persisted(): PersistedSeries | undefined {
    return this.content.persisted;
  }

  /** The server that its bars came from. */
  get brokerServer(): string | undefined {
    return this.persisted?.key.brokerServer;
  }

  get calendar(): SessionCalendar {
    return this.quoted;
  }

  get closeGraceMs(): number {
    return this.deps.closeGraceMs;
  }

  get polled(): boolean {
    return this.polling.active;
  }

  /** Whether SUBSCRIBE is due. */
  get maySubscribe(): boolean {
    return this.polling.maySubscribe;
  }

  /** Real milliseconds until the terminal is to be asked again; undefined while it pushes. */
  get pollInMs(): number | undefined {
    if (!this.polled) return undefined;
    const [forming, time] = [this.content.forming, this.time()];
    if (forming === undefined || time === undefined || time.rate === 0) return this.polling.delayMs();
    return this.polling.delayMs(closesInMs(forming, time, this));
  }

  /** Whether the first bar that the terminal can get is in memory, as far as that is known. */
  get reachesStart(): boolean {
    return this.content.reachesStart;
  }

  /** The closed bars that the terminal must have just so; undefined while they are not all known, or being fetched. */
  get comparable(): Bars | undefined {
    if (!this.isComplete || this.time() === undefined) return undefined;
    const { closed } = this.content;
    return this.unconfirmed === undefined ? closed : closed.slice(0, closed.lowerBound(this.unconfirmed));
  }

  /** Open of the newest closed bar, server seconds, while it was closed by server time and the terminal is silent. */
  get unconfirmed(): number | undefined {
    return this.content.unconfirmed;
  }

  /**
   * The terminal was asked for its newest bars after the bar that opens at `time` was closed by server time. Undefined
   * when that is settled already, or a backfill is about to.
   */
  confirm(time: number, rates: readonly Candle[]): CloseOutcome | undefined {
    const untilMs = this.horizonMs;
    if (this.unconfirmed !== time || !this.isComplete || untilMs === undefined) return undefined;
    const { candles, refused } = usableRates(rates, { timeframe: this.timeframe, untilMs });
    this.leaveOut(refused, { untilMs, route: this.route });
    const verdict = this.content.confirm(time, candles, refused.length > 0);
    if (verdict.outcome === 'behind') this.request({ reason: verdict.reason, from: Infinity });
    else if (verdict.outcome !== 'failed') this.changed();
    return verdict.outcome;
  }

  /**
   * The terminal was found to have `run` in a range now, and bars that were refused; other bars within the range stay only
   * if they are to be kept.
   */
  correct(range: BarRange, run: Bars, correction: Correction): SeriesChange | undefined {
    const { change, isNews } = this.content.correct(range, run, correction);
    if (isNews) this.changed();
    return change;
  }

  /** Bars of an answer by `route` were refused; bars may have opened until `untilMs`, server time. */
  leaveOut(bars: readonly RefusedBar[], { untilMs, route }: AnswerOrigin): void {
    if (bars.length > 0) this.ignore(refusedBars(bars));
    // What another broker's terminal answered late says nothing about this series.
    const isNews =
      route === this.route && this.content.refuse(refusedSlots(bars, { timeframe: this.timeframe, untilMs }));
    if (isNews) this.changed();
  }

  /** Something that came for the series was of no use. */
  ignore(input: IgnoredOfSeries): void {
    this.deps.onIgnored(this, input);
  }

  /** Takes over what the database has of the series; only before anything else is known. */
  adoptRows(stored: StoredSeries, bars: Bars): void {
    this.content.adopt(stored, bars, this.route !== undefined);
    this.enter({ type: 'rows-read', hasBars: bars.length > 0 });
    this.changed();
  }

  /** A terminal serves the symbol from now on. Bars of another broker, simulation or broker's name are left behind. */
  attach(route: SymbolRoute): void {
    this.dropFeed();
    this.utcOffsetSeconds = this.deps.terminalClock(route.terminalId)?.utcOffsetSeconds;
    if (this.content.follow(route, this.utcOffsetSeconds)) this.quoted = SessionCalendar.WEEKDAYS;
    this.enter({ type: 'route-found', route });
    this.changed();
    this.deps.onBackfillDue(this);
  }

  /** No terminal serves the symbol any more. */
  detach(): void {
    this.dropFeed();
    this.utcOffsetSeconds = undefined;
    this.enter({ type: 'route-lost', hasBars: this.content.closed.length > 0 });
    this.changed();
  }

  /** The broker rewrote history from `from` on (server seconds). */
  historyChanged(from: number): void {
    this.request({ reason: 'history-changed', from: Number.isFinite(from) ? Math.max(0, from) : 0 });
  }

  /** All bars in memory are to be fetched again. False when no terminal feeds the series. */
  requestBackfill(): boolean {
    this.request({ reason: 'asked for by an admin', from: this.content.closed.firstTime ?? Infinity });
    return this.route !== undefined;
  }

  /** A push of the session that serves the symbol. */
  push(push: BarPush): void {
    if (fedOf(this.current)?.attempt !== undefined) this.intake.putAside(push);
    else if (this.current.name !== 'live' || !this.intake.subscribed) this.intake.skip(push.sequence, 'loading');
    else if (this.take(push)) this.changed();
  }

  /** The newest bars are to be asked for. */
  poll(): void {
    if (this.polled) this.request({ reason: POLLED, from: Infinity });
  }

  /** What the terminal gives has been of no use for too long: what is kept is not served as live any more. */
  giveUp(): void {
    if (this.current.name !== 'live') return;
    this.enter({ type: 'given-up' });
    this.changed();
  }

  /** Starts to put pushes aside for a backfill that begins now. */
  beginBackfill(): BackfillAttempt | undefined {
    if (this.due === undefined) return undefined;
    this.enter({ type: 'backfill-begun' });
    this.intake.begin();
    return fedOf(this.current)?.attempt;
  }

  /** Whether a backfill may go on. */
  isCurrent(attempt: BackfillAttempt): boolean {
    return fedOf(this.current)?.attempt === attempt;
  }

  /** SUBSCRIBED told `number`: the next push carries the one after it. */
  subscribedAt(number: number): void {
    this.intake.subscribedAt(number);
  }

  /** The bridge does not push the series: it is polled, and SUBSCRIBE not tried again within `retryInMs`. */
  pollInstead(retryInMs: number): void {
    this.polling.beginFor(retryInMs);
  }

  /** The newest bars are asked for now: the answer is newer than every push that came before. */
  forgetBuffered(): void {
    this.intake.supersede();
  }

  /** Takes over what a backfill found, then the pushes that came meanwhile. */
  completeBackfill(attempt: BackfillAttempt, found: Backfill): void {
    if (!this.isCurrent(attempt)) return;
    this.content.replace(found);
    this.enter({ type: 'backfill-completed' });
    for (const push of this.intake.drain()) this.take(push);
    this.closeByTime();
    this.changed();
  }

  /** A backfill came to nothing and is due again. */
  failBackfill(attempt: BackfillAttempt): void {
    if (!this.isCurrent(attempt)) return;
    this.enter({ type: 'backfill-failed' });
    this.intake.begin();
    this.changed();
  }

  /** The terminal tells when the symbol is quoted. */
  learnCalendar(calendar: SessionCalendar): void {
    if (calendar.equals(this.quoted)) return;
    this.quoted = calendar;
    this.changed();
  }

  /** What is known of the zone of its server is different now. */
  zoneChanged(): void {
    this.changed();
  }

  /** Server time moved or its freshness changed: closes what is over and looks at the age of things. */
  tick(): void {
    const offset = this.route && this.deps.terminalClock(this.route.terminalId)?.utcOffsetSeconds;
    const moved = offset !== this.utcOffsetSeconds;
    this.utcOffsetSeconds = offset;
    if (this.closeByTime() || moved || isStale(this, this.moment()) !== this.kept.stale) this.changed();
    else this.schedule();
  }

  /** The terminal's server time; undefined without a route or before its first heartbeat. */
  time(): ServerTime | undefined {
    const clock = this.route && this.deps.terminalClock(this.route.terminalId);
    return clock && serverTime(clock, this.deps.clock.monotonicMs(), this.deps.heartbeatFreshMs);
  }

  /** Server milliseconds until which bars may have opened. It does not go back where server time does. */
  get horizonMs(): number | undefined {
    const time = this.time();
    return time && horizonMs(time, this);
  }

  snapshot(): SeriesSnapshot {
    const stale = isStale(this, this.moment());
    const { terminalId, simulated, digits } = this.content.origin;
    return this.kept.read(stale, (revision) => ({
      symbol: this.symbol,
      timeframe: this.timeframe,
      revision,
      closedRevision: this.content.closedRevision,
      state: this.current.name,
      closed: this.content.closed,
      forming: this.content.forming,
      terminalId: terminalId ?? this.deps.terminalId(),
      source: simulated ? 'simulator' : this.current.name === 'live' ? 'terminal' : 'store',
      digits,
      ...offsetsOf(this.brokerServer, this.utcOffsetSeconds, this.deps),
      reachesStart: this.reachesStart,
      refused: this.content.refusedOpens,
      unconfirmed: this.unconfirmed,
      calendar: this.quoted,
      serverDays: this.deps.serverDays(this),
      stale,
    }));
  }

  private enter(input: SeriesInput): void {
    this.current = nextSeriesStatus(this.current, input);
  }

  /** All bars are known, and no backfill is about to change them. */
  private get isComplete(): boolean {
    return this.current.name === 'live' && isUndisturbed(this.current);
  }

  private moment(): Moment {
    return { time: this.time(), monotonicMs: this.deps.clock.monotonicMs() };
  }

  /** Applies one push of a live series; tells whether a snapshot may look different. */
  private take(push: BarPush): boolean {
    const misnumbered = this.intake.take(push.sequence);
    if (misnumbered !== undefined) return this.refuse(misnumbered.reason, misnumbered.message);
    if (this.due !== undefined) return this.refuse('backfill');
    const fault = this.contentFault(push);
    if (fault !== undefined) return this.refuse('unfit', fault);
    const { revision } = this.content;
    if (this.content.apply(push)) this.deps.onConfirmed(this);
    this.report('applied', undefined, push.forming?.time ?? push.closed.at(-1)?.time);
    return this.content.revision !== revision;
  }

  /** Leaves a push out; `fault` says why its bars must be fetched instead. */
  private refuse(outcome: PushOutcome, fault?: string): false {
    if (fault !== undefined) this.request({ reason: fault, from: Infinity });
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
      firstClosed: this.content.closed.firstTime,
      lastClosed: this.content.closed.lastTime,
      provisional: this.content.provisional,
      forming: this.content.forming?.time,
    });
  }

  private closeByTime(): boolean {
    const time = this.time();
    const forming = time && closableBar(this, time);
    if (time === undefined || forming === undefined || time.nowMs < closeTimeMs(forming, time, this)) return false;
    this.content.closeByClock();
    return true;
  }

  private request(request: BackfillRequest): void {
    const fed = fedOf(this.current);
    if (fed === undefined) return;
    this.enter({ type: 'backfill-requested', request, atMs: this.deps.clock.monotonicMs() });
    if (fed.due !== undefined) return;
    this.schedule();
    this.deps.onBackfillDue(this);
  }

  private changed(): void {
    this.kept.renew(isStale(this, this.moment()));
    this.schedule();
    this.deps.onChange(this);
  }

  private schedule(): void {
    this.timer?.cancel();
    const delayMs = wakeInMs(this, this.moment());
    this.timer = delayMs === undefined ? undefined : this.deps.clock.after(delayMs, () => this.tick());
  }

  private dropFeed(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.polling.forget();
    this.intake.forget();
  }
}
