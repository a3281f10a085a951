import { type Timeframe, TIMEFRAMES } from '../src/market/index.js';
import type { MarketSource } from './market-source.js';
import { RewrittenMarket, type Rewrite } from './rewritten-market.js';
import type { ServerClock } from './server-clock.js';
import type { SymbolProfile } from './symbol-profile.js';

/** A symbol as its terminal knows it. */
export interface ListedSymbol {
  /** Canonical. */
  readonly name: string;
  readonly brokerName: string;
  readonly profile: SymbolProfile;
  readonly source: MarketSource;
}

/** The broker's data of one terminal: symbols with their history, and server time. */
export class TerminalMarket {
  private readonly byName: Map<string, ListedSymbol>;
  private readonly firstTimes = new WeakMap<MarketSource, Map<Timeframe, number | undefined>>();

  constructor(
    /** Name of the broker's trade server: marks it as simulated and names the data. */
    readonly brokerServer: string,
    readonly clock: ServerClock,
    symbols: readonly ListedSymbol[],
  ) {
    this.byName = new Map(symbols.map((symbol) => [symbol.name, symbol]));
  }

  get symbols(): readonly ListedSymbol[] {
    return [...this.byName.values()];
  }

  /** Brokers' names are case-sensitive. */
  findByBrokerName(brokerName: string): ListedSymbol | undefined {
    return this.symbols.find((symbol) => symbol.brokerName === brokerName);
  }

  /** Open of the very first bar. */
  firstTime({ source }: ListedSymbol, timeframe: Timeframe): number | undefined {
    const known = this.firstTimes.get(source) ?? new Map<Timeframe, number | undefined>();
    this.firstTimes.set(source, known);
    if (!known.has(timeframe)) known.set(timeframe, source.firstTime(timeframe));
    return known.get(timeframe);
  }

  /** Open of the very first bar of every timeframe that has one. */
  earliest(symbol: ListedSymbol): Record<string, number> {
    const entries = TIMEFRAMES.map((timeframe) => [timeframe, this.firstTime(symbol, timeframe)] as const);
    return Object.fromEntries(entries.filter((entry): entry is readonly [Timeframe, number] => entry[1] !== undefined));
  }

  /** Server time of the newest price change of any symbol, milliseconds; 0 = none yet. */
  lastTickMs(): number {
    const now = this.clock.now();
    const ticks = this.symbols.map(({ source }) => source.lastTick(now) ?? 0);
    return Math.max(0, ...ticks) * 1000;
  }

  /** Rewrites history. Returns the symbol, undefined if the terminal does not have it. */
  rewrite(name: string, rewrite: Rewrite): ListedSymbol | undefined {
    return this.replace(name, ({ source }) => ({ source: new RewrittenMarket(source, rewrite) }));
  }

  /** Renames a symbol at the broker. Returns the symbol, undefined if the terminal does not have it. */
  rename(name: string, brokerName: string): ListedSymbol | undefined {
    return this.replace(name, () => ({ brokerName }));
  }

  private replace(name: string, change: (symbol: ListedSymbol) => Partial<ListedSymbol>): ListedSymbol | undefined {
    const symbol = this.byName.get(name);
    if (symbol === undefined) return undefined;
    const changed = { ...symbol, ...change(symbol) };
    this.byName.set(name, changed);
    return changed;
  }
}
