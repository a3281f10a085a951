import type { Account, ApiKeyRecord, KeyKind, KeyWithAccount } from './account-store.js';
import type { AccountEntity } from '../entities/account.entity.js';
import type { ApiKeyEntity } from '../entities/api-key.entity.js';
import { BrokenRowError } from '../database/persistence.errors.js';

const SECRET_HASH_BYTES = 32;

/** @throws BrokenRowError when the row holds what this build never writes */
export function accountFromRow(row: AccountEntity): Account {
  const { id, name, tier, state, version, createdAt } = row;
  if (state !== 'active' && state !== 'suspended') throw new BrokenRowError('account', id, 'state is unknown');
  const externalId = row.externalId ?? undefined;
  return { id, externalId, name, tier, state, stateReason: row.stateReason ?? undefined, version, createdAt };
}

/** The columns of an account; the database itself sets `changed_at`. */
export function rowOfAccount(account: Account): Omit<AccountEntity, 'changedAt'> {
  const { id, name, tier, state, version, createdAt, externalId, stateReason } = account;
  return {
    id,
    name: storedText(name),
    tier,
    state,
    version,
    createdAt,
    externalId: externalId ?? null,
    stateReason: stateReason === undefined ? null : storedText(stateReason),
  };
}

/** @throws BrokenRowError when the row holds what this build never writes */
export function keyFromRow(row: ApiKeyEntity): ApiKeyRecord {
  if (!isKeyKind(row.kind)) throw new BrokenRowError('api_key', row.id, 'kind is unknown');
  if (row.secretHash.length !== SECRET_HASH_BYTES)
    throw new BrokenRowError('api_key', row.id, 'secret_hash is not 32 bytes');
  return {
    id: row.id,
    accountId: row.accountId,
    kind: row.kind,
    name: row.name,
    secretHash: row.secretHash,
    pepperVersion: row.pepperVersion,
    last4: row.last4,
    scopes: row.scopes,
    allowedAddresses: row.allowedAddresses,
    createdAt: row.createdAt,
    notBefore: row.notBefore ?? undefined,
    expiresAt: row.expiresAt ?? undefined,
    revokedAt: row.revokedAt ?? undefined,
    revokedReason: row.revokedReason ?? undefined,
    replacedBy: row.replacedBy ?? undefined,
    lastUsedAt: row.lastUsedAt ?? undefined,
  };
}

/** Needs a row that was joined with its account. */
export function keyWithAccount(row: ApiKeyEntity): KeyWithAccount {
  return { key: keyFromRow(row), account: accountFromRow(row.account) };
}

/** The columns of a new key. */
export function rowOfKey(key: ApiKeyRecord): Omit<ApiKeyEntity, 'account' | 'changedAt'> {
  return {
    id: key.id,
    accountId: key.accountId,
    kind: key.kind,
    name: storedText(key.name),
    secretHash: key.secretHash,
    pepperVersion: key.pepperVersion,
    last4: key.last4,
    scopes: [...key.scopes],
    allowedAddresses: [...key.allowedAddresses],
    createdAt: key.createdAt,
    notBefore: key.notBefore ?? null,
    expiresAt: key.expiresAt ?? null,
    revokedAt: key.revokedAt ?? null,
    revokedReason: key.revokedReason ?? null,
    replacedBy: key.replacedBy ?? null,
    lastUsedAt: key.lastUsedAt ?? null,
  };
}

/** False for texts with NUL, which Postgres cannot store: no row can match them. */
export function storable(text: string): boolean {
  return !text.includes('\0');
}

/** Replaces NUL, which Postgres cannot store. */
export function storedText(text: string): string {
  return text.replaceAll('\0', '?');
}

function isKeyKind(text: string): text is KeyKind {
  return text === 'live' || text === 'test' || text === 'adm';
}
