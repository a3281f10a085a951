import type { TierEntity } from '../entities/tier.entity.js';
import type { TierVersionEntity } from '../entities/tier-version.entity.js';
import type { StoredTier, TierChange, TierVersion } from './tier-store.js';

/** A tier with one of its versions. */
export interface TierRow {
  readonly name: string;
  readonly rank: number;
  readonly tier_version: number;
  readonly deleted_at: Date | null;
  readonly version: number;
  readonly effective_at: Date;
  readonly symbols: string[] | null;
  readonly timeframes: string[];
  readonly per_minute: number;
  readonly per_day: number | null;
  readonly concurrent: number | null;
  readonly created_at: Date;
  readonly created_by: string;
  readonly withdrawn_at: Date | null;
}

/** Columns of {@link TierRow} from `tier t` and `tier_version v`. */
export const TIER_COLUMNS = `t.name, t.rank, t.version AS tier_version, t.deleted_at, v.version, v.effective_at, v.symbols,
  v.timeframes, v.per_minute, v.per_day, v.concurrent, v.created_at, v.created_by, v.withdrawn_at`;

/** Rows of one tier lie together. */
export function tiersOfRows(rows: readonly TierRow[]): readonly StoredTier[] {
  const names = [...new Set(rows.map(({ name }) => name))];
  return names.map((name): StoredTier => {
    const of = rows.filter((row) => row.name === name);
    const { rank, tier_version: version, deleted_at: deletedAt } = of[0]!;
    return { name, rank, version, deletedAt: deletedAt ?? undefined, versions: of.map(versionOfRow) };
  });
}

export function versionOfRow(row: TierRow): TierVersion {
  return {
    version: row.version,
    effectiveAt: row.effective_at,
    content: {
      symbols: row.symbols ?? undefined,
      timeframes: row.timeframes,
      perMinute: row.per_minute,
      perDay: row.per_day ?? undefined,
      concurrent: row.concurrent ?? undefined,
    },
    createdAt: row.created_at,
    createdBy: row.created_by,
    withdrawnAt: row.withdrawn_at ?? undefined,
  };
}

/** Rows to insert for a change of a tier that had `previous` changes. */
export function rowsOfChange(
  name: string,
  previous: number,
  { rank, deletedAt, add, at, audit }: TierChange,
): { tier: TierEntity; version: Omit<TierVersionEntity, 'tier'> | undefined } {
  const version = previous + 1;
  const tier = { name, rank, version, deletedAt: deletedAt ?? null };
  if (add === undefined) return { tier, version: undefined };
  const { symbols, timeframes, perMinute, perDay, concurrent } = add.content;
  return {
    tier,
    version: {
      tierName: name,
      version,
      effectiveAt: add.effectiveAt,
      symbols: symbols === undefined ? null : [...symbols],
      timeframes: [...timeframes],
      perMinute,
      perDay: perDay ?? null,
      concurrent: concurrent ?? null,
      createdAt: at,
      createdBy: audit.actor,
      withdrawnAt: null,
    },
  };
}
