import type { HostStats } from './agent-host.js';
import type { ConfiguredTerminal } from '../../config/index.js';
import { symbolName } from '../../market/index.js';
import type { SessionStats, TerminalStats, TerminalSymbolStats } from './pool-stats.js';
import type { SymbolRoute } from '../terminal-pool.js';
import type { TerminalRecord } from './terminal-record.js';
import type { TerminalSession } from './terminal-session.js';
import type { TerminalStatus } from './terminal.state.js';

/** The sources of a terminal's snapshot. */
export interface TerminalSources {
  readonly config: ConfiguredTerminal;
  readonly status: TerminalStatus;
  readonly session: TerminalSession | undefined;
  readonly record: TerminalRecord;
}

/** Routes of the symbols that a session resolved. */
export function routesOf(terminalId: string, session: TerminalSession): readonly SymbolRoute[] {
  const { hello, epoch } = session.link;
  return (session.accepted?.usable ?? []).map(({ symbol, brokerSymbol, digits }) => ({
    symbol: symbolName(symbol),
    terminalId,
    epoch,
    brokerServer: hello.brokerServer,
    brokerSymbol,
    digits,
    simulated: hello.capabilities.simulated,
    pushes: hello.capabilities.push,
  }));
}

/** A frozen snapshot of one terminal. */
export function statsOf(
  { config, status, session, record }: TerminalSources,
  now: { queueDepth: number; inFlight: number; monotonicMs: number; host: HostStats | undefined },
): TerminalStats {
  return Object.freeze({
    terminalId: config.id,
    login: config.login,
    server: config.server,
    state: status.name,
    sinceMs: status.sinceMs,
    reason: 'reason' in status ? status.reason : undefined,
    connected: status.name === 'ready',
    session: session === undefined ? undefined : sessionStats(session, now.monotonicMs),
    symbols: config.symbols.map(({ name }) => symbolStats(name, session)),
    host: now.host,
    queueDepth: now.queueDepth,
    inFlight: now.inFlight,
    reconnects: record.reconnects,
    uptimePercent: record.uptimePercent,
    dayUptimePercent: record.dayUptimePercent,
    lastBar: record.lastBar,
    latency: record.latency,
    lastCheckMs: record.lastCheckMs,
    lastProbe: record.lastProbe,
    faults: record.faults,
  });
}

function sessionStats(session: TerminalSession, monotonicMs: number): SessionStats {
  const { hello, epoch, remoteAddress, connectedAtMs, lastReceivedMs } = session.link;
  const heartbeat = session.lastHeartbeat;
  return {
    epoch,
    remoteAddress,
    connectedAtMs,
    brokerServer: hello.brokerServer,
    company: hello.company,
    program: hello.program,
    terminalBuild: hello.terminalBuild,
    simulated: hello.capabilities.simulated,
    canRestart: hello.capabilities.restart,
    silentMs: Math.max(0, Math.round(monotonicMs - lastReceivedMs)),
    clock: session.clock,
    brokerConnected: heartbeat?.brokerConnected,
    pingMicros: heartbeat?.pingMicros ?? 0,
    memoryMb: heartbeat?.memoryMb ?? 0,
    lastError: heartbeat?.lastError ?? 0,
  };
}

function symbolStats(symbol: string, session: TerminalSession | undefined): TerminalSymbolStats {
  const usable = session?.accepted?.usable.find((resolved) => resolved.symbol === symbol);
  const alarm = session?.accepted?.unresolved.find((unresolved) => unresolved.symbol === symbol);
  return { symbol, brokerSymbol: usable?.brokerSymbol, rule: usable?.rule, alarm };
}
