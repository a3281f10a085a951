import {
  type BarPush,
  type BridgeRequest,
  type BridgeSession,
  type GoawayReason,
  type HistoryChanged,
  type ResponseOf,
  type SymbolList,
} from '../../bridge/index.js';
import type { ConfiguredSymbol, ConfiguredTerminal, TerminalSettings } from '../../config/index.js';
import { type Clock, Damper, Emitter, printable, type Random } from '../../kernel/index.js';
import type { SymbolName } from '../../market/index.js';
import type { TerminalHost } from './agent-host.js';
import type { HostAgents } from './agent-registry.js';
import type { ClockComparison, ClockSkew } from '../clocks/clock-comparison.js';
import { FrozenSymbols, type SymbolAlarm } from '../symbols/frozen-symbols.js';
import type { IgnoredOfPeer } from './ignored-input.js';
import { routesOf, statsOf } from './terminal-views.js';
import type { TerminalStats } from './pool-stats.js';
import type {
  SymbolRoute,
  TerminalClock,
  TerminalReport,
  TerminalRequestOptions,
  TerminalState,
} from '../terminal-pool.js';
import { TerminalRecord } from './terminal-record.js';
import { Takeovers } from './takeovers.js';
import { TerminalRequests } from './terminal-requests.js';
import { TerminalSession } from './terminal-session.js';
import {
  epochOf,
  isHeld,
  next,
  type TerminalChange,
  type TerminalEvent,
  type TerminalStatus,
} from './terminal.state.js';
import { TerminalDisconnectedError, TerminalDrainedError, TerminalsDrainingError } from '../terminals.errors.js';

/** Wait of a superseded bridge, so that two programs do not fight for one place, milliseconds. */
export const SUPERSEDED_RETRY_MS = 60_000;

/** Period of the report about unusable pushes, milliseconds. */
const UNUSABLE_PUSH_REPORT_MS = 60_000;
/** Period of the reports about a wrong clock and about unreadable symbols, milliseconds. */
const SLOW_REPORT_MS = 600_000;

/** Values that all terminals of a pool share. */
export interface TerminalContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Pick<TerminalSettings, 'requestTimeoutMs' | 'queueLimit'>;
  readonly agents: HostAgents;
  readonly clocks: ClockComparison;
}

/** A terminal's symbol list and the session that sent it. */
export interface SeenSymbols {
  readonly epoch: number;
  readonly list: SymbolList;
}

/**
 * One configured terminal with its session, queue and record. {@link TerminalStatus} describes its states.
 *
 * {@link enter} is the only writer of the state. The newest session wins: an older one is stopped before its successor
 * takes its place, so its messages have no effect.
 */
export class Terminal {
  private status: TerminalStatus;
  private session: TerminalSession | undefined;
  private readonly frozen: FrozenSymbols;
  private readonly unusablePushes: Damper;
  private readonly unusableSymbols: Damper;
  private readonly clockSkews: Damper;
  private readonly takeovers: Takeovers;
  private readonly requests: TerminalRequests;
  readonly record: TerminalRecord;
  /** Broker symbols set by the operator; they win over configured ones. */
  private readonly brokerNames = new Map<SymbolName, string>();

  private readonly changes = new Emitter<TerminalChange>();
  private readonly routeUpdates = new Emitter<readonly SymbolRoute[]>();
  private readonly pushes = new Emitter<BarPush | HistoryChanged>();
  private readonly heartbeats = new Emitter<TerminalClock>();
  private readonly alarms = new Emitter<readonly SymbolAlarm[]>();
  private readonly reports = new Emitter<TerminalReport>();
  private readonly terminalErrors = new Emitter<number>();
  private readonly ignored = new Emitter<IgnoredOfPeer>();
  readonly onChange = this.changes.subscribe;
  /** All routes that it may serve from now on; empty unless ready. */
  readonly onRoutes = this.routeUpdates.subscribe;
  readonly onPush = this.pushes.subscribe;
  readonly onHeartbeat = this.heartbeats.subscribe;
  readonly onAlarms = this.alarms.subscribe;
  /** A fault for its operator. */
  readonly onReport = this.reports.subscribe;
  /** The bridge's heartbeat carries another error code of the terminal than before. */
  readonly onTerminalError = this.terminalErrors.subscribe;
  /** An input of the terminal was ignored. */
  readonly onIgnored = this.ignored.subscribe;
  readonly onOutcome;

  constructor(
    readonly config: ConfiguredTerminal,
    private readonly context: TerminalContext,
  ) {
    const { clock, settings } = context;
    this.status = { name: 'expected', sinceMs: clock.nowMs() };
    this.record = new TerminalRecord(clock);
    this.frozen = new FrozenSymbols(config.id);
    this.unusablePushes = new Damper(clock, UNUSABLE_PUSH_REPORT_MS);
    this.unusableSymbols = new Damper(clock, SLOW_REPORT_MS);
    this.clockSkews = new Damper(clock, SLOW_REPORT_MS);
    this.takeovers = new Takeovers(clock);
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
    this.onOutcome(({ operation, outcome, message, durationMs }) => {
      if (outcome === 'ok') this.record.answered(durationMs);
      if (message === undefined || outcome === 'terminal-disconnected') return;
      this.record.fault(outcome, `${operation}: ${message}`);
    });
  }

  get id(): string {
    return this.config.id;
  }

  get state(): TerminalState {
    return this.status.name;
  }

  /** Epoch of the current session. */
  get epoch(): number | undefined {
    return epochOf(this.status);
  }

  /** Whether an operator drained it; it serves no request until it is resumed. */
  get isDrained(): boolean {
    return isHeld(this.status);
  }

  /** Number of waiting requests. */
  get queueDepth(): number {
    return this.requests.waiting;
  }

  get clock(): TerminalClock | undefined {
    return this.session?.clock;
  }

  /** The server that it is logged in to; otherwise the configured one. */
  get brokerServer(): string {
    return this.session?.link.hello.brokerServer ?? this.config.server;
  }

  /** Its program on its host, which an agent may manage. */
  get host(): TerminalHost | undefined {
    return this.context.agents.find(this.id);
  }

  /** Whether the agent of its host or its bridge can restart its program. */
  get canRestart(): boolean {
    return this.host?.canRestart === true || this.bridgeCanRestart;
  }

  /** Time in its state, milliseconds. */
  get stateAgeMs(): number {
    return this.context.clock.nowMs() - this.status.sinceMs;
  }

  /** Whether the bridge says that it can restart the program. */
  get bridgeCanRestart(): boolean {
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

  /** Takes an admitted session and says goaway to the one before it, if any. */
  adopt(link: BridgeSession): void {
    if (this.isEnding) {
      link.goaway('shutting-down', { message: 'the gateway is stopping', retryAfterMs: 0 });
      return;
    }
    if (this.session !== undefined) this.takenOver(this.session.link, link);
    this.release('superseded', 'a newer session of this terminal took over', SUPERSEDED_RETRY_MS);
    const session: TerminalSession = new TerminalSession(link, {
      login: this.config.login,
      symbols: () => this.symbols,
      frozen: this.frozen,
      clock: this.context.clock,
      clocks: this.context.clocks,
      random: this.context.random,
      fetchSymbols: () => this.fetchSymbols(),
      events: {
        assessed: () => this.assess(session),
        heard: (clock) => {
          this.record.checked();
          this.heartbeats.emit(clock);
        },
        skewed: (skew) => this.skewed(skew),
        pushed: (push) => {
          if (push.type === 'bar') this.note(push);
          this.pushes.emit(push);
        },
        troubled: (terminalCode) => this.terminalErrors.emit(terminalCode),
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
   * @throws TerminalsDrainingError (shutting-down), TerminalDisconnectedError or TerminalDrainedError
   * (terminal-disconnected), and the errors of the queue
   */
  async request<R extends BridgeRequest>(
    request: R,
    options: TerminalRequestOptions = {},
  ): Promise<ResponseOf[R['type']]> {
    if (this.isDrained) throw new TerminalDrainedError(this.id, this.config.symbols[0]?.name ?? this.id);
    return this.command(request, options);
  }

  /** For requests of an operator: as {@link request}, but also while the terminal is drained. */
  async command<R extends BridgeRequest>(
    request: R,
    options: TerminalRequestOptions = {},
  ): Promise<ResponseOf[R['type']]> {
    if (this.isEnding) throw new TerminalsDrainingError();
    if (!this.isReachable) throw this.disconnected();
    return this.requests.submit(request, options);
  }

  /** Requests its symbol list; undefined when it has no session. @throws as {@link command} */
  async readSymbols(): Promise<SeenSymbols | undefined> {
    const { epoch } = this;
    if (epoch === undefined || !this.isReachable) return undefined;
    const list = await this.command({ type: 'symbols' }, { priority: 'urgent' });
    this.countUnreadable(list);
    return { epoch, list };
  }

  /** Ends the session so that the bridge dials again. False when there was none. */
  drop(reason: string, retryAfterMs = 0): boolean {
    if (this.session === undefined) return false;
    this.release('reconnect', reason, retryAfterMs);
    this.enter({ type: 'disconnected', reason }, reason);
    return true;
  }

  /** Refuses new requests from now on, because the gateway is stopping. */
  drain(): void {
    if (!this.isEnding) this.enter({ type: 'drain' }, 'the gateway is stopping');
  }

  /**
   * Refuses new requests until {@link resume}, also in later sessions. False when it is drained already.
   * @throws TerminalsDrainingError (shutting-down)
   */
  hold(reason: string): boolean {
    if (this.isEnding) throw new TerminalsDrainingError();
    if (this.isDrained) return false;
    this.enter({ type: 'hold' }, reason);
    return true;
  }

  /** Serves again as soon as its session allows it. False when it was not drained. */
  resume(reason: string): boolean {
    if (!this.isDrained) return false;
    this.enter({ type: 'resume' }, reason);
    if (this.session !== undefined) this.assess(this.session);
    return true;
  }

  /** Its configured symbols, with the operator's newest broker symbols. */
  get symbols(): readonly ConfiguredSymbol[] {
    return this.config.symbols.map(({ name, brokerName }) => ({
      name,
      brokerName: this.brokerNames.get(name) ?? brokerName,
    }));
  }

  /**
   * Sets the broker symbol of a symbol, or removes it (undefined), effective immediately. `seen` is the terminal's
   * symbol list when it was requested just now.
   */
  rename(symbol: SymbolName, brokerName: string | undefined, seen?: SeenSymbols): void {
    if (brokerName === undefined) this.brokerNames.delete(symbol);
    else this.brokerNames.set(symbol, brokerName);
    this.frozen.forget(symbol);
    this.session?.lookAgain(seen?.epoch === this.epoch ? seen?.list : undefined);
  }

  /** Resolves once no request waits or runs. */
  idle(): Promise<void> {
    return this.requests.idle();
  }

  /** Says goaway to the session and ends; waiting requests fail. */
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
        host: this.host?.stats(),
      },
    );
  }

  /** Records a fault and emits it. */
  report(report: TerminalReport): void {
    this.record.fault(report.code, report.message);
    this.reports.emit(report);
  }

  /** Number of sessions that replaced another one that was still open. */
  get takeoverCount(): number {
    return this.takeovers.count;
  }

  private takenOver(older: BridgeSession, newer: BridgeSession): void {
    const peerOf = ({ remoteAddress, hello }: BridgeSession) => ({ remoteAddress, program: hello.program });
    const message = this.takeovers.note(peerOf(older), peerOf(newer));
    if (message !== undefined) this.report({ code: 'superseded', message });
  }

  private async fetchSymbols(): Promise<SymbolList> {
    const list = await this.requests.submit({ type: 'symbols' }, { priority: 'urgent' });
    this.countUnreadable(list);
    const [example] = list.refused ?? [];
    if (example === undefined || this.unusableSymbols.pass() === undefined) return list;
    const message = `${list.refused!.length} of its symbols cannot be read and are left out, e.g. ${example}`;
    this.report({ code: 'unusable-symbol', message });
    return list;
  }

  private countUnreadable({ refused = [] }: SymbolList): void {
    const [detail] = refused;
    if (detail === undefined) return;
    this.ignored.emit({ what: 'unreadable-symbol', count: refused.length, peer: this.id, detail });
  }

  private skewed(skew: ClockSkew | undefined): void {
    if (skew === undefined || this.clockSkews.pass() === undefined) return;
    this.report({ code: 'clock-skew', message: skew.message });
  }

  private note(push: BarPush): void {
    const { symbol, timeframe, fault } = push;
    if (fault === undefined) return;
    const count = this.unusablePushes.pass();
    if (count === undefined) return;
    const more = count === 1 ? '' : ` (${count} such pushes since the last report)`;
    this.report({
      code: 'unusable-push',
      message: `pushed ${printable(symbol)} ${printable(timeframe)}: ${fault}${more}`,
    });
  }

  private assess(session: TerminalSession): void {
    if (this.session !== session || this.state === 'draining') return;
    const { assessment } = session;
    if (assessment === 'handshaking') return;
    if (assessment === 'ready') {
      if (this.state !== 'ready') this.enter({ type: 'verified' }, 'symbols resolved, account and broker as expected');
      else this.routeUpdates.emit(this.routes());
      return;
    }
    if (this.status.name === 'impaired' && this.status.reason === assessment) return;
    this.enter({ type: 'impaired', reason: assessment }, assessment);
  }

  private get isReachable(): boolean {
    return this.state === 'ready' || this.state === 'impaired' || (this.isDrained && this.epoch !== undefined);
  }

  private get isEnding(): boolean {
    return this.state === 'closed' || (this.state === 'draining' && !this.isDrained);
  }

  private alarm(alarms: readonly SymbolAlarm[]): void {
    for (const alarm of alarms) this.record.fault(`symbol-${alarm.problem}`, alarm.message);
    this.alarms.emit(alarms);
  }

  private lose(reason: string): void {
    this.session?.stop();
    this.session = undefined;
    this.requests.failAll(this.disconnected());
    this.enter({ type: 'disconnected', reason }, reason);
  }

  /** Stops the current session first, so that nothing it does while it ends has an effect, then says goaway. */
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
    this.routeUpdates.emit(this.routes());
  }

  private routes(): readonly SymbolRoute[] {
    if (this.state !== 'ready' || this.session === undefined) return [];
    return routesOf(this.id, this.session);
  }

  private disconnected(): TerminalDisconnectedError {
    return new TerminalDisconnectedError(this.id, this.config.symbols[0]?.name ?? this.id, { awayMs: this.stateAgeMs });
  }
}
