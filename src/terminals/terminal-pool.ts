import type { BarPush, BridgeRequest, HistoryChanged, ResponseOf } from '../bridge/index.js';
import type { GatewayError, Subscribe } from '../kernel/index.js';
import type { SymbolName } from '../market/index.js';

/** Life of a terminal as the pool sees it (DESIGN section 4). */
export type TerminalState = 'expected' | 'handshaking' | 'ready' | 'impaired' | 'lost' | 'draining' | 'closed';

/** Which terminal answers for a symbol right now, and what it calls it. */
export interface SymbolRoute {
  readonly symbol: SymbolName;
  readonly terminalId: string;
  /** Session of the terminal; a route of an older epoch is void. */
  readonly epoch: number;
  readonly brokerServer: string;
  readonly brokerSymbol: string;
  readonly digits: number;
  readonly simulated: boolean;
  /** The bridge says that it pushes bars; without that they are polled. */
  readonly pushes: boolean;
}

/** What the rest of the gateway has to say about a terminal to its operator. */
export interface TerminalReport {
  /** In one word, as the codes of its other faults. */
  readonly code: string;
  readonly message: string;
}

/** The terminal's clock as last heard. Server time now = serverTimeMs + clockRate x (monotonic now - heardAtMs). */
export interface TerminalClock {
  readonly serverTimeMs: number;
  readonly clockRate: number;
  /** Server time minus UTC; undefined while the bridge does not know it. */
  readonly utcOffsetSeconds: number | undefined;
  /** Monotonic milliseconds of our clock. */
  readonly heardAtMs: number;
  /** How far server time is known to be ahead of what it should be (negative: behind); undefined = nothing is known to be wrong. */
  readonly skewMs?: number;
}

/** Priorities of requests to one terminal, most urgent first. */
export type RequestPriority = 'urgent' | 'normal' | 'bulk';

/** How one request to a terminal is to be treated. */
export interface TerminalRequestOptions {
  readonly priority?: RequestPriority;
  /** Queueing included, milliseconds. @default TerminalSettings.requestTimeoutMs */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * What the rest of the gateway sees of the terminals (port). Implemented by the terminal pool; tests of candles and
 * indicators may use a scripted one.
 */
export abstract class TerminalPool {
  /** Symbols that any terminal is configured for, sorted. */
  abstract readonly symbols: readonly SymbolName[];
  /** The route of a symbol. @throws TerminalDisconnectedError (terminal-disconnected) when no ready terminal has it */
  abstract route(symbol: SymbolName): SymbolRoute;
  /** The error that {@link route} throws while nobody serves the symbol: its terminal is away, or drained. */
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
  /** A pushed bar of the terminal is served now; `openTime` is its open, server seconds. */
  abstract barApplied(terminalId: string, openTime: number): void;
  /** The route of a symbol appeared, moved to another terminal or session, or vanished (undefined). */
  abstract readonly onRoute: Subscribe<{ readonly symbol: SymbolName; readonly route: SymbolRoute | undefined }>;
  /** A bar was pushed by the session that serves the symbol. */
  abstract readonly onBar: Subscribe<{ readonly route: SymbolRoute; readonly push: BarPush }>;
  abstract readonly onHistoryChanged: Subscribe<{ readonly route: SymbolRoute; readonly push: HistoryChanged }>;
  /** A heartbeat arrived: the terminal's clock moved on. */
  abstract readonly onHeartbeat: Subscribe<{ readonly terminalId: string; readonly clock: TerminalClock }>;
}
