import {
  type Account,
  AccountStore,
  type ApiKeyRecord,
  type AuditEntry,
  type KeyWithAccount,
  type Page,
} from '../../src/persistence/index.js';

/** Accounts and keys in memory. `away` makes every call fail, as a database that is down does. */
export class MemoryAccountStore extends AccountStore {
  readonly accounts = new Map<string, Account>();
  readonly keys = new Map<string, ApiKeyRecord>();
  readonly audited: AuditEntry[] = [];
  /** Ids that were looked up, in order. */
  readonly lookups: string[] = [];
  away: Error | undefined;

  override async createAccount(account: Account, audit: AuditEntry): Promise<void> {
    this.refuseWhenAway();
    this.accounts.set(account.id, account);
    this.audited.push(audit);
  }

  override async findAccount(accountId: string): Promise<Account | undefined> {
    this.refuseWhenAway();
    return this.accounts.get(accountId);
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

  override async listKeys(query: {
    limit: number;
    cursor?: string;
    accountId?: string;
  }): Promise<Page<KeyWithAccount>> {
    this.refuseWhenAway();
    const ids = [...this.keys.values()]
      .filter(({ accountId }) => query.accountId === undefined || accountId === query.accountId)
      .map(({ id }) => id)
      .reverse();
    const start = query.cursor === undefined ? 0 : ids.indexOf(query.cursor) + 1;
    const page = ids.slice(start, start + query.limit);
    const items = page.map((id) => this.withAccount(id)).filter((item) => item !== undefined);
    return { items, nextCursor: start + query.limit < ids.length ? page.at(-1) : undefined };
  }

  override async revokeKey(
    keyId: string,
    revocation: { at: Date; reason: string },
    audit: AuditEntry,
  ): Promise<KeyWithAccount | undefined> {
    this.refuseWhenAway();
    const key = this.keys.get(keyId);
    if (key !== undefined && key.revokedAt === undefined) {
      this.keys.set(keyId, { ...key, revokedAt: revocation.at, revokedReason: revocation.reason });
      this.audited.push(audit);
    }
    return this.withAccount(keyId);
  }

  private withAccount(keyId: string): KeyWithAccount | undefined {
    const key = this.keys.get(keyId);
    const account = key === undefined ? undefined : this.accounts.get(key.accountId);
    return key === undefined || account === undefined ? undefined : { key, account };
  }

  private refuseWhenAway(): void {
    if (this.away !== undefined) throw this.away;
  }
}
