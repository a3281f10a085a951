import type { PoolStats, TerminalSymbolStats } from '../pool/pool-stats.js';
import type { SymbolMapping } from './symbol-mappings.js';
import type { SymbolMappingView } from './symbol-mappings.schema.js';

/** A mapping as the admin routes show it, with its current resolution in the pool. */
export function presentMapping(
  { terminalId, symbol, configuredName, stored, version }: SymbolMapping,
  { terminals, symbols }: PoolStats,
): Readonly<Pick<SymbolMappingView, keyof SymbolMappingView>> {
  const terminal = terminals.find((candidate) => candidate.terminalId === terminalId);
  return {
    terminal_id: terminalId,
    symbol,
    configured_name: configuredName ?? null,
    override: presentOverride(stored),
    version,
    serving: symbols.some((entry) => entry.symbol === symbol && entry.connected && entry.terminalId === terminalId),
    ...presentFinding(terminal?.symbols.find((entry) => entry.symbol === symbol)),
  };
}

function presentOverride(stored: SymbolMapping['stored']): SymbolMappingView['override'] {
  if (stored?.brokerName === undefined) return null;
  return {
    broker_name: stored.brokerName,
    changed_at: stored.changedAt.toISOString(),
    changed_by: stored.changedBy,
  };
}

function presentFinding(found: TerminalSymbolStats | undefined) {
  return {
    broker_name: found?.brokerSymbol ?? null,
    found_by: found?.rule ?? null,
    problem: found?.alarm?.message ?? null,
    candidates: [...(found?.alarm?.candidates ?? [])],
  };
}
