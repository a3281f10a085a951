import type { ResolvedSymbol, SymbolResolution, UnresolvedSymbol } from './symbol-resolver.js';

/** A symbol that a terminal does not serve, with the reason for the operator. */
export interface SymbolAlarm {
  readonly terminalId: string;
  readonly symbol: string;
  /**
   * `changed`: the list now resolves to another name than the one in use. `vanished`: the name in use is gone.
   * `unresolved`: there never was a certain name.
   */
  readonly problem: 'changed' | 'vanished' | 'unresolved';
  /** The name in use so far. */
  readonly was: string | undefined;
  /** The name that the list resolves to now. */
  readonly now: string | undefined;
  readonly candidates: readonly string[];
  /** One sentence that says what to do. */
  readonly message: string;
}

/** The symbols that may be served after a resolution. */
export interface AcceptedSymbols {
  readonly usable: readonly ResolvedSymbol[];
  readonly unresolved: readonly SymbolAlarm[];
  /** Those of `unresolved` that are new with this resolution. */
  readonly alarms: readonly SymbolAlarm[];
}

/**
 * Remembers, per broker server, the first name of each symbol of one terminal and compares later resolutions with it. A
 * name that changes silently could mean another instrument, so such a symbol is not served until the list agrees again
 * or the operator writes the name into config/terminals.json.
 */
export class FrozenSymbols {
  private readonly byServer = new Map<string, Map<string, string>>();
  private readonly known = new Map<string, string>();

  constructor(private readonly terminalId: string) {}

  accept(brokerServer: string, resolutions: readonly SymbolResolution[]): AcceptedSymbols {
    const frozen = this.byServer.get(brokerServer) ?? new Map<string, string>();
    this.byServer.set(brokerServer, frozen);
    const usable: ResolvedSymbol[] = [];
    const unresolved: SymbolAlarm[] = [];
    for (const resolution of resolutions) {
      const was = frozen.get(resolution.symbol);
      const alarm = this.check(resolution, was);
      if (alarm !== undefined) unresolved.push(alarm);
      else if (resolution.kind === 'resolved') {
        frozen.set(resolution.symbol, resolution.brokerSymbol);
        usable.push(resolution);
      }
    }
    return { usable, unresolved, alarms: this.news(unresolved) };
  }

  /** Call it when the operator renamed the symbol: its next resolution is right, at every server. */
  forget(symbol: string): void {
    for (const frozen of this.byServer.values()) frozen.delete(symbol);
    this.known.delete(symbol);
  }

  private check(resolution: SymbolResolution, was: string | undefined): SymbolAlarm | undefined {
    const { symbol } = resolution;
    const base = { terminalId: this.terminalId, symbol, was };
    if (resolution.kind === 'unresolved') {
      const problem = was === undefined ? 'unresolved' : 'vanished';
      const message = `${describe(resolution, was)}; set broker_name of ${symbol} in config/terminals.json`;
      return { ...base, problem, now: undefined, candidates: resolution.candidates, message };
    }
    const now = resolution.brokerSymbol;
    if (was === undefined || was === now) return undefined;
    const message = `${symbol} was '${was}' and would now be '${now}'; set its broker_name in config/terminals.json`;
    return { ...base, problem: 'changed', now, candidates: [now], message };
  }

  /** Only alarms that are new since the last resolution, so that a terminal that reconnects every minute raises none. */
  private news(unresolved: readonly SymbolAlarm[]): readonly SymbolAlarm[] {
    const fresh = unresolved.filter((alarm) => this.known.get(alarm.symbol) !== alarm.message);
    this.known.clear();
    for (const alarm of unresolved) this.known.set(alarm.symbol, alarm.message);
    return fresh;
  }
}

function describe(resolution: UnresolvedSymbol, was: string | undefined): string {
  const { symbol, candidates } = resolution;
  const near = candidates.length === 0 ? 'nothing similar is offered' : `similar names: ${candidates.join(', ')}`;
  if (resolution.problem === 'configured-name-missing')
    return `the configured name of ${symbol} is not offered (${near})`;
  if (resolution.problem === 'ambiguous') return `${symbol} could be any of ${candidates.join(', ')}`;
  return was === undefined ? `${symbol} is not offered (${near})` : `${symbol} was '${was}', which is gone (${near})`;
}
