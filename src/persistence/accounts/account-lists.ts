import { type EntityManager, IsNull, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import { storable } from './account-rows.js';
import type { AccountQuery, KeyQuery, KeyState } from './account-store.js';
import { AccountEntity } from '../entities/account.entity.js';
import { ApiKeyEntity } from '../entities/api-key.entity.js';
import { decodeKeyset, encodeKeyset } from '../database/keyset-cursor.js';

/** The last row of a page: the next one goes on behind it. */
interface PagePosition {
  readonly createdAt: Date;
  readonly id: string;
}

const MILLISECONDS = /^(?:0|[1-9]\d{0,14})$/;
const ID = /^[^\0]{1,200}$/;

const NOT_REVOKED = 'key.revoked_at IS NULL';
const NOT_EXPIRED = '(key.expires_at IS NULL OR key.expires_at > :now)';

/** In the order in which authentication checks: a revoked key counts as revoked even when it has expired too. */
const KEY_STATES: Readonly<Record<KeyState, string>> = {
  revoked: 'key.revoked_at IS NOT NULL',
  not_yet_valid: `${NOT_REVOKED} AND key.not_before > :now`,
  expired: `${NOT_REVOKED} AND (key.not_before IS NULL OR key.not_before <= :now) AND key.expires_at <= :now`,
  active: `${NOT_REVOKED} AND (key.not_before IS NULL OR key.not_before <= :now) AND ${NOT_EXPIRED}`,
};

/** Accounts of one page plus one, newest first; the extra row shows that another page exists. */
export function selectAccounts(
  manager: EntityManager,
  query: AccountQuery,
  after: PagePosition | undefined,
): Promise<AccountEntity[]> {
  const { tier, state, externalId, search } = query;
  const select = manager.createQueryBuilder(AccountEntity, 'account');
  if (tier !== undefined) select.andWhere('account.tier = :tier', { tier });
  if (state !== undefined) select.andWhere('account.state = :state', { state });
  if (externalId !== undefined) select.andWhere('account.external_id = :externalId', { externalId });
  if (search !== undefined) {
    select.andWhere('(account.name ILIKE :part OR account.external_id ILIKE :part OR account.id ILIKE :part)', {
      part: `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`,
    });
  }
  return newestFirst(select, 'account', { limit: query.limit, after });
}

/** Keys with their accounts, one page plus one. The join is to one row, so that LIMIT counts keys. */
export function selectKeys(
  manager: EntityManager,
  query: KeyQuery,
  after: PagePosition | undefined,
): Promise<ApiKeyEntity[]> {
  const { accountId, kind, inState } = query;
  const select = manager.createQueryBuilder(ApiKeyEntity, 'key').innerJoinAndSelect('key.account', 'account');
  if (accountId !== undefined) select.andWhere('key.account_id = :accountId', { accountId });
  if (kind !== undefined) select.andWhere('key.kind = :kind', { kind });
  if (inState !== undefined) select.andWhere(`(${KEY_STATES[inState.state]})`, { now: inState.at });
  return newestFirst(select, 'key', { limit: query.limit, after });
}

const ADMIN_KEY = { kind: 'adm', revokedAt: IsNull() };

/** Unrevoked admin keys with their accounts; an installation has few of them, so there is no limit. */
export function selectAdminKeys(manager: EntityManager): Promise<ApiKeyEntity[]> {
  return manager.find(ApiKeyEntity, { where: ADMIN_KEY, relations: { account: true } });
}

/** Whether the account owns an unrevoked admin key. */
export function ownsAdminKey(manager: EntityManager, accountId: string): Promise<boolean> {
  return manager.existsBy(ApiKeyEntity, { ...ADMIN_KEY, accountId });
}

/** Position from which the list continues; undefined = from its start. @throws InvalidCursorError */
export function positionOf({ limit, cursor }: AccountQuery | KeyQuery): PagePosition | undefined {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`a page of ${limit} rows cannot be listed`);
  if (cursor === undefined) return undefined;
  const [atMs, id = ''] = decodeKeyset(cursor, [MILLISECONDS, ID]);
  return { createdAt: new Date(Number(atMs)), id };
}

/** False when a filter holds a text that Postgres cannot store, so no row can match. */
export function canExist(...filters: readonly (string | undefined)[]): boolean {
  return filters.every((filter) => filter === undefined || storable(filter));
}

/** Cuts the extra row off and makes its predecessor the next cursor. */
export function pageOf<R extends PagePosition, T>(
  rows: readonly R[],
  limit: number,
  convert: (row: R) => T,
): { items: T[]; nextCursor: string | undefined } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items: page.map(convert),
    nextCursor: more ? encodeKeyset([String(last.createdAt.getTime()), last.id]) : undefined,
  };
}

function newestFirst<T extends ObjectLiteral>(
  select: SelectQueryBuilder<T>,
  alias: string,
  { limit, after }: { limit: number; after: PagePosition | undefined },
): Promise<T[]> {
  if (after !== undefined) {
    select.andWhere(`(${alias}.created_at, ${alias}.id) < (:createdAt, :id)`, after);
  }
  return select
    .orderBy(`${alias}.createdAt`, 'DESC')
    .addOrderBy(`${alias}.id`, 'DESC')
    .limit(limit + 1)
    .getMany();
}
