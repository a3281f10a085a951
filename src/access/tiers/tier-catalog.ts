import { Injectable } from '@nestjs/common';
import { SeriesSettings, TerminalSettings, type Tier } from '../../config/index.js';
import { type SymbolName, suggestSymbols, type Timeframe } from '../../market/index.js';
import {
  SymbolNotFoundError,
  type TierMembers,
  TierRequiredError,
  TimeframeNotSupportedError,
  UnknownTierError,
} from '../access.errors.js';
import { TierCache } from './tier-cache.js';

/** Symbols and timeframes of this gateway, and which of them each tier may use. */
@Injectable()
export class TierCatalog {
  /** Every symbol that a terminal is configured for, sorted. */
  readonly symbols: readonly SymbolName[];
  /** Every timeframe that is served, shortest first. */
  readonly timeframes: readonly Timeframe[];

  constructor(
    terminals: TerminalSettings,
    series: SeriesSettings,
    private readonly cache: TierCache,
  ) {
    const names = terminals.terminals.flatMap((terminal) => terminal.symbols.map(({ name }) => name));
    this.symbols = [...new Set(names)].sort();
    this.timeframes = series.timeframes;
  }

  /** Lowest first. */
  get tierNames(): readonly string[] {
    return this.cache.tiers.map(({ name }) => name);
  }

  /**
   * The tier of an account. A tier that was deleted while an account got it keeps its last content.
   * @throws UnknownTierError when there never was such a tier
   */
  get(name: string): Tier {
    const tier = this.find(name) ?? this.cache.deleted(name);
    if (tier === undefined) throw new UnknownTierError(name);
    return tier;
  }

  /** A tier by its name in any case. */
  find(name: string): Tier | undefined {
    return this.cache.tiers.find((tier) => tier.name === name.toUpperCase());
  }

  /** The configured symbols that a tier may use: as the tier lists them, or all of them sorted. */
  symbolsOf(tier: Tier): readonly SymbolName[] {
    return tier.symbols?.filter((symbol) => this.symbols.includes(symbol)) ?? this.symbols;
  }

  /** The served timeframes that a tier may use, shortest first. */
  timeframesOf(tier: Tier): readonly Timeframe[] {
    return this.timeframes.filter((timeframe) => tier.timeframes.includes(timeframe));
  }

  /** @throws SymbolNotFoundError with similar names; names are case-sensitive and upper case */
  symbol(text: string): SymbolName {
    const symbol = this.symbols.find((name) => name === text);
    if (symbol === undefined) throw new SymbolNotFoundError(text, suggestSymbols(text, this.symbols));
    return symbol;
  }

  /** @throws TimeframeNotSupportedError with those that are served */
  timeframe(text: string): Timeframe {
    const timeframe = this.timeframes.find((name) => name === text);
    if (timeframe === undefined) throw new TimeframeNotSupportedError(text, this.timeframes);
    return timeframe;
  }

  /** @throws TierRequiredError when the tier lacks the symbol or the timeframe */
  assertAllowed(tier: Tier, symbol: SymbolName | undefined, timeframe: Timeframe | undefined): void {
    const lacking = !hasSymbol(tier, symbol) ? symbol : !hasTimeframe(tier, timeframe) ? timeframe : undefined;
    if (lacking === undefined) return;
    const holding = this.cache.tiers.filter(
      (candidate) => hasSymbol(candidate, symbol) && hasTimeframe(candidate, timeframe),
    );
    // A lower tier may hold what a higher one lacks; the suggested upgrade is a higher tier where one has it.
    const required = holding.find(({ rank }) => rank > tier.rank) ?? holding[0];
    throw TierRequiredError.forSubject(lacking, this.membersOf(tier, required));
  }

  /**
   * The tier that a request runs with: the key's, or the lower one that it asks for, without what the key's lacks (a
   * tier may hold less than one below it).
   * @throws TierRequiredError when it asks for more than the key has
   */
  lowered(keyTier: Tier, asked: Tier | undefined): Tier {
    if (asked === undefined) return keyTier;
    if (asked.rank <= keyTier.rank) return common(asked, keyTier);
    const message = `the key's tier is ${keyTier.name}; X-User-Tier may only lower it, not raise it to ${asked.name}`;
    throw new TierRequiredError(message, this.membersOf(keyTier, asked));
  }

  private membersOf(tier: Tier, required: Tier | undefined): TierMembers {
    return {
      required_tier: required?.name,
      tier: tier.name,
      accessible_symbols: this.symbolsOf(tier),
      accessible_timeframes: this.timeframesOf(tier),
      upgrade_required: true,
    };
  }
}

/** A tier without the symbols and timeframes that another one lacks. */
function common(tier: Tier, other: Tier): Tier {
  if (tier === other) return tier;
  const symbols = new Set(other.symbols ?? tier.symbols);
  return {
    ...tier,
    symbols: (tier.symbols ?? other.symbols)?.filter((symbol) => symbols.has(symbol)),
    timeframes: tier.timeframes.filter((timeframe) => other.timeframes.includes(timeframe)),
  };
}

function hasSymbol(tier: Tier, symbol: SymbolName | undefined): boolean {
  return symbol === undefined || tier.symbols === undefined || tier.symbols.includes(symbol);
}

function hasTimeframe(tier: Tier, timeframe: Timeframe | undefined): boolean {
  return timeframe === undefined || tier.timeframes.includes(timeframe);
}
