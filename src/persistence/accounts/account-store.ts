import type { AuditEntry } from '../audit/audit-log.js';

/** `live` keys read customers' data, `test` keys simulated data only, `adm` keys use admin routes. */
export type KeyKind = 'live' | 'test' | 'adm';

/** A customer or an admin; owns keys and has a tier with its limits. */
export interface Account {
  /** 26 characters in the form of a ULID. */
  readonly id: string;
  /** Id in the operator's own systems, e.g. billing; unique. */
  readonly externalId: string | undefined;
  readonly name: string;
  readonly tier: string;
  readonly state: 'active' | 'suspended';
  /** Reason given for the newest suspension or resumption. */
  readonly stateReason: string | undefined;
  /** Starts at 1; every change adds 1. */
  readonly version: number;
  readonly createdAt: Date;
}

/** A key as stored: never its secret, only the keyed hash. */
export interface ApiKeyRecord {
  /** The 10 characters of the key that are no secret. */
  readonly id: string;
  readonly accountId: string;
  readonly kind: KeyKind;
  readonly name: string;
  /** HMAC-SHA256(pepper, secret), 32 bytes. */
  readonly secretHash: Buffer;
  /** Version of that pepper. */
  readonly pepperVersion: number;
  /** Last four characters of the secret, so that people recognize it. */
  readonly last4: string;
  /** Admin areas of an `adm` key; `*` = all. Empty for other kinds. */
  readonly scopes: readonly string[];
  /** Addresses and networks (CIDR) that may use the key; empty = any. */
  readonly allowedAddresses: readonly string[];
  readonly createdAt: Date;
  readonly notBefore: Date | undefined;
  readonly expiresAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  readonly revokedReason: string | undefined;
  /** Id of the successor after a rotation. */
  readonly replacedBy: string | undefined;
  /** Lags by at most a minute. */
  readonly lastUsedAt: Date | undefined;
}

export interface KeyWithAccount {
  readonly key: ApiKeyRecord;
  readonly account: Account;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; undefined on the last page. */
  readonly nextCursor: string | undefined;
}

/** Filters of the account list, which is sorted newest first. */
export interface AccountQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly tier?: string | undefined;
  readonly state?: Account['state'] | undefined;
  readonly externalId?: string | undefined;
  /** Part of name, external id or id; case-insensitive. */
  readonly search?: string | undefined;
}

/** Status of a key at one moment. */
export type KeyState = 'active' | 'not_yet_valid' | 'expired' | 'revoked';

/** Filters of the key list, which is sorted newest first. */
export interface KeyQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly accountId?: string | undefined;
  readonly kind?: KeyKind | undefined;
  /** Keys in this state at the moment `at`. */
  readonly inState?: { readonly state: KeyState; readonly at: Date } | undefined;
}

/** One write to an account. */
export interface AccountChange {
  readonly account: Account;
  readonly audit: AuditEntry;
}

/** One revocation to write. */
export interface KeyRevocation {
  readonly at: Date;
  readonly reason: string;
  readonly audit: AuditEntry;
}

/** One rotation to write: the successor, and the moment until which the old key works. */
export interface KeyRotation {
  readonly successor: ApiKeyRecord;
  readonly oldExpiresAt: Date;
  readonly audit: readonly AuditEntry[];
}

export interface RotatedKey {
  readonly old: KeyWithAccount;
  readonly successor: KeyWithAccount;
}

/** A key or an account that any replica wrote lately. An equal `stamp` means the same change. */
export interface RecentChange {
  readonly kind: 'key' | 'account';
  readonly id: string;
  readonly stamp: string;
}

/**
 * Accounts and keys in Postgres (port). Every write inserts its row and the audit entry that describes it in one
 * transaction. Changes of accounts, rotations and revocations run one at a time over all replicas. Their plans get the
 * unrevoked admin keys of all accounts, or an empty list when the change concerns no such key.
 */
export abstract class AccountStore {
  /** @throws DuplicateInStoreError, also for an external id that another account has */
  abstract createAccount(account: Account, audit: AuditEntry): Promise<void>;
  abstract findAccount(accountId: string): Promise<Account | undefined>;
  abstract listAccounts(query: AccountQuery): Promise<Page<Account>>;
  /**
   * Calls `plan` with the account, which no other writer can change meanwhile, and writes its result; undefined = no
   * change. An error of `plan` rolls everything back. Returns the account after the write; undefined when it does not
   * exist.
   *
   * @throws DuplicateInStoreError for an external id that another account has
   */
  abstract changeAccount(
    accountId: string,
    plan: (current: Account, adminKeys: readonly KeyWithAccount[]) => AccountChange | undefined,
  ): Promise<Account | undefined>;
  /** @throws NotFoundInStoreError when its account is unknown, DuplicateInStoreError for an id that exists */
  abstract createKey(key: ApiKeyRecord, audit: AuditEntry): Promise<void>;
  abstract findKey(keyId: string): Promise<KeyWithAccount | undefined>;
  abstract listKeys(query: KeyQuery): Promise<Page<KeyWithAccount>>;
  /** Like {@link changeAccount}, for a key that a successor replaces. */
  abstract rotateKey(
    keyId: string,
    plan: (current: KeyWithAccount, adminKeys: readonly KeyWithAccount[]) => KeyRotation,
  ): Promise<RotatedKey | undefined>;
  /** Like {@link changeAccount}, for a key that is revoked. */
  abstract revokeKey(
    keyId: string,
    plan: (current: KeyWithAccount, adminKeys: readonly KeyWithAccount[]) => KeyRevocation | undefined,
  ): Promise<KeyWithAccount | undefined>;
  /** Records when keys were used last; a time older than the stored one changes nothing. */
  abstract markKeysUsed(uses: ReadonlyMap<string, Date>): Promise<void>;
  /**
   * Changes of the last 15 seconds by the database's clock, at most {@link MAX_RECENT_CHANGES}. A caller that polls
   * more often misses none, in whatever order transactions commit.
   */
  abstract recentChanges(): Promise<readonly RecentChange[]>;
}

/** Upper bound of one answer of `recentChanges`; a full answer means that there may be more. */
export const MAX_RECENT_CHANGES = 2000;
