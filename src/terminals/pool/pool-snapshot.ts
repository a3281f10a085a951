import type { SymbolName } from '../../market/index.js';
import type { PoolStats, SymbolStats, TerminalStats } from './pool-stats.js';
import type { SymbolRouter } from '../symbols/symbol-router.js';
import type { TerminalState } from '../terminal-pool.js';
import { TRANSITIONS } from './terminal.state.js';

/** The sources of a pool's snapshot. */
export interface PoolSources {
  readonly terminals: readonly TerminalStats[];
  readonly symbols: readonly SymbolName[];
  readonly router: SymbolRouter;
  readonly draining: boolean;
  readonly simulatorAllowed: boolean;
}

/** A frozen snapshot of the whole pool. */
export function snapshotOf({ terminals, symbols, router, draining, simulatorAllowed }: PoolSources): PoolStats {
  const states = Object.keys(TRANSITIONS) as TerminalState[];
  const counts = states.map((name) => [name, terminals.filter(({ state }) => state === name).length]);
  return Object.freeze({
    total: terminals.length,
    connected: terminals.filter((terminal) => terminal.connected).length,
    byState: Object.freeze(Object.fromEntries(counts) as Record<TerminalState, number>),
    draining,
    simulatorAllowed,
    terminals: Object.freeze(terminals),
    symbols: Object.freeze(symbols.map((symbol) => symbolStats(symbol, router))),
  });
}

function symbolStats(symbol: SymbolName, router: SymbolRouter): SymbolStats {
  const route = router.find(symbol);
  return {
    symbol,
    terminalId: router.terminalIdOf(symbol) ?? '',
    brokerSymbol: route?.brokerSymbol,
    connected: route !== undefined,
  };
}
