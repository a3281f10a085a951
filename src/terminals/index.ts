/** All terminals behind the bridge port: their states, the routes of symbols, and requests to them. */
export { nextPushNumber, pushNumbersBetween, TerminalAnswerError, UnusableAnswerError } from '../bridge/index.js';
export type { SymbolAlarm } from './symbols/frozen-symbols.js';
export type { PoolStats, SessionStats, SymbolStats, TerminalStats, TerminalSymbolStats } from './pool/pool-stats.js';
export type { HostStats } from './pool/agent-host.js';
export { AgentRecovery } from './upkeep/agent-recovery.js';
export { HostAgents } from './pool/agent-registry.js';
export type { AgentEvent } from './pool/agent-registry.js';
export { resolveSymbol } from './symbols/symbol-resolver.js';
export type { ResolutionRule, ResolvedSymbol, SymbolResolution, UnresolvedSymbol } from './symbols/symbol-resolver.js';
export { TcpTerminalPool } from './pool/tcp-terminal-pool.js';
export type { BridgeAddress, TcpTerminalPoolOptions } from './pool/tcp-terminal-pool.js';
export { TerminalPool } from './terminal-pool.js';
export type {
  RequestPriority,
  SymbolRoute,
  TerminalClock,
  TerminalReport,
  TerminalRequestOptions,
  TerminalState,
} from './terminal-pool.js';
export type { ProbeResult, TerminalFault } from './pool/terminal-record.js';
export type { TerminalChange } from './pool/terminal.state.js';
export {
  BridgePortUnavailableError,
  SymbolNotConfiguredError,
  TerminalDisconnectedError,
  TerminalNotFoundError,
  TerminalTimeoutError,
} from './terminals.errors.js';
export { ServerZones } from './clocks/server-zones.js';
export type { ZoneReport } from './clocks/server-clock.js';
export { TerminalsHealthIndicator } from './terminals.health.js';
export { TerminalsModule } from './terminals.module.js';
