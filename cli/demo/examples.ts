import type { Settings, Tier } from '../../src/config/index.js';

/** A series that a key may request. */
export interface Example {
  readonly symbol: string;
  readonly timeframe: string;
}

/** Series for the printed curl lines: configured and allowed for the tier. */
export function exampleFor(tierName: string, { tiers, terminals }: Settings, preferred: Example): Example | undefined {
  const tier = tiers.tiers.find(({ name }) => name === tierName);
  if (tier === undefined) return undefined;
  const configured = terminals.terminals.flatMap(({ symbols }) => symbols.map(({ name }) => name));
  const symbols = configured.filter((name) => mayUse(tier, name));
  const symbol = symbols.find((name) => name === preferred.symbol) ?? symbols[0];
  const timeframe = tier.timeframes.find((name) => name === preferred.timeframe) ?? tier.timeframes[0];
  return symbol === undefined || timeframe === undefined ? undefined : { symbol, timeframe };
}

function mayUse(tier: Tier, symbol: string): boolean {
  return tier.symbols === undefined || tier.symbols.some((name) => name === symbol);
}
