import {
  type BarPush,
  type BridgePush,
  type BridgeSession,
  type Heartbeat,
  type HistoryChanged,
  type SymbolList,
  UNKNOWN_UTC_OFFSET_SECONDS,
} from '../../bridge/index.js';
import type { ConfiguredSymbol } from '../../config/index.js';
import { Backoff, type Clock, isGatewayError, type Random, type Timer, type Unsubscribe } from '../../kernel/index.js';
import type { ClockComparison, ClockSkew } from '../clocks/clock-comparison.js';
import type { AcceptedSymbols, FrozenSymbols, SymbolAlarm } from '../symbols/frozen-symbols.js';
import { resolveSymbol } from '../symbols/symbol-resolver.js';
import type { TerminalClock } from '../terminal-pool.js';
import type { ImpairedReason } from './terminal.state.js';

/** The judgment on a session. */
export type Assessment = 'handshaking' | 'ready' | ImpairedReason;

/** Events of a session for its terminal. Never called after {@link TerminalSession.stop}. */
export interface SessionEvents {
  /** Health or symbols changed. */
  assessed(): void;
  heard(clock: TerminalClock): void;
  /** The clock became impossible, or right again (undefined). */
  skewed(skew: ClockSkew | undefined): void;
  pushed(push: BarPush | HistoryChanged): void;
  alarmed(alarms: readonly SymbolAlarm[]): void;
  /** The heartbeat carries a new error code. */
  troubled(terminalCode: number): void;
  /** The connection ended. */
  closed(reason: string): void;
  /** The connection is open but useless: it does not answer. */
  failed(reason: string): void;
}

/** The terminal as a session uses it. */
export interface SessionContext {
  /** The configured account. */
  readonly login: number;
  /** The symbols to resolve, under the operator's current names. */
  readonly symbols: () => readonly ConfiguredSymbol[];
  readonly frozen: FrozenSymbols;
  readonly clock: Clock;
  readonly clocks: ClockComparison;
  readonly random: Random;
  /** Asks for the symbol list through the terminal's queue. */
  readonly fetchSymbols: () => Promise<SymbolList>;
  readonly events: SessionEvents;
}

/** Waits before the symbol list is requested again after a failure, or when it has none of the configured symbols. */
const RETRY = { initialMs: 1000, maxMs: 30_000 };

/**
 * One authenticated session as its terminal sees it: resolves the configured symbols, follows the heartbeat, and judges
 * whether the terminal may serve. {@link stop} ends all its callbacks, which fences off an older session.
 */
export class TerminalSession {
  private heartbeat: Heartbeat | undefined;
  private heardAt: TerminalClock | undefined;
  private symbols: AcceptedSymbols | undefined;
  private readonly subscriptions: Unsubscribe[];
  private retry: Timer | undefined;
  private backoff: Backoff;
  private resolving = false;
  private resolveAgain = false;
  private stopped = false;
  private skew: ClockSkew | undefined;

  constructor(
    readonly link: BridgeSession,
    private readonly context: SessionContext,
  ) {
    this.backoff = Backoff.first(RETRY, context.random);
    this.subscriptions = [
      link.onPush((push) => this.receive(push)),
      link.onClosed(({ reason, detail }) => {
        if (!this.stopped) context.events.closed(detail === '' ? reason : `${reason}: ${detail}`);
      }),
    ];
  }

  /** The terminal's clock of the newest heartbeat; undefined before the first. */
  get clock(): TerminalClock | undefined {
    return this.heardAt;
  }

  get lastHeartbeat(): Heartbeat | undefined {
    return this.heartbeat;
  }

  /** Symbols that may be served and those that may not; undefined before the first resolution. */
  get accepted(): AcceptedSymbols | undefined {
    return this.symbols;
  }

  get assessment(): Assessment {
    if (this.symbols === undefined) return 'handshaking';
    if (this.heartbeat !== undefined && this.heartbeat.login !== this.context.login) return 'account-changed';
    if (this.heartbeat?.brokerConnected === false) return 'broker-disconnected';
    return this.symbols.usable.length === 0 ? 'no-symbols' : 'ready';
  }

  /** Starts to resolve symbols. Call it once. */
  start(): void {
    this.resolve();
  }

  /** Resolves again after the operator renamed a symbol, immediately from `list` when it is given. */
  lookAgain(list?: SymbolList): void {
    if (this.stopped) return;
    if (list === undefined) this.resolve();
    else this.accept(list);
  }

  /** Ends every callback and timer of this session; the caller ends the connection. */
  stop(): void {
    this.stopped = true;
    this.retry?.cancel();
    this.context.clocks.forget(this.link.hello.terminalId);
    for (const unsubscribe of this.subscriptions) unsubscribe();
  }

  private receive(push: BridgePush): void {
    if (this.stopped) return;
    if (push.type === 'heartbeat') this.beat(push);
    else if (push.type === 'bar' || push.type === 'history-changed') this.context.events.pushed(push);
    else if (push.type === 'symbols-changed') this.resolve();
  }

  private beat(heartbeat: Heartbeat): void {
    const healed = this.heartbeat?.brokerConnected === false && heartbeat.brokerConnected;
    const troubled = heartbeat.lastError !== 0 && heartbeat.lastError !== (this.heartbeat?.lastError ?? 0);
    this.heartbeat = heartbeat;
    this.heardAt = this.judged(heartbeat);
    this.context.events.heard(this.heardAt);
    if (this.stopped) return;
    if (troubled) this.context.events.troubled(heartbeat.lastError);
    this.context.events.assessed();
    // A terminal without its broker may have shown an incomplete list.
    if (healed && !this.stopped) this.resolve();
  }

  /** The clock of a heartbeat, compared with the gateway's knowledge of time. */
  private judged({ serverTimeMs, clockRate, utcOffsetSeconds: sent }: Heartbeat): TerminalClock {
    const { terminalId, brokerServer, capabilities } = this.link.hello;
    const utcOffsetSeconds = sent === UNKNOWN_UTC_OFFSET_SECONDS ? undefined : sent;
    const clock = { serverTimeMs, clockRate, utcOffsetSeconds, heardAtMs: this.context.clock.monotonicMs() };
    const skew = this.context.clocks.judge({ terminalId, brokerServer, simulated: capabilities.simulated }, clock);
    const before = this.skew;
    this.skew = skew;
    if ((skew === undefined) !== (before === undefined)) this.context.events.skewed(skew);
    return skew === undefined ? clock : { ...clock, utcOffsetSeconds: undefined, skewMs: skew.aheadMs };
  }

  private resolve(): void {
    this.retry?.cancel();
    this.retry = undefined;
    if (this.resolving) {
      this.resolveAgain = true;
      return;
    }
    this.resolving = true;
    this.context.fetchSymbols().then(
      (list) => this.judge(list),
      (error: unknown) => this.resolutionFailed(error),
    );
  }

  private judge(list: SymbolList): void {
    this.resolving = false;
    if (this.stopped) return;
    const usable = this.accept(list);
    if (this.stopped) return;
    if (this.resolveAgain) {
      this.resolveAgain = false;
      this.resolve();
    } else if (usable === 0) this.retryLater();
    else this.backoff = Backoff.first(RETRY, this.context.random);
  }

  /** Takes a symbol list; returns the number of symbols that may be served. */
  private accept(list: SymbolList): number {
    const { symbols, frozen, events } = this.context;
    const resolutions = symbols().map((configured) => resolveSymbol(configured, list.symbols));
    this.symbols = frozen.accept(this.link.hello.brokerServer, resolutions);
    if (this.symbols.alarms.length > 0) events.alarmed(this.symbols.alarms);
    events.assessed();
    return this.symbols.usable.length;
  }

  private resolutionFailed(error: unknown): void {
    this.resolving = false;
    this.resolveAgain = false;
    if (this.stopped) return;
    const code = isGatewayError(error) ? error.code : 'internal';
    if (code === 'terminal-timeout') this.context.events.failed('it did not answer the request for its symbols');
    else this.retryLater();
  }

  private retryLater(): void {
    this.retry = this.context.clock.after(this.backoff.delayMs, () => this.resolve());
    this.backoff = this.backoff.next();
  }
}
