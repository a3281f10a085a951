import { type SymbolName, symbolName, type Timeframe, TIMEFRAMES } from '../../market/index.js';
import type { Faults } from '../environment/faults.js';
import { membersOf } from '../environment/section.js';
import type { TiersFile } from '../files/tiers.file.js';

/** Limits of an account of a tier. */
export interface TierLimits {
  readonly perMinute: number;
  /** Undefined = no limit. */
  readonly perDay: number | undefined;
  /** Concurrent requests; undefined = the default of 50. */
  readonly concurrent: number | undefined;
}

/** Rights and limits of a tier. */
export interface Tier {
  /** Upper case, e.g. `FREE`. */
  readonly name: string;
  /** A higher rank is the better tier; X-User-Tier is compared by it. */
  readonly rank: number;
  /** Undefined = every symbol. */
  readonly symbols: readonly SymbolName[] | undefined;
  readonly timeframes: readonly Timeframe[];
  readonly limits: TierLimits;
}

/** `config/tiers.json`: the initial tiers of an empty database. */
export class TierSettings extends membersOf<{
  /** Lowest rank first. */
  readonly tiers: readonly Tier[];
}>() {}

/** Tiers of the file at `path`. */
export function tierSettings(file: TiersFile, path: string, faults: Faults): TierSettings {
  const tiers = file.tiers.map(({ name, rank, symbols, timeframes, limits }): Tier => {
    const all = symbols.includes('*');
    if (all && symbols.length > 1) faults.add(`${path}: tier ${name}: * must be the only entry of symbols`);
    return {
      name,
      rank,
      symbols: all ? undefined : symbols.map(symbolName),
      timeframes: TIMEFRAMES.filter((timeframe) => timeframes.includes(timeframe)),
      limits: { perMinute: limits.per_minute, perDay: limits.per_day, concurrent: limits.concurrent },
    };
  });
  return new TierSettings({ tiers: tiers.sort((a, b) => a.rank - b.rank) });
}
