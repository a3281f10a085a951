import { presentHost } from './agent.presenter.js';
import type { AccountInfo } from '../../bridge/index.js';
import type { ZoneReport } from '../clocks/server-clock.js';
import type { ServerZoneView } from './server-zone.schema.js';
import type { PoolStats, SessionStats, TerminalStats } from '../pool/pool-stats.js';
import type { TerminalServingView } from './terminal-answers.schema.js';
import type { TerminalLogLine } from '../observers/terminal-log.js';
import type { TerminalAccountView, TerminalLogLineView, TerminalStatsView } from './terminal-reports.schema.js';
import type { TerminalSessionView } from './terminal-session.schema.js';
import type { TerminalHealthView, TerminalView } from './terminal.schema.js';

/** Number of worst terminals in the statistics. */
const WORST = 5;

/** Snapshots as the admin routes show them: snake_case, ISO 8601 times in UTC, null where nothing is known. */
export function presentTerminal(terminal: TerminalStats, zone: ZoneReport): TerminalView {
  return {
    ...healthOf(terminal),
    since: iso(terminal.sinceMs),
    reason: terminal.reason ?? null,
    login: terminal.login,
    server: terminal.server,
    zone: presentZone(zone),
    symbols: terminal.symbols.map(({ symbol, brokerSymbol, rule, alarm }) => ({
      symbol,
      broker_symbol: brokerSymbol ?? null,
      resolved_by: rule ?? null,
      problem: alarm?.message ?? null,
    })),
    session: terminal.session === undefined ? null : presentSession(terminal.session),
    host: presentHost(terminal.host),
  };
}

function presentZone({ source, rules, knownFrom, sightings, weekends }: ZoneReport): ServerZoneView {
  return { source, rules: [...rules], known_from: knownFrom ?? null, offsets_seen: sightings, weekends_seen: weekends };
}

/** Health of one terminal, as clients of the original service read it. */
export function presentHealth(terminal: TerminalStats): TerminalHealthView {
  return healthOf(terminal);
}

/** Whether a terminal serves, and its unfinished requests. */
export function presentServing(terminal: TerminalStats): TerminalServingView {
  return {
    terminal_id: terminal.terminalId,
    state: terminal.state,
    since: iso(terminal.sinceMs),
    in_flight: terminal.inFlight,
    queue_depth: terminal.queueDepth,
  };
}

/** Figures of the whole pool, the terminals with the least uptime first. */
export function presentPool({ total, connected, byState, terminals }: PoolStats): TerminalStatsView {
  const figures = terminals.map(({ terminalId, uptimePercent, dayUptimePercent, reconnects }) => ({
    terminal_id: terminalId,
    uptime_percent: uptimePercent,
    uptime_percent_24h: dayUptimePercent,
    reconnect_count: reconnects,
  }));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const average = total === 0 ? 0 : sum(figures.map((figure) => figure.uptime_percent)) / total;
  return {
    total_terminals: total,
    connected_terminals: connected,
    states: byState,
    average_uptime_percent: Math.round(average * 100) / 100,
    total_reconnects: sum(figures.map((figure) => figure.reconnect_count)),
    worst_terminals: figures
      .toSorted((a, b) => a.uptime_percent - b.uptime_percent || b.reconnect_count - a.reconnect_count)
      .slice(0, WORST),
  };
}

/** The account a terminal is logged in to. */
export function presentAccount(terminalId: string, account: AccountInfo): TerminalAccountView {
  return {
    terminal_id: terminalId,
    login: account.login,
    server: account.brokerServer,
    company: account.company,
    name: account.name,
    currency: account.currency,
    trade_mode: account.tradeMode,
    leverage: account.leverage,
    balance: account.balance,
    equity: account.equity,
    broker_connected: account.brokerConnected,
  };
}

/** One kept log line. */
export function presentLine({ atMs, level, message }: TerminalLogLine): TerminalLogLineView {
  return { at: iso(atMs), level, message };
}

/** ISO 8601 with Z; null when it never happened. */
export function iso(ms: number): string;
export function iso(ms: number | undefined): string | null;
export function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

/** Milliseconds with one decimal. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function presentSession(session: SessionStats): TerminalSessionView {
  return {
    epoch: session.epoch,
    connected_at: iso(session.connectedAtMs),
    remote_address: session.remoteAddress,
    broker_server: session.brokerServer,
    company: session.company,
    program: session.program,
    terminal_build: session.terminalBuild,
    simulated: session.simulated,
    can_restart: session.canRestart,
    silent_ms: session.silentMs,
    broker_connected: session.brokerConnected ?? null,
    ping_ms: session.pingMicros / 1000,
    memory_mb: session.memoryMb,
    last_error: session.lastError,
    server_time: session.clock === undefined ? null : Math.floor(session.clock.serverTimeMs / 1000),
    server_utc_offset: session.clock?.utcOffsetSeconds ?? null,
    clock_skew_seconds: session.clock?.skewMs === undefined ? null : Math.round(session.clock.skewMs / 1000),
  };
}

function healthOf(terminal: TerminalStats) {
  const { lastProbe, latency, session } = terminal;
  return {
    terminal_id: terminal.terminalId,
    connected: terminal.connected,
    state: terminal.state,
    uptime_percent: terminal.uptimePercent,
    uptime_percent_24h: terminal.dayUptimePercent,
    reconnect_count: terminal.reconnects,
    last_bar: terminal.lastBar ?? null,
    queue_depth: terminal.queueDepth,
    in_flight: terminal.inFlight,
    latency_ms:
      latency === undefined
        ? null
        : { median: rounded(latency.medianMs), p95: rounded(latency.p95Ms), requests: latency.requests },
    broker_ping_ms: session === undefined ? null : session.pingMicros / 1000,
    last_check: iso(terminal.lastCheckMs),
    last_probe:
      lastProbe === undefined
        ? null
        : { at: iso(lastProbe.atMs), ok: lastProbe.ok, duration_ms: Math.round(lastProbe.durationMs) },
    last_errors: terminal.faults.map(({ atMs, code, message }) => ({ at: iso(atMs), code, message })),
  };
}
