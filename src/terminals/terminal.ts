import {
  type BarPush,
  type BridgeRequest,
  type BridgeSession,
  type GoawayReason,
  type HistoryChanged,
  type ResponseOf,
} from '../bridge/index.js';
import type { ConfiguredTerminal, TerminalSettings } from '../config/index.js';
import { type Clock, Emitter, printable, type Random } from '../kernel/index.js';
import { FrozenSymbols, type SymbolAlarm } from './frozen-symbols.js';
import { routesOf, statsOf } from './terminal-views.js';
import type { TerminalStats } from './pool-stats.js';
import type { SymbolRoute, TerminalClock, TerminalRequestOptions, TerminalState } from './terminal-pool.js';
import { TerminalRecord } from './terminal-record.js';
import { TerminalRequests } from './terminal-requests.js';
import { TerminalSession } from './terminal-session.js';
import { epochOf, next, type TerminalChange, type TerminalEvent, type TerminalStatus } from './terminal.state.js';
import { TerminalDisconnectedError, TerminalsDrainingError } from './terminals.errors.js';

/** A bridge whose terminal dialled a second time waits this long, so that two programs do not fight for one place. */
export const SUPERSEDED_RETRY_MS = 60_000;

/** What every terminal of a pool shares. */
export interface TerminalContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Pick<TerminalSettings, 'requestTimeoutMs' | 'queueLimit'>;
}

/**
 * One configured terminal: its place in the pool, its session when it has one, its queue and its record. The states and
 * what may follow them are described at {@link TerminalStatus}.
 *
 * {@link enter} is the only writer of the state. The newest session wins; what an older one still says is not heard,
 * because it was stopped before its successor took its place.
 */
export class Terminal {
  private status: TerminalStatus;
  private session: TerminalSession | undefined;
  private readonly frozen: FrozenSymbols;
  private readonly requests: TerminalRequests;
  readonly record: TerminalRecord;

  private readonly changes = new Emitter<TerminalChange>();
  private readonly offers = new Emitter<readonly SymbolRoute[]>();
  private readonly pushes = new Emitter<BarPush | HistoryChanged>();
  private readonly beats = new Emitter<TerminalClock>();
  private readonly alarms = new Emitter<readonly SymbolAlarm[]>();
  readonly onChange = this.changes.subscribe;
  /** All symbols that it may serve from now on; empty unless ready. */
  readonly onRoutes = this.offers.subscribe;
  readonly onPush = this.pushes.subscribe;
  readonly onHeartbeat = this.beats.subscribe;
  readonly onAlarms = this.alarms.subscribe;
  readonly onOutcome;

  constructor(
    readonly config: ConfiguredTerminal,
    private readonly context: TerminalContext,
  ) {
    const { clock, settings } = context;
    this.status = { name: 'expected', sinceMs: clock.nowMs() };
    this.record = new TerminalRecord(clock);
    this.frozen = new FrozenSymbols(config.id);
    this.requests = new TerminalRequests({
      terminalId: config.id,
      clock,
      settings,
      session: () => {
        if (this.session === undefined) throw this.disconnected();
        return this.session.link;
      },
    });
    this.onOutcome = this.requests.onOutcome;
    this.onOutcome(({ operation, outcome, message }) => {
      if (message === undefined || outcome === 'terminal-disconnected') return;
      this.record.fault(`${operation}: ${message}`);
    });
  }

  get id(): string {
    return this.config.id;
  }

  get state(): TerminalState {
    return this.status.name;
  }

  /** Session that the terminal has now. */
  get epoch(): number | undefined {
    return epochOf(this.status);
  }

  /** Requests that wait for their turn. */
  get queueDepth(): number {
    return this.requests.waiting;
  }

  get clock(): TerminalClock | undefined {
    return this.session?.clock;
  }

  /** The bridge's program can restart the terminal for real. */
  get canRestart(): boolean {
    return this.session?.link.hello.capabilities.restart ?? false;
  }

  /** Monotonic milliseconds of the last answer to any request; minus infinity before the first. */
  get lastAnswerMs(): number {
    return this.requests.lastAnswerMs;
  }

  /** Monotonic milliseconds until which the bridge has announced to be busy; 0 = not. */
  get busyUntilMs(): number {
    return this.session?.link.busyUntilMs ?? 0;
  }

  /** Takes an admitted session; the one before it, if any, is sent away. */
  adopt(link: BridgeSession): void {
    if (this.state === 'draining' || this.state === 'closed') {
      link.goaway('shutting-down', { message: 'the gateway is stopping', retryAfterMs: SUPERSEDED_RETRY_MS });
      return;
    }
    this.release('superseded', 'a newer session of this terminal took over', SUPERSEDED_RETRY_MS);
    const session: TerminalSession = new TerminalSession(link, {
      config: this.config,
      frozen: this.frozen,
      clock: this.context.clock,
      random: this.context.random,
      fetchSymbols: () => this.requests.submit({ type: 'symbols' }, { priority: 'urgent' }),
      events: {
        assessed: () => this.assess(session),
        heard: (clock) => {
          this.record.checked();
          this.beats.emit(clock);
        },
        pushed: (push) => this.pushes.emit(push),
        alarmed: (alarms) => this.alarm(alarms),
        closed: (reason) => this.lose(reason),
        failed: (reason) => this.drop(reason),
      },
    });
    this.session = session;
    this.enter({ type: 'admitted', epoch: link.epoch }, `session ${link.epoch} from ${link.remoteAddress}`);
    if (this.session === session) session.start();
  }

  /**
   * Sends a request when its turn comes.
   * @throws TerminalsDrainingError (shutting-down), TerminalDisconnectedError (terminal-disconnected), and as the queue
   */
  async request<R extends BridgeRequest>(
    request: R,
    options: TerminalRequestOptions = {},
  ): Promise<ResponseOf[R['type']]> {
    if (this.state === 'draining' || this.state === 'closed') throw new TerminalsDrainingError();
    if (this.state !== 'ready' && this.state !== 'impaired') throw this.disconnected();
    return this.requests.submit(request, options);
  }

  /** Ends the session so that the bridge dials again. False when there was none. */
  drop(reason: string, retryAfterMs = 0): boolean {
    if (this.session === undefined) return false;
    this.release('reconnect', reason, retryAfterMs);
    this.enter({ type: 'disconnected', reason }, reason);
    return true;
  }

  /** Takes no new requests from now on. */
  drain(): void {
    if (this.state !== 'draining' && this.state !== 'closed') this.enter({ type: 'drain' }, 'the gateway is stopping');
  }

  /** Resolves once no request waits or runs. */
  idle(): Promise<void> {
    return this.requests.idle();
  }

  /** Sends the session away and ends; what still waits fails. */
  close(retryAfterMs: number): void {
    if (this.state === 'closed') return;
    this.release('shutting-down', 'the gateway is stopping', retryAfterMs);
    this.enter({ type: 'close' }, 'the gateway is stopping');
  }

  stats(): TerminalStats {
    const { waiting, inFlight } = this.requests;
    const monotonicMs = this.context.clock.monotonicMs();
    return statsOf(
      { config: this.config, status: this.status, session: this.session, record: this.record },
      {
        queueDepth: waiting,
        inFlight,
        monotonicMs,
      },
    );
  }

  private assess(session: TerminalSession): void {
    if (this.session !== session || this.state === 'draining') return;
    const { assessment } = session;
    if (assessment === 'handshaking') return;
    if (assessment === 'ready') {
      if (this.state !== 'ready') this.enter({ type: 'verified' }, 'symbols resolved, account and broker as expected');
      else this.offers.emit(this.routes());
      return;
    }
    if (this.status.name === 'impaired' && this.status.reason === assessment) return;
    this.enter({ type: 'impaired', reason: assessment }, assessment);
  }

  private alarm(alarms: readonly SymbolAlarm[]): void {
    for (const alarm of alarms) this.record.fault(alarm.message);
    this.alarms.emit(alarms);
  }

  private lose(reason: string): void {
    this.session?.stop();
    this.session = undefined;
    this.requests.failAll(this.disconnected());
    this.enter({ type: 'disconnected', reason }, reason);
  }

  /** Cuts the current session off first, so that nothing it does while it ends is heard, then says goodbye. */
  private release(reason: GoawayReason, message: string, retryAfterMs: number): void {
    const session = this.session;
    if (session === undefined) return;
    session.stop();
    this.session = undefined;
    this.requests.failAll(this.disconnected());
    session.link.goaway(reason, { message, retryAfterMs });
  }

  private enter(event: TerminalEvent, reason: string): void {
    const from = this.status;
    const atMs = this.context.clock.nowMs();
    this.status = next(from, event, atMs);
    const epoch = epochOf(this.status) ?? epochOf(from);
    const change = {
      terminalId: this.id,
      from: from.name,
      to: this.status.name,
      epoch,
      reason: printable(reason, 200),
      atMs,
    };
    this.record.changed(change);
    this.changes.emit(change);
    this.offers.emit(this.routes());
  }

  private routes(): readonly SymbolRoute[] {
    if (this.state !== 'ready' || this.session === undefined) return [];
    return routesOf(this.id, this.session);
  }

  private disconnected(): TerminalDisconnectedError {
    return new TerminalDisconnectedError(this.id, this.config.symbols[0]?.name ?? this.id);
  }
}
