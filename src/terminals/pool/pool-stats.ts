import type { HostStats } from './agent-host.js';
import type { SymbolAlarm } from '../symbols/frozen-symbols.js';
import type { ResolutionRule } from '../symbols/symbol-resolver.js';
import type { TerminalClock, TerminalState } from '../terminal-pool.js';
import type { Latency, ProbeResult, TerminalFault } from './terminal-record.js';

/** A configured symbol on one terminal: its broker symbol and the rule that found it. */
export interface TerminalSymbolStats {
  readonly symbol: string;
  /** Undefined while it is not resolved and thus not served. */
  readonly brokerSymbol: string | undefined;
  readonly rule: ResolutionRule | undefined;
  readonly alarm: SymbolAlarm | undefined;
}

/** The session of a terminal. */
export interface SessionStats {
  readonly epoch: number;
  readonly remoteAddress: string;
  readonly connectedAtMs: number;
  readonly brokerServer: string;
  readonly company: string;
  readonly program: string;
  readonly terminalBuild: number;
  readonly simulated: boolean;
  /** Whether a restart request really restarts the terminal. */
  readonly canRestart: boolean;
  /** Milliseconds since the last byte. */
  readonly silentMs: number;
  readonly clock: TerminalClock | undefined;
  readonly brokerConnected: boolean | undefined;
  readonly pingMicros: number;
  readonly memoryMb: number;
  readonly lastError: number;
}

/** One terminal at one moment. Times are wall clock milliseconds. */
export interface TerminalStats {
  readonly terminalId: string;
  /** As configured. */
  readonly login: number;
  readonly server: string;
  readonly state: TerminalState;
  readonly sinceMs: number;
  /** Reason of being lost or impaired; undefined otherwise. */
  readonly reason: string | undefined;
  /** State is `ready`. */
  readonly connected: boolean;
  readonly session: SessionStats | undefined;
  /** Report of its host's agent; undefined before the first. */
  readonly host: HostStats | undefined;
  readonly symbols: readonly TerminalSymbolStats[];
  readonly queueDepth: number;
  readonly inFlight: number;
  readonly reconnects: number;
  /** Since the gateway started. */
  readonly uptimePercent: number;
  /** Over the last 24 hours, or since the start if that is shorter. */
  readonly dayUptimePercent: number;
  /** Open of the newest bar that it pushed, server seconds; undefined before the first. */
  readonly lastBar: number | undefined;
  /** Undefined before the first answer. */
  readonly latency: Latency | undefined;
  readonly lastCheckMs: number | undefined;
  readonly lastProbe: ProbeResult | undefined;
  /** Newest faults, oldest first, at most 20. */
  readonly faults: readonly TerminalFault[];
}

/** The terminal of one symbol. */
export interface SymbolStats {
  readonly symbol: string;
  /** Serves it now; otherwise the first configured one. */
  readonly terminalId: string;
  readonly brokerSymbol: string | undefined;
  /** A ready terminal serves it. */
  readonly connected: boolean;
}

/** The whole pool at one moment, the only source of health, metrics, doctor and logs. */
export interface PoolStats {
  readonly total: number;
  /** Terminals that are `ready`. */
  readonly connected: number;
  readonly byState: Readonly<Record<TerminalState, number>>;
  readonly draining: boolean;
  readonly simulatorAllowed: boolean;
  /** In configured order. */
  readonly terminals: readonly TerminalStats[];
  /** Sorted by name. */
  readonly symbols: readonly SymbolStats[];
}
