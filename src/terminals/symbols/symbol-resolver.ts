import type { SymbolListItem } from '../../bridge/index.js';
import type { ConfiguredSymbol } from '../../config/index.js';
import { aliasesOf } from './symbol-aliases.js';
import { type Affixes, affixesAround } from './symbol-affixes.js';

/** The rules that find a broker's name, most certain first. */
export type ResolutionRule = 'configured' | 'exact' | 'ignoring-case' | 'affix' | 'alias' | 'currencies';

/** The broker's unambiguous name of a symbol. */
export interface ResolvedSymbol {
  readonly kind: 'resolved';
  readonly symbol: string;
  readonly brokerSymbol: string;
  readonly digits: number;
  readonly rule: ResolutionRule;
}

/** No name, or several equally good ones. The symbol is not served then: a guess could be another instrument. */
export interface UnresolvedSymbol {
  readonly kind: 'unresolved';
  readonly symbol: string;
  readonly problem: 'not-found' | 'ambiguous' | 'configured-name-missing';
  /** Considered broker names, at most {@link MAX_CANDIDATES}. */
  readonly candidates: readonly string[];
}

export type SymbolResolution = ResolvedSymbol | UnresolvedSymbol;

const MAX_CANDIDATES = 10;

/**
 * Finds the broker's name of a symbol in the terminal's whole symbol list. Ranked: the operator's mapping, the exact
 * name, the name ignoring case, the name or an alias with a known affix, the name inside another one whose currencies
 * prove it. The first rule that applies decides; it needs a unique winner. The order of the list does not matter.
 */
export function resolveSymbol(configured: ConfiguredSymbol, list: readonly SymbolListItem[]): SymbolResolution {
  const symbol: string = configured.name;
  if (configured.brokerName !== undefined) {
    const mapped = list.find((item) => item.symbol === configured.brokerName);
    if (mapped !== undefined) return resolved(symbol, mapped, 'configured');
    return unresolved(symbol, 'configured-name-missing', similar(symbol, list));
  }
  const exact = list.find((item) => item.symbol === symbol);
  if (exact !== undefined) return resolved(symbol, exact, 'exact');
  const sameLetters = list.filter((item) => item.symbol.toUpperCase() === symbol);
  if (sameLetters.length > 0) return unique(symbol, sameLetters, 'ignoring-case');
  return (
    byKnownName(symbol, list) ?? byCurrencies(symbol, list) ?? unresolved(symbol, 'not-found', similar(symbol, list))
  );
}

interface Candidate {
  readonly item: SymbolListItem;
  readonly rule: 'affix' | 'alias';
  readonly score: number;
}

/** Rule 4. A tradable name beats all others; then the score decides, and a tie is refused. */
function byKnownName(symbol: string, list: readonly SymbolListItem[]): SymbolResolution | undefined {
  const aliases = aliasesOf(symbol);
  const candidates = list.flatMap((item): Candidate[] => {
    if (!currenciesAgree(symbol, item)) return [];
    const own = affixesAround(item.symbol, symbol);
    if (own !== undefined) return [{ item, rule: 'affix', score: score(item, own) }];
    const alias = aliases.map((name) => affixesAround(item.symbol, name)).find((affixes) => affixes !== undefined);
    return alias === undefined ? [] : [{ item, rule: 'alias', score: score(item, alias) }];
  });
  if (candidates.length === 0) return undefined;
  const best = Math.max(...candidates.map((candidate) => candidate.score));
  const winners = candidates.filter((candidate) => candidate.score === best);
  const [winner] = winners;
  if (winner !== undefined && winners.length === 1) return resolved(symbol, winner.item, winner.rule);
  return unresolved(symbol, 'ambiguous', names(winners.map((candidate) => candidate.item)));
}

/** Tradable counts most, then an ordinary contract, then a name without any affix. */
function score(item: SymbolListItem, affixes: Affixes): number {
  const plain = affixes.prefix === '' && affixes.suffix === '';
  return (item.tradable ? 4 : 0) + (affixes.smallContract ? 0 : 2) + (plain ? 1 : 0);
}

/** Rule 5. An unknown affix is accepted only when base and profit currency agree with the name. */
function byCurrencies(symbol: string, list: readonly SymbolListItem[]): SymbolResolution | undefined {
  const matching = list.filter(
    (item) => lettersOf(item.symbol).includes(symbol) && item.baseCurrency + item.profitCurrency === symbol,
  );
  const tradable = matching.filter((item) => item.tradable);
  const candidates = tradable.length > 0 ? tradable : matching;
  return candidates.length === 0 ? undefined : unique(symbol, candidates, 'currencies');
}

/**
 * False when the list's currencies show that the item is another instrument. Only pairs of six letters show it, and
 * only when the broker gives two different currencies (indices and many metals carry the profit currency twice).
 */
function currenciesAgree(symbol: string, item: SymbolListItem): boolean {
  const { baseCurrency, profitCurrency } = item;
  if (!/^[A-Z]{6}$/.test(symbol)) return true;
  if (baseCurrency === '' || profitCurrency === '' || baseCurrency === profitCurrency) return true;
  if (baseCurrency.length !== 3 || profitCurrency.length !== 3) return true;
  return profitCurrency === symbol.slice(3);
}

function unique(symbol: string, items: readonly SymbolListItem[], rule: ResolutionRule): SymbolResolution {
  const [only] = items;
  if (only !== undefined && items.length === 1) return resolved(symbol, only, rule);
  return unresolved(symbol, 'ambiguous', names(items));
}

function resolved(symbol: string, item: SymbolListItem, rule: ResolutionRule): ResolvedSymbol {
  return { kind: 'resolved', symbol, brokerSymbol: item.symbol, digits: item.digits, rule };
}

function unresolved(
  symbol: string,
  problem: UnresolvedSymbol['problem'],
  candidates: readonly string[],
): UnresolvedSymbol {
  return { kind: 'unresolved', symbol, problem, candidates };
}

/** Names that contain the symbol or an alias, for the operator to choose from. */
function similar(symbol: string, list: readonly SymbolListItem[]): readonly string[] {
  const wanted = [symbol, ...aliasesOf(symbol)].map(lettersOf);
  return names(list.filter((item) => wanted.some((name) => lettersOf(item.symbol).includes(name))));
}

function names(items: readonly SymbolListItem[]): readonly string[] {
  return items
    .map((item) => item.symbol)
    .sort()
    .slice(0, MAX_CANDIDATES);
}

/** Upper-case letters and digits only: `EUR/USD` and `eur_usd` are both EURUSD. */
function lettersOf(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, '');
}
