import {
  type BarPush,
  BridgeListener,
  type BridgeListenerStats,
  type BridgeRequest,
  type BridgeSession,
  type HistoryChanged,
  type ResponseOf,
  type UnprovedLimits,
} from '../../bridge/index.js';
import type { BridgeSettings, TerminalSettings } from '../../config/index.js';
import {
  type Clock,
  Emitter,
  type GatewayError,
  nearestOf,
  printable,
  type Random,
  within,
} from '../../kernel/index.js';
import { type SymbolName, suggestSymbols } from '../../market/index.js';
import { HostAgents } from './agent-registry.js';
import { ClockComparison } from '../clocks/clock-comparison.js';
import type { SymbolAlarm } from '../symbols/frozen-symbols.js';
import type { IgnoredOfPeer } from './ignored-input.js';
import { snapshotOf } from './pool-snapshot.js';
import type { PoolStats } from './pool-stats.js';
import { SymbolRouter } from '../symbols/symbol-router.js';
import type { RequestOutcome } from './terminal-requests.js';
import { Terminal } from './terminal.js';
import { TerminalAdmission } from './terminal-admission.js';
import {
  type SymbolRoute,
  type TerminalClock,
  TerminalPool,
  type TerminalReport,
  type TerminalRequestOptions,
} from '../terminal-pool.js';
import type { TerminalChange } from './terminal.state.js';
import {
  BridgePortUnavailableError,
  SymbolNotConfiguredError,
  TerminalDisconnectedError,
  TerminalDrainedError,
  TerminalNotFoundError,
} from '../terminals.errors.js';

export interface TcpTerminalPoolOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly terminals: TerminalSettings;
  readonly bridge: BridgeSettings;
  /** Bounds of unauthenticated bridge connections. */
  readonly unproved: UnprovedLimits;
  /** PEM texts; without them the bridge port speaks plain TCP. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Address and port that terminals dial. */
export interface BridgeAddress {
  readonly address: string;
  readonly port: number;
}

/** Bridges dial again spread over this time after a shutdown, so that they do not storm the next start. */
const MAX_SHUTDOWN_RETRY_MS = 1000;
/** Time for bridges to close their side, milliseconds. */
const CLOSE_GRACE_MS = 1000;

/** All configured terminals behind the bridge port. */
export class TcpTerminalPool extends TerminalPool {
  readonly symbols: readonly SymbolName[];
  readonly listener: BridgeListener;
  /** The agents of the terminals' hosts. */
  readonly agents: HostAgents;
  private readonly terminals: ReadonlyMap<string, Terminal>;
  private readonly router: SymbolRouter;
  private readonly bars = new Emitter<{ readonly route: SymbolRoute; readonly push: BarPush }>();
  private readonly rewrites = new Emitter<{ readonly route: SymbolRoute; readonly push: HistoryChanged }>();
  private readonly heartbeats = new Emitter<{ readonly terminalId: string; readonly clock: TerminalClock }>();
  private readonly changes = new Emitter<TerminalChange>();
  private readonly alarms = new Emitter<SymbolAlarm>();
  private readonly outcomes = new Emitter<RequestOutcome>();
  private readonly reports = new Emitter<TerminalReport & { readonly terminalId: string }>();
  private readonly terminalErrors = new Emitter<{ readonly terminalId: string; readonly terminalCode: number }>();
  readonly onRoute;
  readonly onBar = this.bars.subscribe;
  readonly onHistoryChanged = this.rewrites.subscribe;
  readonly onHeartbeat = this.heartbeats.subscribe;
  readonly onChange = this.changes.subscribe;
  /** A symbol of a terminal is not served, or is no longer served. */
  readonly onAlarm = this.alarms.subscribe;
  /** A fault of a terminal for its operator. */
  readonly onReport = this.reports.subscribe;
  /** A terminal's heartbeat carries another error code than before. */
  readonly onTerminalError = this.terminalErrors.subscribe;
  /** A request succeeded or failed. */
  readonly onOutcome = this.outcomes.subscribe;
  private readonly ignored = new Emitter<IgnoredOfPeer>();
  /** An input of a peer was ignored. */
  readonly onIgnored = this.ignored.subscribe;
  private draining = false;
  private boundTo: BridgeAddress = { address: '', port: 0 };
  /** Time since which bridges can dial, monotonic milliseconds. */
  private openSinceMs = Infinity;

  constructor(private readonly options: TcpTerminalPoolOptions) {
    super();
    const { clock, random, terminals, bridge, unproved, tls } = options;
    const order = orderOf(terminals);
    this.symbols = [...order.keys()].sort();
    this.router = new SymbolRouter(order, clock);
    this.onRoute = this.router.onRoute;
    this.agents = new HostAgents(terminals.terminals);
    const clocks = new ClockComparison(clock);
    const shared = { clock, random, settings: terminals, agents: this.agents, clocks };
    this.terminals = new Map(terminals.terminals.map((config) => [config.id, new Terminal(config, shared)]));
    for (const terminal of this.terminals.values()) this.follow(terminal);
    this.listener = new BridgeListener({
      clock,
      random,
      policy: new TerminalAdmission(terminals, bridge),
      unproved,
      heartbeatMs: bridge.heartbeatMs,
      handshakeTimeoutMs: bridge.handshakeTimeoutMs,
      maxFrameBytes: bridge.maxFrameBytes,
      ...(tls !== undefined && { tls }),
    });
    this.listener.onSession((session) => this.adopt(session));
    this.listener.onAgent((session) => this.agents.attach(session));
    this.listener.onIgnored(({ what, peer, remoteAddress, detail }) => {
      this.ignored.emit({ what, count: 1, peer: peer ?? remoteAddress, detail });
    });
    this.agents.onIgnored((input) => this.ignored.emit(input));
  }

  /** Address of the bridge port; port 0 before {@link start}. */
  get address(): BridgeAddress {
    return this.boundTo;
  }

  /** Opens the bridge port. @throws BridgePortUnavailableError naming port and setting */
  async start(): Promise<BridgeAddress> {
    const { port, host } = this.options.bridge;
    try {
      const { address, port: bound } = await this.listener.start(port, host);
      this.boundTo = { address, port: bound };
      this.openSinceMs = this.options.clock.monotonicMs();
      return this.boundTo;
    } catch (error) {
      throw new BridgePortUnavailableError({ host, port }, error);
    }
  }

  /** Whether {@link beginDrain} was called: the gateway is about to stop. */
  get isDraining(): boolean {
    return this.draining;
  }

  /** Turns readiness red; terminals keep serving requests that still arrive. */
  beginDrain(): void {
    this.draining = true;
  }

  /**
   * Refuses new requests, waits at most `drainMs` for accepted ones, says goaway to every bridge and closes all sockets.
   */
  async stop({ drainMs }: { drainMs: number }): Promise<void> {
    this.draining = true;
    const all = [...this.terminals.values()];
    for (const terminal of all) terminal.drain();
    await within(this.options.clock, drainMs, Promise.all(this.allTerminals().map((terminal) => terminal.idle())));
    for (const terminal of all) terminal.close(this.shutdownRetryMs());
    this.router.close();
    await this.listener.stop({ graceMs: CLOSE_GRACE_MS });
  }

  /** @throws TerminalNotFoundError (not-found) */
  getTerminal(terminalId: string): Terminal {
    const terminal = this.terminals.get(terminalId);
    if (terminal === undefined)
      throw new TerminalNotFoundError(terminalId, nearestOf(terminalId, this.terminals.keys()));
    return terminal;
  }

  /** In configured order. */
  allTerminals(): readonly Terminal[] {
    return [...this.terminals.values()];
  }

  route(symbol: SymbolName): SymbolRoute {
    const route = this.router.find(symbol);
    if (route === undefined) throw this.away(symbol);
    return route;
  }

  override away(symbol: SymbolName): GatewayError {
    const terminalId = this.terminalIdOf(symbol);
    const terminal = this.getTerminal(terminalId);
    if (terminal.isDrained) return new TerminalDrainedError(terminalId, symbol);
    const openMs = this.options.clock.monotonicMs() - this.openSinceMs;
    return new TerminalDisconnectedError(terminalId, symbol, { awayMs: Math.min(terminal.stateAgeMs, openMs) });
  }

  findRoute(symbol: SymbolName): SymbolRoute | undefined {
    return this.router.find(symbol);
  }

  terminalIdOf(symbol: SymbolName): string {
    const terminalId = this.router.terminalIdOf(symbol);
    if (terminalId === undefined) throw new SymbolNotConfiguredError(symbol, suggestSymbols(symbol, this.symbols));
    return terminalId;
  }

  clock(terminalId: string): TerminalClock | undefined {
    return this.terminals.get(terminalId)?.clock;
  }

  barApplied(terminalId: string, openTime: number): void {
    this.terminals.get(terminalId)?.record.applied(openTime);
  }

  async request<R extends BridgeRequest>(
    terminalId: string,
    request: R,
    options?: TerminalRequestOptions,
  ): Promise<ResponseOf[R['type']]> {
    return this.getTerminal(terminalId).request(request, options);
  }

  report(terminalId: string, report: TerminalReport): void {
    this.terminals.get(terminalId)?.report(report);
  }

  /** A frozen snapshot of the pool, the source of health, metrics, doctor and logs. */
  stats(): PoolStats {
    return snapshotOf({
      terminals: this.allTerminals().map((terminal) => terminal.stats()),
      symbols: this.symbols,
      router: this.router,
      draining: this.draining,
      simulatorAllowed: this.options.terminals.allowSimulator,
    });
  }

  connectionStats(): BridgeListenerStats {
    return this.listener.stats();
  }

  private adopt(session: BridgeSession): void {
    this.getTerminal(session.hello.terminalId).adopt(session);
  }

  private follow(terminal: Terminal): void {
    terminal.onChange((change) => this.changes.emit(change));
    terminal.onRoutes((routes) => this.router.setRoutes(terminal.id, routes));
    terminal.onAlarms((alarms) => {
      for (const alarm of alarms) this.alarms.emit(alarm);
    });
    terminal.onOutcome((outcome) => this.outcomes.emit(outcome));
    terminal.onReport((report) => this.reports.emit({ terminalId: terminal.id, ...report }));
    terminal.onTerminalError((terminalCode) => this.terminalErrors.emit({ terminalId: terminal.id, terminalCode }));
    terminal.onHeartbeat((clock) => this.heartbeats.emit({ terminalId: terminal.id, clock }));
    terminal.onIgnored((input) => this.ignored.emit(input));
    terminal.onPush((push) => this.deliver(terminal, push));
  }

  /** Emits a push for the symbols that this terminal serves now; only counts the pushes of a stand-by. */
  private deliver(terminal: Terminal, push: BarPush | HistoryChanged): void {
    let isServed = false;
    for (const { name } of terminal.config.symbols) {
      const route = this.router.find(name);
      if (route?.terminalId !== terminal.id || route.brokerSymbol !== push.symbol) continue;
      isServed = true;
      if (push.type === 'bar') this.bars.emit({ route, push });
      else this.rewrites.emit({ route, push });
    }
    if (isServed) return;
    const detail = `${push.type} of ${printable(push.symbol)} ${printable(push.timeframe)}`;
    this.ignored.emit({ what: 'unrouted-push', count: 1, peer: terminal.id, detail });
  }

  private shutdownRetryMs(): number {
    return Math.round(MAX_SHUTDOWN_RETRY_MS * this.options.random.next());
  }
}

/** Terminals per symbol in configured order, the preferred one first. */
function orderOf({ terminals }: TerminalSettings): ReadonlyMap<SymbolName, readonly string[]> {
  const order = new Map<SymbolName, string[]>();
  for (const { id, symbols } of terminals) {
    for (const { name } of symbols) order.set(name, [...(order.get(name) ?? []), id]);
  }
  return order;
}
