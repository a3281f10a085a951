import type { PoolStats, TerminalState } from '../terminals/index.js';
import type { HealthSummary, SymbolHealth } from './health.schema.js';

const CONDITION = {
  expected: 'has not connected yet',
  handshaking: 'is connecting',
  ready: 'is ready, but does not serve this symbol',
  impaired: 'is connected, but cannot serve',
  lost: 'is lost',
  draining: 'is being drained',
  closed: 'is closed',
} as const satisfies Record<TerminalState, string>;

/** Renders the pool's snapshot for `/api/health`. */
export function presentSummary(stats: PoolStats, version: string): HealthSummary {
  const { total, connected } = stats;
  const base = {
    version: `v${version}`,
    total_terminals: total,
    connected_terminals: connected,
    terminals: symbolsOf(stats),
    ...(stats.simulatorAllowed && { simulated: true as const }),
  };
  if (connected > 0) return { status: connected === total ? 'ok' : 'degraded', ...base };
  return { status: 'error', ...base, success: false, error: 'All MT5 terminals are disconnected' };
}

function symbolsOf({ symbols, terminals }: PoolStats): Readonly<Record<string, SymbolHealth>> {
  const byId = new Map(terminals.map((terminal) => [terminal.terminalId, terminal]));
  const entries = symbols.map(({ symbol, terminalId, connected }): [string, SymbolHealth] => {
    const terminal = byId.get(terminalId);
    const checkedMs = terminal?.lastCheckMs;
    const health = {
      connected,
      terminal_id: terminalId,
      last_check: checkedMs === undefined ? null : new Date(checkedMs).toISOString(),
    };
    if (connected) return [symbol, health];
    const alarm = terminal?.symbols.find((entry) => entry.symbol === symbol)?.alarm;
    const error =
      alarm?.message ?? `terminal ${terminalId} ${CONDITION[terminal?.state ?? 'closed']}${because(terminal?.reason)}`;
    return [symbol, { ...health, error }];
  });
  return Object.fromEntries(entries);
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : `: ${reason}`;
}
