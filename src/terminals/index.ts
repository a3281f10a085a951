/** All terminals behind the bridge port: their states, the routes of symbols, and requests to them. */
export { nextPushNumber, pushNumbersBetween, TerminalAnswerError, UnusableAnswerError } from '../bridge/index.js';
export type { BarPush } from '../bridge/index.js';
export type { PoolStats } from './pool/pool-stats.js';
export { TcpTerminalPool } from './pool/tcp-terminal-pool.js';
export { TerminalPool } from './terminal-pool.js';
export type { RequestPriority, SymbolRoute, TerminalClock, TerminalState } from './terminal-pool.js';
export { ServerZones } from './clocks/server-zones.js';
export { TerminalsHealthIndicator } from './terminals.health.js';
export { TerminalsModule } from './terminals.module.js';
