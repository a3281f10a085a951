/** All terminals behind the bridge port: who is there, who serves which symbol, and how they are asked. */
export { nextPushNumber, pushNumbersBetween, TerminalAnswerError, UnusableAnswerError } from '../bridge/index.js';
export type { SymbolAlarm } from './frozen-symbols.js';
export type { PoolStats, SessionStats, SymbolStats, TerminalStats, TerminalSymbolStats } from './pool-stats.js';
export type { HostStats } from './agent-host.js';
export { AgentRecovery } from './agent-recovery.js';
export { HostAgents } from './agent-registry.js';
export type { AgentEvent } from './agent-registry.js';
export { resolveSymbol } from './symbol-resolver.js';
export type { ResolutionRule, ResolvedSymbol, SymbolResolution, UnresolvedSymbol } from './symbol-resolver.js';
export { TcpTerminalPool } from './tcp-terminal-pool.js';
export type { BridgeAddress, TcpTerminalPoolOptions } from './tcp-terminal-pool.js';
export { TerminalPool } from './terminal-pool.js';
export type {
  RequestPriority,
  SymbolRoute,
  TerminalClock,
  TerminalReport,
  TerminalRequestOptions,
  TerminalState,
} from './terminal-pool.js';
export type { ProbeResult, TerminalFault } from './terminal-record.js';
export type { TerminalChange } from './terminal.state.js';
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
