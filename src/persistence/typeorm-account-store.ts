import type { EntityManager } from 'typeorm';
import { accountFromRow, keyFromRow, rowOfKey } from './account-rows.js';
import { AccountStore, type Account, type ApiKeyRecord, type KeyWithAccount, type Page } from './account-store.js';
import type { AuditEntry } from './audit/audit-log.js';
import { auditColumns, auditRow, INSERT_AUDIT_ROWS } from './audit/audit-rows.js';
import { errorCode } from './database-away.js';
import type { Database } from './database.js';
import { AccountEntity } from './entities/account.entity.js';
import { ApiKeyEntity } from './entities/api-key.entity.js';
import { decodeCursor, encodeCursor } from './page-cursor.js';
import { DuplicateInStore, NotFoundInStore } from './persistence.errors.js';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** Accounts and keys in Postgres; every write commits together with the row that says who did it. */
export class TypeOrmAccountStore extends AccountStore {
  constructor(private readonly database: Database) {
    super();
  }

  async createAccount(account: Account, audit: AuditEntry): Promise<void> {
    try {
      await this.audited(audit, (manager) => manager.insert(AccountEntity, { ...account }));
    } catch (error) {
      if (errorCode(error) === UNIQUE_VIOLATION) throw new DuplicateInStore('account', account.id, { cause: error });
      throw error;
    }
  }

  async findAccount(accountId: string): Promise<Account | undefined> {
    if (!storable(accountId)) return undefined;
    const row = await this.database.read((manager) => manager.findOneBy(AccountEntity, { id: accountId }));
    return row === null ? undefined : accountFromRow(row);
  }

  async createKey(key: ApiKeyRecord, audit: AuditEntry): Promise<void> {
    try {
      await this.audited(audit, (manager) => manager.insert(ApiKeyEntity, rowOfKey(key)));
    } catch (error) {
      if (errorCode(error) === FOREIGN_KEY_VIOLATION) throw new NotFoundInStore('account', key.accountId);
      if (errorCode(error) === UNIQUE_VIOLATION) throw new DuplicateInStore('key', key.id, { cause: error });
      throw error;
    }
  }

  findKey(keyId: string): Promise<KeyWithAccount | undefined> {
    return this.database.read((manager) => findKey(manager, keyId));
  }

  async listKeys(query: { limit: number; cursor?: string; accountId?: string }): Promise<Page<KeyWithAccount>> {
    const { limit, cursor, accountId } = query;
    if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`a page of ${limit} keys cannot be listed`);
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    if (accountId !== undefined && !storable(accountId)) return { items: [], nextCursor: undefined };
    const rows = await this.database.read((manager) => {
      const select = manager.createQueryBuilder(ApiKeyEntity, 'key').innerJoinAndSelect('key.account', 'account');
      if (accountId !== undefined) select.andWhere('key.account_id = :accountId', { accountId });
      if (after !== undefined) {
        select.andWhere('(key.created_at, key.id) < (:at, :id)', { at: new Date(after.atMs), id: after.id });
      }
      // One more than asked for tells whether there is another page. The join is to one row, so LIMIT counts keys.
      return select
        .orderBy('key.createdAt', 'DESC')
        .addOrderBy('key.id', 'DESC')
        .limit(limit + 1)
        .getMany();
    });
    const items = rows.slice(0, limit).map(keyWithAccount);
    const last = items.at(-1)?.key;
    const more = rows.length > limit && last !== undefined;
    return { items, nextCursor: more ? encodeCursor({ atMs: last.createdAt.getTime(), id: last.id }) : undefined };
  }

  /** Revoking a revoked key changes nothing, its first reason stays, and the audit trail gets no second row. */
  revokeKey(
    keyId: string,
    revocation: { at: Date; reason: string },
    audit: AuditEntry,
  ): Promise<KeyWithAccount | undefined> {
    if (!storable(keyId)) return Promise.resolve(undefined);
    return this.database.transaction(async (manager) => {
      const { affected } = await manager
        .createQueryBuilder()
        .update(ApiKeyEntity)
        .set({ revokedAt: revocation.at, revokedReason: revocation.reason.replaceAll('\0', '?') })
        .where('id = :keyId AND revoked_at IS NULL', { keyId })
        .execute();
      if (affected === 1) await insertAudit(manager, audit);
      return findKey(manager, keyId);
    });
  }

  private audited(audit: AuditEntry, write: (manager: EntityManager) => Promise<unknown>): Promise<void> {
    return this.database.transaction(async (manager) => {
      await write(manager);
      await insertAudit(manager, audit);
    });
  }
}

async function insertAudit(manager: EntityManager, entry: AuditEntry): Promise<void> {
  await manager.query(INSERT_AUDIT_ROWS, auditColumns([auditRow(entry)]));
}

async function findKey(manager: EntityManager, keyId: string): Promise<KeyWithAccount | undefined> {
  if (!storable(keyId)) return undefined;
  const row = await manager.findOne(ApiKeyEntity, { where: { id: keyId }, relations: { account: true } });
  return row === null ? undefined : keyWithAccount(row);
}

function keyWithAccount(row: ApiKeyEntity): KeyWithAccount {
  return { key: keyFromRow(row), account: accountFromRow(row.account) };
}

/** Postgres cannot store NUL in a text, so nothing with it can exist. */
function storable(text: string): boolean {
  return !text.includes('\0');
}
