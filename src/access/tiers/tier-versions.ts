import type { Tier } from '../../config/index.js';
import { isSymbolName, symbolName, TIMEFRAMES } from '../../market/index.js';
import type { StoredTier, TierContent, TierVersion } from '../../persistence/index.js';

/** The version that holds at a time; the first one where the clock stands before all of them. */
export function inEffect({ versions }: StoredTier, atMs: number): TierVersion {
  return versions.findLast(({ effectiveAt }) => effectiveAt.getTime() <= atMs) ?? versions[0]!;
}

/** The versions that take effect later, the next one first. */
export function toCome({ versions }: StoredTier, atMs: number): readonly TierVersion[] {
  return versions.filter(({ effectiveAt }) => effectiveAt.getTime() > atMs);
}

/** A stored tier as requests are judged by it. What another version of the gateway may have stored is left out. */
export function tierOf({ name, rank }: Pick<StoredTier, 'name' | 'rank'>, content: TierContent): Tier {
  const { symbols, timeframes, perMinute, perDay, concurrent } = content;
  return {
    name,
    rank,
    symbols: symbols?.filter(isSymbolName).map(symbolName),
    timeframes: TIMEFRAMES.filter((timeframe) => timeframes.includes(timeframe)),
    limits: { perMinute, perDay, concurrent },
  };
}

/** The other way round, for the first content from config/tiers.json. */
export function contentOf({ symbols, timeframes, limits }: Tier): TierContent {
  return { symbols, timeframes, ...limits };
}

/** Whether two contents allow the same, in the same order. */
export function sameContent(one: TierContent, other: TierContent): boolean {
  return JSON.stringify(comparable(one)) === JSON.stringify(comparable(other));
}

function comparable({ symbols, timeframes, perMinute, perDay, concurrent }: TierContent): readonly unknown[] {
  return [symbols ?? '*', timeframes, perMinute, perDay ?? null, concurrent ?? null];
}
