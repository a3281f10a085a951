import {
  type StoredTier,
  type TierAccounts,
  type TierChange,
  type TierSituation,
  TierStore,
  type TierVersion,
} from '../../src/persistence/index.js';
import type { MemoryAccountStore } from './memory-account-store.js';

interface Kept {
  rank: number;
  version: number;
  deletedAt: Date | undefined;
  versions: TierVersion[];
}

/** Tiers in memory, with the accounts of another memory. `away` makes every call fail. */
export class MemoryTierStore extends TierStore {
  private readonly kept = new Map<string, Kept>();
  away: Error | undefined;

  constructor(private readonly accounts?: MemoryAccountStore) {
    super();
  }

  override async listTiers(at: Date): Promise<readonly StoredTier[]> {
    if (this.away !== undefined) throw this.away;
    return this.list(at);
  }

  private list(at: Date): readonly StoredTier[] {
    return [...this.kept]
      .map(([name, { rank, version, deletedAt, versions }]) => ({
        name,
        rank,
        version,
        deletedAt,
        versions: relevant(versions, at),
      }))
      .sort((a, b) => a.rank - b.rank);
  }

  override async listVersions(name: string, limit: number): Promise<readonly TierVersion[]> {
    if (this.away !== undefined) throw this.away;
    return (this.kept.get(name)?.versions ?? []).toReversed().slice(0, limit);
  }

  override async findAccounts(name: string, limit: number): Promise<TierAccounts> {
    if (this.away !== undefined) throw this.away;
    const all = [...(this.accounts?.accounts.values() ?? [])].filter(({ tier }) => tier === name);
    const first = all.map((account) => ({ id: account.id, name: account.name })).slice(0, limit);
    return { count: all.length, first };
  }

  override async seedTiers(tiers: ReadonlyMap<string, TierChange>): Promise<boolean> {
    if (this.away !== undefined) throw this.away;
    if (this.kept.size > 0) return false;
    for (const [name, change] of tiers) this.write(name, change);
    return true;
  }

  override async changeTier(
    name: string,
    at: Date,
    decide: (situation: TierSituation) => TierChange | undefined,
  ): Promise<StoredTier | undefined> {
    if (this.away !== undefined) throw this.away;
    const { count } = await this.findAccounts(name, 0);
    // From here on without a pause, so that no other change comes between.
    const change = decide({ tiers: this.list(at), accounts: count });
    if (change !== undefined) {
      this.write(name, change);
      this.accounts?.audited.push(change.audit);
    }
    return this.list(at).find((tier) => tier.name === name);
  }

  private write(name: string, { rank, deletedAt, add, withdraw, at, audit }: TierChange): void {
    const { version: previous, versions } = this.kept.get(name) ?? { version: 0, versions: [] };
    const version = previous + 1;
    const left = versions.map((one) => (one.version === withdraw ? { ...one, withdrawnAt: at } : one));
    const added =
      add === undefined ? [] : [{ ...add, version, createdAt: at, createdBy: audit.actor, withdrawnAt: undefined }];
    this.kept.set(name, { rank, version, deletedAt, versions: [...left, ...added] });
  }
}

function relevant(versions: readonly TierVersion[], at: Date): readonly TierVersion[] {
  const standing = versions
    .filter(({ withdrawnAt }) => withdrawnAt === undefined)
    .sort((a, b) => a.effectiveAt.getTime() - b.effectiveAt.getTime() || a.version - b.version);
  const past = standing.filter(({ effectiveAt }) => effectiveAt <= at).at(-1)?.effectiveAt ?? new Date(0);
  return standing.filter(({ effectiveAt }) => effectiveAt >= past);
}
