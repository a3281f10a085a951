import {
  type Account,
  type AccountQuery,
  AccountStore,
  type ApiKeyRecord,
  type AuditEntry,
  DuplicateInStoreError,
  type KeyQuery,
  type KeyRotation,
  type KeyState,
  type KeyWithAccount,
  type Page,
  type RecentChange,
} from '../../src/persistence/index.js';
import type { AccountChange, KeyRevocation, RotatedKey } from '../../src/persistence/accounts/account-store.js';

/** Accounts and keys in memory. `away` makes every call fail, as a database that is down does. */
export class MemoryAccountStore extends AccountStore {
  readonly accounts = new Map<string, Account>();
  readonly keys = new Map<string, ApiKeyRecord>();
  readonly audited: AuditEntry[] = [];
  /** Ids that were looked up, in order. */
  readonly lookups: string[] = [];
  /** What another gateway is to have changed. */
  changes: RecentChange[] = [];
  away: Error | undefined;

  override async createAccount(account: Account, audit: AuditEntry): Promise<void> {
    this.refuseWhenAway();
    this.refuseDuplicate(account);
    this.accounts.set(account.id, account);
    this.audited.push(audit);
  }

  override async findAccount(accountId: string): Promise<Account | undefined> {
    this.refuseWhenAway();
    return this.accounts.get(accountId);
  }

  override async listAccounts(query: AccountQuery): Promise<Page<Account>> {
    this.refuseWhenAway();
    const { tier, state, externalId, search = '' } = query;
    const found = [...this.accounts.values()].filter(
      (account) =>
        (tier === undefined || account.tier === tier) &&
        (state === undefined || account.state === state) &&
        (externalId === undefined || account.externalId === externalId) &&
        `${account.name}\n${account.externalId ?? ''}\n${account.id}`.toLowerCase().includes(search.toLowerCase()),
    );
    return page(found, query);
  }

  override async changeAccount(
    accountId: string,
    plan: (current: Account, adminKeys: readonly KeyWithAccount[]) => AccountChange | undefined,
  ): Promise<Account | undefined> {
    this.refuseWhenAway();
    const current = this.accounts.get(accountId);
    const change = current && plan(current, this.adminKeys());
    if (change === undefined) return current;
    this.refuseDuplicate(change.account);
    this.accounts.set(accountId, change.account);
    this.audited.push(change.audit);
    return change.account;
  }

  override async createKey(key: ApiKeyRecord, audit: AuditEntry): Promise<void> {
    this.refuseWhenAway();
    this.keys.set(key.id, key);
    this.audited.push(audit);
  }

  override async findKey(keyId: string): Promise<KeyWithAccount | undefined> {
    this.lookups.push(keyId);
    this.refuseWhenAway();
    return this.withAccount(keyId);
  }

  override async listKeys(query: KeyQuery): Promise<Page<KeyWithAccount>> {
    this.refuseWhenAway();
    const { accountId, kind, inState } = query;
    const found = [...this.keys.values()].filter(
      (key) =>
        (accountId === undefined || key.accountId === accountId) &&
        (kind === undefined || key.kind === kind) &&
        (inState === undefined || stateOf(key, inState.at) === inState.state),
    );
    const { items, nextCursor } = page(found, query);
    return { items: items.map(({ id }) => this.withAccount(id)).filter((item) => item !== undefined), nextCursor };
  }

  override async rotateKey(
    keyId: string,
    plan: (current: KeyWithAccount, adminKeys: readonly KeyWithAccount[]) => KeyRotation,
  ): Promise<RotatedKey | undefined> {
    this.refuseWhenAway();
    const current = this.withAccount(keyId);
    if (current === undefined) return undefined;
    const { successor, oldExpiresAt, audit } = plan(current, this.adminKeys());
    const key = { ...current.key, expiresAt: oldExpiresAt, replacedBy: successor.id };
    this.keys.set(keyId, key);
    this.keys.set(successor.id, successor);
    this.audited.push(...audit);
    return { old: { account: current.account, key }, successor: { account: current.account, key: successor } };
  }

  override async revokeKey(
    keyId: string,
    plan: (current: KeyWithAccount, adminKeys: readonly KeyWithAccount[]) => KeyRevocation | undefined,
  ): Promise<KeyWithAccount | undefined> {
    this.refuseWhenAway();
    const current = this.withAccount(keyId);
    const revocation = current && plan(current, this.adminKeys());
    if (current === undefined || revocation === undefined) return current;
    this.keys.set(keyId, { ...current.key, revokedAt: revocation.at, revokedReason: revocation.reason });
    this.audited.push(revocation.audit);
    return this.withAccount(keyId);
  }

  override async markKeysUsed(uses: ReadonlyMap<string, Date>): Promise<void> {
    this.refuseWhenAway();
    for (const [id, lastUsedAt] of uses) {
      const key = this.keys.get(id);
      if (key !== undefined) this.keys.set(id, { ...key, lastUsedAt });
    }
  }

  override async recentChanges(): Promise<readonly RecentChange[]> {
    this.refuseWhenAway();
    return this.changes;
  }

  private adminKeys(): KeyWithAccount[] {
    const keys = [...this.keys.values()].filter(({ kind, revokedAt }) => kind === 'adm' && revokedAt === undefined);
    return keys.map(({ id }) => this.withAccount(id)).filter((record) => record !== undefined);
  }

  private withAccount(keyId: string): KeyWithAccount | undefined {
    const key = this.keys.get(keyId);
    const account = key === undefined ? undefined : this.accounts.get(key.accountId);
    return key === undefined || account === undefined ? undefined : { key, account };
  }

  private refuseDuplicate({ id, externalId }: Account): void {
    const taken = [...this.accounts.values()].some((other) => other.id !== id && other.externalId === externalId);
    if (externalId !== undefined && taken) throw new DuplicateInStoreError('external id', externalId);
  }

  private refuseWhenAway(): void {
    if (this.away !== undefined) throw this.away;
  }
}

function stateOf({ revokedAt, notBefore, expiresAt }: ApiKeyRecord, at: Date): KeyState {
  if (revokedAt !== undefined) return 'revoked';
  if (notBefore !== undefined && notBefore > at) return 'not_yet_valid';
  return expiresAt !== undefined && expiresAt <= at ? 'expired' : 'active';
}

function page<T extends { readonly id: string }>(
  oldestFirst: readonly T[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Page<T> {
  const newestFirst = [...oldestFirst].reverse();
  const start = cursor === undefined ? 0 : newestFirst.findIndex(({ id }) => id === cursor) + 1;
  const items = newestFirst.slice(start, start + limit);
  return { items, nextCursor: start + limit < newestFirst.length ? items.at(-1)?.id : undefined };
}
