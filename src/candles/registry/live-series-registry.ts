import { Emitter, type Clock, type GatewayError, type Random, type Unsubscribe } from '../../kernel/index.js';
import {
  isTimeframe,
  UNKNOWN_ZONE,
  type Bars,
  type ServerZone,
  type SymbolName,
  type Timeframe,
} from '../../market/index.js';
import type { SeriesSettings } from '../../config/index.js';
import type { CandleStore } from '../../persistence/index.js';
import type { ServerZones, SymbolRoute, TerminalPool } from '../../terminals/index.js';
import { SeriesFaultError, SeriesLoadingError, UnknownSeriesError } from '../candles.errors.js';
import { ClosedDays, type ServerSeries } from '../upkeep/closed-days.js';
import { notRead, oddSessions, type IgnoredOfSeries } from '../feed/ignored-of-series.js';
import type { JudgedPush } from '../feed/push-outcome.js';
import { CloseConfirmations } from '../upkeep/close-confirmations.js';
import type { CloseOutcome } from '../series/closed-by-clock.js';
import { BackfillQueue } from '../backfill/backfill-queue.js';
import { CONNECTED, POLLED } from '../series/backfill.js';
import { LiveSeries } from '../series/live-series.js';
import type { PersistedSeries } from '../series/persisted-series.js';
import { PollRounds } from '../upkeep/poll-rounds.js';
import { SeriesRegistry, type SeriesSnapshot, type SeriesState } from '../series-registry.js';
import type { SeriesEvent } from './series-event.js';
import { SeriesFaults } from '../series/series-faults.js';
import { BackfillRunner } from '../backfill/backfill-runner.js';
import { SeriesVerifier } from '../upkeep/series-verifier.js';
import { SeriesWriter } from '../upkeep/series-writer.js';
import { SymbolFacts } from '../series/symbol-facts.js';
import { VerifyRounds } from '../upkeep/verify-rounds.js';
import { WeekWatcher } from '../upkeep/week-watcher.js';
import { WarmStart } from '../backfill/warm-start.js';

/** What a {@link LiveSeriesRegistry} works with. */
export interface LiveSeriesRegistryDeps {
  readonly pool: TerminalPool;
  readonly store: CandleStore;
  readonly settings: SeriesSettings;
  readonly clock: Clock;
  readonly random: Random;
  /** The zones of brokers' servers; without them no offset is known. */
  readonly zones?: ServerZones;
}

const FLUSH_MS = 5000;

/**
 * All live series: warm from the database, backfilled and fed by the terminals, written back. One series for every symbol
 * of the pool and timeframe of the settings exists from the start.
 */
export class LiveSeriesRegistry extends SeriesRegistry {
  private readonly changes = new Emitter<SeriesSnapshot>();
  private readonly events = new Emitter<SeriesEvent>();
  private readonly series = new Map<SymbolName, Map<Timeframe, LiveSeries>>();
  private readonly queue: BackfillQueue;
  private readonly runner: BackfillRunner;
  private readonly verifier: SeriesVerifier;
  private readonly rounds: VerifyRounds;
  private readonly polls: PollRounds;
  private readonly closes: CloseConfirmations;
  private readonly faults: SeriesFaults;
  private readonly writer: SeriesWriter;
  private readonly weeks: WeekWatcher | undefined;
  private readonly warmStart: WarmStart;
  private readonly subscriptions: Unsubscribe[] = [];
  /** Terminals that had not told their time when a backfill wanted to begin. */
  private readonly terminalsWithoutClock = new Set<string>();
  private closed = false;

  private readonly closedDays = new ClosedDays(() => this.serverSeries());

  /** What is known of symbols besides bars. */
  readonly facts: SymbolFacts;
  readonly onChange = this.changes.subscribe;
  /** Repairs, rewritten history and trouble; for logs and metrics. */
  readonly onEvent = this.events.subscribe;

  constructor(private readonly deps: LiveSeriesRegistryDeps) {
    super();
    const { pool, store, clock, random, settings } = deps;
    this.facts = new SymbolFacts(pool, (symbol, odd) => this.emit({ type: 'ignored', symbol, ...oddSessions(odd) }));
    this.runner = new BackfillRunner(pool, store);
    this.verifier = new SeriesVerifier(pool);
    this.rounds = new VerifyRounds({
      clock,
      random,
      intervalMs: settings.verifyIntervalMs,
      onDue: (series) => this.queue.requestCheck(series),
    });
    this.polls = new PollRounds(clock);
    this.closes = new CloseConfirmations({
      clock,
      random,
      pool,
      onOutcome: (series, outcome, error) => this.closeJudged(series, outcome, error),
    });
    this.faults = new SeriesFaults({
      clock,
      onFault: ({ series, terminalId, reason }) => {
        const { symbol, timeframe } = series;
        series.giveUp();
        const message = `${symbol} ${timeframe} cannot be served: ${reason}`;
        pool.report(terminalId, { code: 'series-fault', message });
        this.emit({ type: 'faulty', symbol, timeframe, terminalId });
      },
      onRecovery: ({ symbol, timeframe }, terminalId) =>
        this.emit({ type: 'recovered', symbol, timeframe, terminalId }),
    });
    this.queue = new BackfillQueue({
      clock,
      random,
      backfill: (series) => this.backfill(series),
      verify: (series) => this.verify(series),
      onFailure: (series, error, retryInMs) => {
        const terminalId = series.route?.terminalId;
        if (terminalId !== undefined && series.time() === undefined) this.terminalsWithoutClock.add(terminalId);
        this.faults.failed(series, error);
        this.emit({ type: 'backfill-failed', symbol: series.symbol, timeframe: series.timeframe, error, retryInMs });
      },
    });
    this.writer = new SeriesWriter({
      store,
      clock,
      random,
      onError: (error) => this.emit({ type: 'store-away', error }),
    });
    this.weeks = deps.zones && new WeekWatcher(deps.zones);
    for (const symbol of pool.symbols) this.series.set(symbol, this.seriesOf(symbol));
    this.warmStart = new WarmStart({ store, series: this.all(), onRead: (series) => this.follow(series) });
  }

  /** Reads what the database has; each series follows its terminal from then on. Resolves when all has been read. */
  async start(): Promise<void> {
    const { zones, pool } = this.deps;
    if (zones !== undefined) this.subscriptions.push(zones.onChange(({ server }) => this.zoneChanged(server)));
    this.subscriptions.push(
      pool.onRoute(({ symbol, route }) => this.routeChanged(symbol, route)),
      pool.onBar(({ route, push }) => {
        const series = this.fedBy(route, push.timeframe);
        if (series === undefined) this.notServed(route, push.timeframe);
        else series.push(push);
      }),
      pool.onHistoryChanged(({ route, push }) => {
        const series = this.fedBy(route, push.timeframe);
        if (series === undefined) this.notServed(route, push.timeframe);
        else series.historyChanged(push.from);
      }),
      pool.onHeartbeat(({ terminalId }) => this.heartbeat(terminalId)),
      this.deps.store.onTrimmed((seriesId) => this.trimmed(seriesId)),
    );
    try {
      await this.warmStart.run();
    } catch (error) {
      this.emit({ type: 'store-away', error });
    }
    this.closedDays.changed();
  }

  /** Stops following the terminals and writes what is not written yet. */
  async close(): Promise<void> {
    this.closed = true;
    this.warmStart.stop();
    for (const unsubscribe of this.subscriptions.splice(0)) unsubscribe();
    for (const series of this.all()) series.detach();
    this.rounds.close();
    this.polls.close();
    this.closes.close();
    this.faults.close();
    await this.queue.close();
    await this.writer.close(FLUSH_MS);
  }

  override get(symbol: SymbolName, timeframe: Timeframe, options: { allowStale?: boolean } = {}): SeriesSnapshot {
    const snapshot = this.find(symbol, timeframe);
    if (snapshot === undefined) throw new UnknownSeriesError(symbol, timeframe);
    if (snapshot.state === 'live') return snapshot;
    const kept = snapshot.closed.length > 0;
    if (options.allowStale === true && kept) return snapshot;
    const route = this.deps.pool.findRoute(symbol);
    if (route === undefined) throw this.deps.pool.away(symbol);
    throw this.notYet({ ...snapshot, terminalId: route.terminalId });
  }

  override find(symbol: SymbolName, timeframe: Timeframe): SeriesSnapshot | undefined {
    return this.live(symbol, timeframe)?.snapshot();
  }

  override requestBackfill(symbol: SymbolName, timeframe: Timeframe): boolean {
    return this.live(symbol, timeframe)?.requestBackfill() ?? false;
  }

  override serverTimeMs(symbol: SymbolName, timeframe: Timeframe): number | undefined {
    return this.live(symbol, timeframe)?.time()?.nowMs;
  }

  /** The series itself; for what needs older bars than memory holds. */
  live(symbol: SymbolName, timeframe: Timeframe): LiveSeries | undefined {
    return this.series.get(symbol)?.get(timeframe);
  }

  /** What is known of the clock of a series' server, also from `bars` of it that are older than those in memory. */
  zoneWith(series: LiveSeries, bars: Bars): ServerZone {
    this.weeks?.lookAt(series, bars);
    return series.snapshot().zone;
  }

  /** Series with closed bars that the database does not have yet. */
  get unwritten(): number {
    return this.writer.backlog;
  }

  /** Series whose newest closed bar the terminal has not confirmed although it was asked several times. */
  get unconfirmed(): number {
    return this.closes.overdue;
  }

  /** How many series are in each state. */
  get states(): Readonly<Record<SeriesState, number>> {
    const counts = { empty: 0, loading: 0, live: 0, detached: 0 };
    for (const series of this.all()) counts[series.snapshot().state] += 1;
    return counts;
  }

  /** How many series of each terminal that feeds any are live and yet older than the market allows. */
  get staleByTerminal(): ReadonlyMap<string, number> {
    return this.countByTerminal((series) => {
      const { state, stale } = series.snapshot();
      return state === 'live' && stale;
    });
  }

  /** How many series of each terminal it does not push and are polled. */
  get polledByTerminal(): ReadonlyMap<string, number> {
    return this.countByTerminal(({ polled }) => polled);
  }

  /** How many series of each terminal cannot be served, for longer than loading explains. */
  get faultyByTerminal(): ReadonlyMap<string, number> {
    return this.faults.countByTerminal;
  }

  private countByTerminal(isCounted: (series: LiveSeries) => boolean): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const series of this.all()) {
      if (series.route === undefined) continue;
      const { terminalId } = series.route;
      counts.set(terminalId, (counts.get(terminalId) ?? 0) + (isCounted(series) ? 1 : 0));
    }
    return counts;
  }

  private notYet(snapshot: SeriesSnapshot): GatewayError {
    const series = this.live(snapshot.symbol, snapshot.timeframe);
    const fault = series && this.faults.find(series);
    if (fault !== undefined) return new SeriesFaultError(fault);
    return new SeriesLoadingError(snapshot, snapshot.closed.length > 0 ? 'newest' : 'history');
  }

  private seriesOf(symbol: SymbolName): Map<Timeframe, LiveSeries> {
    const { pool, clock, settings } = this.deps;
    const deps = {
      clock,
      capacity: settings.seriesBars,
      closeGraceMs: settings.closeGraceMs,
      heartbeatFreshMs: settings.heartbeatFreshMs,
      terminalClock: (terminalId: string) => pool.clock(terminalId),
      zoneOf: (server: string) => this.zoneOf(server),
      terminalId: () => pool.terminalIdOf(symbol),
      serverDays: (series: LiveSeries) => this.closedDays.seenBy(() => asServerSeries(series)),
      onChange: (series: LiveSeries) => this.seriesChanged(series),
      onHeld: (series: LiveSeries) => this.closes.arm(series),
      onConfirmed: (series: LiveSeries) => this.closeJudged(series, 'pushed'),
      onPush: (series: LiveSeries, push: JudgedPush) => this.judged(series, push),
      onIgnored: ({ symbol, timeframe }: LiveSeries, input: IgnoredOfSeries) =>
        this.emit({ type: 'ignored', symbol, timeframe, ...input }),
      onBackfillDue: (series: LiveSeries) => this.queue.request(series),
      onUnwritten: (rows: PersistedSeries) => this.writer.wake(rows),
    };
    return new Map(settings.timeframes.map((timeframe) => [timeframe, new LiveSeries(symbol, timeframe, deps)]));
  }

  private *all(): Iterable<LiveSeries> {
    for (const ofSymbol of this.series.values()) yield* ofSymbol.values();
  }

  private *serverSeries(): Iterable<ServerSeries> {
    for (const series of this.all()) yield asServerSeries(series);
  }

  private fedBy(route: SymbolRoute, timeframe: string): LiveSeries | undefined {
    const live = isTimeframe(timeframe) ? this.live(route.symbol, timeframe) : undefined;
    const now = live?.route;
    return now?.terminalId === route.terminalId && now.epoch === route.epoch ? live : undefined;
  }

  private notServed({ symbol, terminalId }: SymbolRoute, timeframe: string): void {
    const series = isTimeframe(timeframe) ? this.live(symbol, timeframe) : undefined;
    // Its first backfill comes after its stored bars are read, and finds what was pushed before.
    if (series !== undefined && this.warmStart.isUnread(series)) return;
    const detail = `${terminalId} pushed it, but does not feed such a series`;
    this.emit({ type: 'push', symbol, timeframe, outcome: 'not-served', detail });
  }

  private follow(series: LiveSeries): void {
    const route = this.deps.pool.findRoute(series.symbol);
    if (route !== undefined && !this.closed) series.attach(route);
  }

  private routeChanged(symbol: SymbolName, route: SymbolRoute | undefined): void {
    for (const series of this.series.get(symbol)?.values() ?? []) {
      if (this.warmStart.isUnread(series)) continue;
      this.rounds.forget(series);
      this.polls.forget(series);
      this.closes.forget(series);
      this.faults.ended(series);
      if (route === undefined) series.detach();
      else series.attach(route);
    }
  }

  private trimmed(seriesId: number): void {
    for (const { persisted } of this.all()) if (persisted?.stored?.id === seriesId) persisted.trim();
  }

  private heartbeat(terminalId: string): void {
    for (const series of this.all()) if (series.route?.terminalId === terminalId) series.tick();
    if (this.terminalsWithoutClock.delete(terminalId)) this.queue.retryNow(terminalId);
  }

  private async backfill(series: LiveSeries): Promise<void> {
    const outcome = await this.runner.run(series);
    if (outcome === undefined) return;
    this.faults.ended(series);
    this.polls.arm(series);
    const { symbol, timeframe } = series;
    const { reason, backfill, closedChanged } = outcome;
    if (closedChanged) this.closedDays.changed();
    this.emit({ type: 'backfilled', symbol, timeframe, reason, older: backfill.older, closedChanged });
    if (reason === CONNECTED) this.rounds.soon(series);
    if (reason !== POLLED) await this.learnSessions(series);
  }

  private async verify(series: LiveSeries): Promise<void> {
    const { symbol, timeframe, route } = series;
    const verification = await this.verifier.verify(series);
    if (verification?.outcome === 'different') this.closedDays.changed();
    if (verification !== undefined) this.emit({ type: 'verified', symbol, timeframe, ...verification });
    if (this.closed || series.route !== route) return;
    const isDone = verification?.outcome === 'same' || verification?.outcome === 'different';
    if (isDone) this.rounds.later(series);
    else this.rounds.soon(series);
  }

  private async learnSessions(series: LiveSeries): Promise<void> {
    const route = series.route;
    if (route === undefined) return;
    try {
      series.learnCalendar(await this.facts.calendar(route));
      series.tick();
    } catch (error) {
      // Freshness goes by Monday to Friday until the terminal can be asked again.
      series.ignore(notRead('unread-sessions', error));
    }
  }

  private closeJudged({ symbol, timeframe }: LiveSeries, outcome: CloseOutcome, error?: unknown): void {
    this.emit({ type: 'closed', symbol, timeframe, outcome, error });
  }

  private judged({ symbol, timeframe, route }: LiveSeries, { outcome, detail, newestBar }: JudgedPush): void {
    if (route !== undefined && newestBar !== undefined) this.deps.pool.barApplied(route.terminalId, newestBar);
    this.emit({ type: 'push', symbol, timeframe, outcome, detail });
  }

  private zoneOf(server: string): ServerZone {
    return this.deps.zones?.zoneOf(server) ?? UNKNOWN_ZONE;
  }

  private zoneChanged(server: string): void {
    for (const series of this.all()) if (series.brokerServer === server) series.zoneChanged();
  }

  private seriesChanged(series: LiveSeries): void {
    this.announce(series);
    this.weeks?.look(series);
  }

  /** A listener that fails must not disturb the feed. */
  private announce(series: LiveSeries): void {
    try {
      this.changes.emit(series.snapshot());
    } catch (error) {
      this.emit({ type: 'listener-failed', error });
    }
  }

  private emit(event: SeriesEvent): void {
    this.events.emit(event);
  }
}

function asServerSeries(series: LiveSeries): ServerSeries {
  return { brokerServer: series.brokerServer, snapshot: series.snapshot() };
}
