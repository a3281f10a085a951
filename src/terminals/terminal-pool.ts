import type { BarPush, BridgeRequest, HistoryChanged, ResponseOf } from '../bridge/index.js';
import type { GatewayError, Subscribe } from '../kernel/index.js';
import type { SymbolName } from '../market/index.js';

/** States of a terminal; the pool's table of transitions says which may follow. */
export type TerminalState = 'expected' | 'handshaking' | 'ready' | 'impaired' | 'lost' | 'draining' | 'closed';

/** The terminal that serves a symbol now, and its broker symbol. */
export interface SymbolRoute {
  readonly symbol: SymbolName;
  readonly terminalId: string;
  /** Session of the terminal; a route of an older epoch is void. */
  readonly epoch: number;
  readonly brokerServer: string;
  readonly brokerSymbol: string;
  readonly digits: number;
  readonly simulated: boolean;
  /** Whether the bridge pushes bars; otherwise they are polled. */
  readonly pushes: boolean;
}

/** A report of another folder about a terminal, for its operator. */
export interface TerminalReport {
  /** One word, like the codes of its other faults. */
  readonly code: string;
  readonly message: string;
}

/** The clock of the newest heartbeat. Server time now = serverTimeMs + clockRate x (monotonic now - heardAtMs). */
export interface TerminalClock {
  readonly serverTimeMs: number;
  readonly clockRate: number;
  /** Server time minus UTC; undefined while the bridge does not know it. */
  readonly utcOffsetSeconds: number | undefined;
  /** Time of the heartbeat, monotonic milliseconds. */
  readonly heardAtMs: number;
  /** Known error of server time (positive: ahead, negative: behind); undefined = no known error. */
  readonly skewMs?: number;
}

/** Priorities of requests to one terminal, most urgent first. */
export type RequestPriority = 'urgent' | 'normal' | 'bulk';

/** Options of one request to a terminal. */
export interface TerminalRequestOptions {
  readonly priority?: RequestPriority;
  /** Queueing included, milliseconds. @default TerminalSettings.requestTimeoutMs */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * The terminals as other folders see them (port). The pool implements it; tests of candles and indicators may use a
 * scripted one.
 */
export abstract class TerminalPool {
  /** Symbols that any terminal is configured for, sorted. */
  abstract readonly symbols: readonly SymbolName[];
  /** The route of a symbol. @throws TerminalDisconnectedError (terminal-disconnected) when no ready terminal has it */
  abstract route(symbol: SymbolName): SymbolRoute;
  /** The error that {@link route} throws while no terminal serves the symbol: it is away, or drained. */
  abstract away(symbol: SymbolName): GatewayError;
  abstract findRoute(symbol: SymbolName): SymbolRoute | undefined;
  /** Id of the terminal that serves the symbol now, else of the first one configured for it. */
  abstract terminalIdOf(symbol: SymbolName): string;
  /** The clock of a terminal's current session; undefined when it has none. */
  abstract clock(terminalId: string): TerminalClock | undefined;
  /**
   * Sends one request through the terminal's queue.
   * @throws terminal-disconnected, terminal-timeout, terminal-error, history-loading, reduced-capacity (queue full)
   */
  abstract request<R extends BridgeRequest>(
    terminalId: string,
    request: R,
    options?: TerminalRequestOptions,
  ): Promise<ResponseOf[R['type']]>;
  /** Keeps a fault of a terminal with its newest ones and logs it as a warning. */
  abstract report(terminalId: string, report: TerminalReport): void;
  /** Call it when a pushed bar of the terminal is served; `openTime` is its open, server seconds. */
  abstract barApplied(terminalId: string, openTime: number): void;
  /** The route of a symbol appeared, moved to another terminal or session, or vanished (undefined). */
  abstract readonly onRoute: Subscribe<{ readonly symbol: SymbolName; readonly route: SymbolRoute | undefined }>;
  /** A bar was pushed by the session that serves the symbol. */
  abstract readonly onBar: Subscribe<{ readonly route: SymbolRoute; readonly push: BarPush }>;
  abstract readonly onHistoryChanged: Subscribe<{ readonly route: SymbolRoute; readonly push: HistoryChanged }>;
  /** A heartbeat arrived with the terminal's clock. */
  abstract readonly onHeartbeat: Subscribe<{ readonly terminalId: string; readonly clock: TerminalClock }>;
}
