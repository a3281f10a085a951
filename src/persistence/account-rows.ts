import type { Account, ApiKeyRecord, KeyKind } from './account-store.js';
import type { AccountEntity } from './entities/account.entity.js';
import type { ApiKeyEntity } from './entities/api-key.entity.js';
import { BrokenRowError } from './persistence.errors.js';

const SECRET_HASH_BYTES = 32;

/** @throws BrokenRowError when the row holds what this build never writes */
export function accountFromRow(row: AccountEntity): Account {
  const { id, name, tier, state, createdAt } = row;
  if (state !== 'active' && state !== 'suspended') throw new BrokenRowError('account', id, 'state is unknown');
  return { id, name, tier, state, createdAt };
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
    last4: row.last4,
    scopes: row.scopes,
    createdAt: row.createdAt,
    notBefore: row.notBefore ?? undefined,
    expiresAt: row.expiresAt ?? undefined,
    revokedAt: row.revokedAt ?? undefined,
    revokedReason: row.revokedReason ?? undefined,
  };
}

/** The row of a key that is about to be inserted. */
export function rowOfKey(key: ApiKeyRecord): Omit<ApiKeyEntity, 'account'> {
  return {
    id: key.id,
    accountId: key.accountId,
    kind: key.kind,
    name: key.name,
    secretHash: key.secretHash,
    last4: key.last4,
    scopes: [...key.scopes],
    createdAt: key.createdAt,
    notBefore: key.notBefore ?? null,
    expiresAt: key.expiresAt ?? null,
    revokedAt: key.revokedAt ?? null,
    revokedReason: key.revokedReason ?? null,
  };
}

function isKeyKind(text: string): text is KeyKind {
  return text === 'live' || text === 'adm';
}
