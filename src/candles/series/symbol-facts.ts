import { SessionCalendar, type SymbolName } from '../../market/index.js';
import type { SymbolRoute, TerminalPool } from '../../terminals/index.js';

/** A symbol's properties as its terminal tells them. */
export type SymbolProperties = Awaited<ReturnType<typeof ask>>;

interface Known {
  readonly route: SymbolRoute;
  readonly properties: Promise<SymbolProperties>;
}

/** Properties of symbols, asked once per session of the terminal that serves them and broker's name. */
export class SymbolFacts {
  private readonly known = new Map<SymbolName, Known>();

  constructor(
    private readonly pool: TerminalPool,
    /** Quote sessions that cannot be, as its terminal told them just now. */
    private readonly onOddSessions: (symbol: SymbolName, sessions: SymbolProperties['sessions']) => void,
  ) {}

  /** @throws what the terminal's refusal throws; then the next call asks again */
  async properties(route: SymbolRoute): Promise<SymbolProperties> {
    const before = this.known.get(route.symbol);
    if (before !== undefined && isSame(before.route, route)) return before.properties;
    const properties = ask(this.pool, route);
    this.known.set(route.symbol, { route, properties });
    properties.then(
      ({ sessions }) => {
        const odd = sessions.filter((session) => !SessionCalendar.isPossible(session));
        if (odd.length > 0) this.onOddSessions(route.symbol, odd);
      },
      () => {
        if (this.known.get(route.symbol)?.properties === properties) this.known.delete(route.symbol);
      },
    );
    return properties;
  }

  /** When the symbol is quoted. @throws as {@link properties} */
  async calendar(route: SymbolRoute): Promise<SessionCalendar> {
    const { sessions } = await this.properties(route);
    return SessionCalendar.of(sessions);
  }
}

/** The operator may rename a symbol within one session. */
function isSame(a: SymbolRoute, b: SymbolRoute): boolean {
  return a.terminalId === b.terminalId && a.epoch === b.epoch && a.brokerSymbol === b.brokerSymbol;
}

function ask(pool: TerminalPool, { terminalId, brokerSymbol }: SymbolRoute) {
  return pool.request(terminalId, { type: 'symbol', symbol: brokerSymbol }, { priority: 'normal' });
}
