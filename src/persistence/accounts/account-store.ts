import type { AuditEntry } from '../audit/audit-log.js';

/** `live` keys are for customers' data, `test` keys for simulated data only, `adm` keys for admin routes. */
export type KeyKind = 'live' | 'test' | 'adm';

/** A customer or an admin: owner of keys, bearer of tier and limits. */
export interface Account {
  /** ULID-like, 26 characters. */
  readonly id: string;
  /** The operator's own id of it, e.g. of a billing system; no two accounts share one. */
  readonly externalId: string | undefined;
  readonly name: string;
  /** Name of a tier. */
  readonly tier: string;
  readonly state: 'active' | 'suspended';
  /** Why it was suspended or resumed last. */
  readonly stateReason: string | undefined;
  /** 1 when it is made, one more with every change. */
  readonly version: number;
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
  /** Which pepper that was. */
  readonly pepperVersion: number;
  /** Last four characters of the secret, for people to recognise it. */
  readonly last4: string;
  /** Admin areas that an `adm` key may use; `*` = all. Empty for other keys. */
  readonly scopes: readonly string[];
  /** Addresses and networks (CIDR) that it may be used from; empty = any. */
  readonly allowedAddresses: readonly string[];
  readonly createdAt: Date;
  readonly notBefore: Date | undefined;
  readonly expiresAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  readonly revokedReason: string | undefined;
  /** Id of the key that it was rotated to. */
  readonly replacedBy: string | undefined;
  /** At most a minute old. */
  readonly lastUsedAt: Date | undefined;
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

/** Which accounts are listed, newest first. */
export interface AccountQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly tier?: string | undefined;
  readonly state?: Account['state'] | undefined;
  readonly externalId?: string | undefined;
  /** Part of the name, of the external id or of the id; case does not count. */
  readonly search?: string | undefined;
}

/** What a key is worth at a moment. */
export type KeyState = 'active' | 'not_yet_valid' | 'expired' | 'revoked';

/** Which keys are listed, newest first. */
export interface KeyQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly accountId?: string | undefined;
  readonly kind?: KeyKind | undefined;
  /** Keys that are in this state `at` that time. */
  readonly inState?: { readonly state: KeyState; readonly at: Date } | undefined;
}

/** A change of an account as it is to be written. */
export interface AccountChange {
  readonly account: Account;
  readonly audit: AuditEntry;
}

/** A revocation as it is to be written. */
export interface KeyRevocation {
  readonly at: Date;
  readonly reason: string;
  readonly audit: AuditEntry;
}

/** A rotation as it is to be written: the successor, and until when the old key works. */
export interface KeyRotation {
  readonly successor: ApiKeyRecord;
  readonly oldExpiresAt: Date;
  readonly audit: readonly AuditEntry[];
}

/** Both keys after a rotation. */
export interface RotatedKey {
  readonly old: KeyWithAccount;
  readonly successor: KeyWithAccount;
}

/** A key or an account that was written lately, by whomever. The same `stamp` is the same change. */
export interface RecentChange {
  readonly kind: 'key' | 'account';
  readonly id: string;
  readonly stamp: string;
}

/**
 * Accounts and keys in Postgres (port). Every write takes the audit entry that describes it and inserts both in one
 * transaction. Changes of accounts, rotations and revocations run one at a time over all gateways, and their plans get
 * the admin keys of all accounts that are not revoked; none when the change concerns no such key.
 */
export abstract class AccountStore {
  /** @throws DuplicateInStore, also for an external id that another account has */
  abstract createAccount(account: Account, audit: AuditEntry): Promise<void>;
  abstract findAccount(accountId: string): Promise<Account | undefined>;
  /** Newest first. */
  abstract listAccounts(query: AccountQuery): Promise<Page<Account>>;
  /**
   * Shows `plan` the account, which no other writer can change meanwhile, and writes what it gives; undefined = no
   * change. What it throws undoes everything. Gives the account as it is now, undefined when it does not exist.
   *
   * @throws DuplicateInStore for an external id that another account has
   */
  abstract changeAccount(
    accountId: string,
    plan: (current: Account, adminKeys: readonly KeyWithAccount[]) => AccountChange | undefined,
  ): Promise<Account | undefined>;
  /** @throws NotFoundInStore when its account is unknown, DuplicateInStore for an id that exists */
  abstract createKey(key: ApiKeyRecord, audit: AuditEntry): Promise<void>;
  abstract findKey(keyId: string): Promise<KeyWithAccount | undefined>;
  /** Newest first. */
  abstract listKeys(query: KeyQuery): Promise<Page<KeyWithAccount>>;
  /** The same as {@link changeAccount} for a key that another one takes the place of. */
  abstract rotateKey(
    keyId: string,
    plan: (current: KeyWithAccount, adminKeys: readonly KeyWithAccount[]) => KeyRotation,
  ): Promise<RotatedKey | undefined>;
  /** The same for a key that ends. */
  abstract revokeKey(
    keyId: string,
    plan: (current: KeyWithAccount, adminKeys: readonly KeyWithAccount[]) => KeyRevocation | undefined,
  ): Promise<KeyWithAccount | undefined>;
  /** Notes when keys were used last; older times than the known ones change nothing. */
  abstract markKeysUsed(uses: ReadonlyMap<string, Date>): Promise<void>;
  /**
   * What was written in the last 15 seconds by the database's clock, at most {@link MOST_RECENT_CHANGES}. Asked more
   * often than that, nothing is missed, in whatever order transactions commit.
   */
  abstract recentChanges(): Promise<readonly RecentChange[]>;
}

/** As many changes as are told at once; whoever gets that many knows that there may be more. */
export const MOST_RECENT_CHANGES = 2000;
