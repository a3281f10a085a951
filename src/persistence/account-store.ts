import type { AuditEntry } from './audit/audit-log.js';

/** `live` keys are for customers' data, `adm` keys for admin routes. */
export type KeyKind = 'live' | 'adm';

/** A customer or an admin: owner of keys, bearer of tier and limits. */
export interface Account {
  /** ULID-like, 26 characters. */
  readonly id: string;
  readonly name: string;
  /** Name of a tier of config/tiers.json. */
  readonly tier: string;
  readonly state: 'active' | 'suspended';
  readonly createdAt: Date;
}

/** A key as stored: never its secret, only the keyed hash. */
export interface ApiKeyRecord {
  /** The 10 characters of the key that name it. */
  readonly id: string;
  readonly accountId: string;
  readonly kind: KeyKind;
  readonly name: string;
  /** HMAC-SHA256(pepper, secret), 32 bytes. */
  readonly secretHash: Buffer;
  /** Last four characters of the secret, for people to recognise it. */
  readonly last4: string;
  /** Admin areas that an `adm` key may use; `*` = all. Empty for live keys. */
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly notBefore: Date | undefined;
  readonly expiresAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  readonly revokedReason: string | undefined;
}

/** A key with its owner, as authentication needs it. */
export interface KeyWithAccount {
  readonly key: ApiKeyRecord;
  readonly account: Account;
}

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; undefined on the last page. */
  readonly nextCursor: string | undefined;
}

/**
 * Accounts and keys in Postgres (port). Every write takes the audit entry that describes it and inserts both in one
 * transaction.
 */
export abstract class AccountStore {
  /** Creates account and key together when `account` is new. @throws NotFoundInStore when `accountId` is unknown */
  abstract createAccount(account: Account, audit: AuditEntry): Promise<void>;
  abstract findAccount(accountId: string): Promise<Account | undefined>;
  abstract createKey(key: ApiKeyRecord, audit: AuditEntry): Promise<void>;
  abstract findKey(keyId: string): Promise<KeyWithAccount | undefined>;
  /** Newest first. */
  abstract listKeys(query: { limit: number; cursor?: string; accountId?: string }): Promise<Page<KeyWithAccount>>;
  /** Sets revokedAt once; returns the key as it is now, undefined when it does not exist. */
  abstract revokeKey(
    keyId: string,
    revocation: { at: Date; reason: string },
    audit: AuditEntry,
  ): Promise<KeyWithAccount | undefined>;
}
