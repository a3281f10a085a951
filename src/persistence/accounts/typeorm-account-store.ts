import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  canExist,
  ownsAdminKey,
  pageOf,
  positionOf,
  selectAccounts,
  selectAdminKeys,
  selectKeys,
} from './account-lists.js';
import { accountFromRow, keyWithAccount, rowOfAccount, rowOfKey, storable, storedText } from './account-rows.js';
import {
  type Account,
  type AccountChange,
  type AccountQuery,
  AccountStore,
  type ApiKeyRecord,
  type KeyQuery,
  type KeyRevocation,
  type KeyRotation,
  type KeyWithAccount,
  MAX_RECENT_CHANGES,
  type Page,
  type RecentChange,
  type RotatedKey,
} from './account-store.js';
import type { AuditEntry } from '../audit/audit-log.js';
import { auditColumns, auditRow, INSERT_AUDIT_ROWS } from '../audit/audit-rows.js';
import { driverError, errorCode } from '../database/database-away.js';
import { Database } from '../database/database.js';
import { AccountEntity } from '../entities/account.entity.js';
import { ApiKeyEntity } from '../entities/api-key.entity.js';
import { DuplicateInStoreError, NotFoundInStoreError } from '../database/persistence.errors.js';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';
/** Arbitrary, but equal in every version of the gateway. */
const KEY_LOCK = 5_001_008;
const EXTERNAL_ID_INDEX = 'account_external_id';

/** Keeps other writers off the row; inserting keys of the account stays possible. */
const LOCKED = { lock: { mode: 'for_no_key_update' } } as const;
/** The database's clock stamps every change, so that replicas agree on their order. */
const NOW = (): string => 'clock_timestamp()';

const MARK_USED = `
  UPDATE api_key SET last_used_at = used.at
  FROM unnest($1::text[], $2::timestamptz[]) AS used (id, at)
  WHERE api_key.id = used.id AND (api_key.last_used_at IS NULL OR api_key.last_used_at < used.at)`;

const RECENT_CHANGES = `
  SELECT 'key', id, changed_at::text FROM api_key WHERE changed_at > clock_timestamp() - interval '15 s'
  UNION ALL
  SELECT 'account', id, changed_at::text FROM account WHERE changed_at > clock_timestamp() - interval '15 s'
  LIMIT ${MAX_RECENT_CHANGES}`;

/** Every write commits together with its audit row. */
@Injectable()
export class TypeOrmAccountStore extends AccountStore {
  constructor(private readonly database: Database) {
    super();
  }

  async createAccount(account: Account, audit: AuditEntry): Promise<void> {
    try {
      await this.audited([audit], (manager) => manager.insert(AccountEntity, rowOfAccount(account)));
    } catch (error) {
      throw duplicateAccount(error, account) ?? error;
    }
  }

  async findAccount(accountId: string): Promise<Account | undefined> {
    if (!storable(accountId)) return undefined;
    const row = await this.database.read((manager) => manager.findOneBy(AccountEntity, { id: accountId }));
    return row === null ? undefined : accountFromRow(row);
  }

  async listAccounts(query: AccountQuery): Promise<Page<Account>> {
    const after = positionOf(query);
    if (!canExist(query.tier, query.externalId, query.search)) return { items: [], nextCursor: undefined };
    const rows = await this.database.read((manager) => selectAccounts(manager, query, after));
    return pageOf(rows, query.limit, accountFromRow);
  }

  async changeAccount(
    accountId: string,
    plan: (current: Account, adminKeys: readonly KeyWithAccount[]) => AccountChange | undefined,
  ): Promise<Account | undefined> {
    if (!storable(accountId)) return undefined;
    return this.serialized(async (manager) => {
      const row = await manager.findOne(AccountEntity, { where: { id: accountId }, ...LOCKED });
      if (row === null) return undefined;
      const adminKeys = (await ownsAdminKey(manager, accountId)) ? await selectAdminKeys(manager) : [];
      const change = plan(accountFromRow(row), adminKeys.map(keyWithAccount));
      if (change === undefined) return accountFromRow(row);
      const { id, createdAt: _, ...columns } = rowOfAccount(change.account);
      try {
        await manager.update(AccountEntity, { id }, { ...columns, changedAt: NOW });
      } catch (error) {
        throw duplicateAccount(error, change.account) ?? error;
      }
      await insertAudit(manager, [change.audit]);
      return change.account;
    });
  }

  async createKey(key: ApiKeyRecord, audit: AuditEntry): Promise<void> {
    try {
      await this.audited([audit], (manager) => manager.insert(ApiKeyEntity, rowOfKey(key)));
    } catch (error) {
      if (errorCode(error) === FOREIGN_KEY_VIOLATION) throw new NotFoundInStoreError('account', key.accountId);
      if (errorCode(error) === UNIQUE_VIOLATION) throw new DuplicateInStoreError('key', key.id, { cause: error });
      throw error;
    }
  }

  findKey(keyId: string): Promise<KeyWithAccount | undefined> {
    return this.database.read((manager) => findKey(manager, keyId));
  }

  async listKeys(query: KeyQuery): Promise<Page<KeyWithAccount>> {
    const after = positionOf(query);
    if (!canExist(query.accountId)) return { items: [], nextCursor: undefined };
    const rows = await this.database.read((manager) => selectKeys(manager, query, after));
    return pageOf(rows, query.limit, keyWithAccount);
  }

  async rotateKey(
    keyId: string,
    plan: (current: KeyWithAccount, adminKeys: readonly KeyWithAccount[]) => KeyRotation,
  ): Promise<RotatedKey | undefined> {
    return this.changingKey(keyId, async (manager, current, adminKeys) => {
      const { successor, oldExpiresAt, audit } = plan(current, adminKeys);
      await manager.insert(ApiKeyEntity, rowOfKey(successor));
      const changes = { expiresAt: oldExpiresAt, replacedBy: successor.id };
      await manager.update(ApiKeyEntity, { id: keyId }, { ...changes, changedAt: NOW });
      await insertAudit(manager, audit);
      const { account } = current;
      return { old: { account, key: { ...current.key, ...changes } }, successor: { account, key: successor } };
    });
  }

  async revokeKey(
    keyId: string,
    plan: (current: KeyWithAccount, adminKeys: readonly KeyWithAccount[]) => KeyRevocation | undefined,
  ): Promise<KeyWithAccount | undefined> {
    return this.changingKey(keyId, async (manager, current, adminKeys) => {
      const revocation = plan(current, adminKeys);
      if (revocation === undefined) return current;
      const changes = { revokedAt: revocation.at, revokedReason: storedText(revocation.reason) };
      await manager.update(ApiKeyEntity, { id: keyId }, { ...changes, changedAt: NOW });
      await insertAudit(manager, [revocation.audit]);
      return { account: current.account, key: { ...current.key, ...changes } };
    });
  }

  async markKeysUsed(uses: ReadonlyMap<string, Date>): Promise<void> {
    if (uses.size === 0) return;
    await this.database.rows(MARK_USED, [[...uses.keys()], [...uses.values()].map((at) => at.toISOString())]);
  }

  async recentChanges(): Promise<readonly RecentChange[]> {
    const rows = await this.database.readRows(RECENT_CHANGES, []);
    return rows.map(([kind, id, stamp]) => ({
      kind: kind === 'key' ? 'key' : 'account',
      id: String(id),
      stamp: String(stamp),
    }));
  }

  /** Undefined when the key does not exist. */
  private async changingKey<T>(
    keyId: string,
    write: (manager: EntityManager, current: KeyWithAccount, adminKeys: readonly KeyWithAccount[]) => Promise<T>,
  ): Promise<T | undefined> {
    if (!storable(keyId)) return undefined;
    return this.serialized(async (manager) => {
      // Locks the key alone; its account is only read.
      await manager.findOne(ApiKeyEntity, { where: { id: keyId }, ...LOCKED });
      const current = await findKey(manager, keyId);
      if (current === undefined) return undefined;
      const adminKeys = current.key.kind === 'adm' ? await selectAdminKeys(manager) : [];
      return write(manager, current, adminKeys.map(keyWithAccount));
    });
  }

  /**
   * Whether a key is the last of its kind depends on other rows, so these writes run one at a time. The advisory lock
   * precedes every row lock: two writers that take them in different orders would block each other.
   */
  private serialized<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [KEY_LOCK]);
      return work(manager);
    });
  }

  private audited(audit: readonly AuditEntry[], write: (manager: EntityManager) => Promise<unknown>): Promise<void> {
    return this.database.transaction(async (manager) => {
      await write(manager);
      await insertAudit(manager, audit);
    });
  }
}

async function insertAudit(manager: EntityManager, entries: readonly AuditEntry[]): Promise<void> {
  await manager.query(INSERT_AUDIT_ROWS, auditColumns(entries.map(auditRow)));
}

async function findKey(manager: EntityManager, keyId: string): Promise<KeyWithAccount | undefined> {
  if (!storable(keyId)) return undefined;
  const row = await manager.findOne(ApiKeyEntity, { where: { id: keyId }, relations: { account: true } });
  return row === null ? undefined : keyWithAccount(row);
}

/** Maps a unique violation to its meaning; undefined for every other error. */
function duplicateAccount(error: unknown, { id, externalId }: Account): DuplicateInStoreError | undefined {
  if (errorCode(error) !== UNIQUE_VIOLATION) return undefined;
  const { constraint } = driverError(error) as { constraint?: unknown };
  const [kind, value] = constraint === EXTERNAL_ID_INDEX ? (['external id', externalId] as const) : ['account', id];
  return new DuplicateInStoreError(kind as 'external id' | 'account', value ?? '', { cause: error });
}
