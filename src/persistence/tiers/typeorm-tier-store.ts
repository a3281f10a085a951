import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { auditColumns, auditRow, INSERT_AUDIT_ROWS } from '../audit/audit-rows.js';
import { Database } from '../database/database.js';
import { TierVersionEntity } from '../entities/tier-version.entity.js';
import { TierEntity } from '../entities/tier.entity.js';
import { rowsOfChange, TIER_COLUMNS, tiersOfRows, type TierRow, versionOfRow } from './tier-rows.js';
import {
  type StoredTier,
  type TierAccounts,
  type TierChange,
  type TierSituation,
  TierStore,
  type TierVersion,
} from './tier-store.js';

/** Arbitrary, but equal in every version of the gateway. */
const TIER_LOCK = 5_001_007;

/** Current and scheduled versions. A clock that was set back before all of them selects them all. $1 now */
const LIST = `
  SELECT ${TIER_COLUMNS}
  FROM tier t JOIN tier_version v ON v.tier = t.name
  WHERE v.withdrawn_at IS NULL AND v.effective_at >= coalesce((
    SELECT max(past.effective_at) FROM tier_version past
    WHERE past.tier = t.name AND past.withdrawn_at IS NULL AND past.effective_at <= $1
  ), '-infinity')
  ORDER BY t.rank, t.name, v.effective_at, v.version`;

const VERSIONS = `
  SELECT ${TIER_COLUMNS}
  FROM tier t JOIN tier_version v ON v.tier = t.name
  WHERE t.name = $1
  ORDER BY v.version DESC
  LIMIT $2`;

const COUNT_ACCOUNTS = 'SELECT count(*)::int4 AS count FROM account WHERE tier = $1';

@Injectable()
export class TypeOrmTierStore extends TierStore {
  constructor(private readonly database: Database) {
    super();
  }

  override listTiers(at: Date): Promise<readonly StoredTier[]> {
    return this.database.read((manager) => listTiers(manager, at));
  }

  override async listVersions(name: string, limit: number): Promise<readonly TierVersion[]> {
    if (name.includes('\0')) return [];
    const rows = await this.database.read((manager) => manager.query<TierRow[]>(VERSIONS, [name, limit]));
    return rows.map(versionOfRow);
  }

  override findAccounts(name: string, limit: number): Promise<TierAccounts> {
    return this.database.read(async (manager) => {
      const first = await manager.query<{ id: string; name: string }[]>(
        'SELECT id, name FROM account WHERE tier = $1 ORDER BY id LIMIT $2',
        [name, limit],
      );
      return { count: await countAccounts(manager, name), first };
    });
  }

  override seedTiers(tiers: ReadonlyMap<string, TierChange>): Promise<boolean> {
    return this.serialized(async (manager) => {
      if ((await manager.query<unknown[]>('SELECT FROM tier LIMIT 1')).length > 0) return false;
      for (const [name, change] of tiers) await write(manager, name, { change, previous: 0 });
      return true;
    });
  }

  override changeTier(
    name: string,
    at: Date,
    decide: (situation: TierSituation) => TierChange | undefined,
  ): Promise<StoredTier | undefined> {
    return this.serialized(async (manager) => {
      const tiers = await listTiers(manager, at);
      const known = tiers.find((tier) => tier.name === name);
      const accounts = name.includes('\0') ? 0 : await countAccounts(manager, name);
      const change = decide({ tiers, accounts });
      if (change === undefined) return known;
      await write(manager, name, { change, previous: known?.version ?? 0 });
      return (await listTiers(manager, at)).find((tier) => tier.name === name);
    });
  }

  /** Tiers change rarely, so one change at a time may depend on all of them. */
  private serialized<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [TIER_LOCK]);
      return work(manager);
    });
  }
}

async function listTiers(manager: EntityManager, at: Date): Promise<readonly StoredTier[]> {
  return tiersOfRows(await manager.query<TierRow[]>(LIST, [at]));
}

async function countAccounts(manager: EntityManager, name: string): Promise<number> {
  const [row] = await manager.query<{ count: number }[]>(COUNT_ACCOUNTS, [name]);
  return row?.count ?? 0;
}

async function write(
  manager: EntityManager,
  name: string,
  { change, previous }: { change: TierChange; previous: number },
): Promise<void> {
  const rows = rowsOfChange(name, previous, change);
  await manager.upsert(TierEntity, rows.tier, ['name']);
  if (rows.version !== undefined) await manager.insert(TierVersionEntity, rows.version);
  if (change.withdraw !== undefined) {
    await manager.update(TierVersionEntity, { tierName: name, version: change.withdraw }, { withdrawnAt: change.at });
  }
  await manager.query(INSERT_AUDIT_ROWS, auditColumns([auditRow(change.audit)]));
}
