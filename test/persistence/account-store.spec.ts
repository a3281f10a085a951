import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Account,
  type ApiKeyRecord,
  type AuditEntry,
  BrokenRowError,
  type Database,
  DuplicateInStore,
  InvalidCursorError,
  NotFoundInStore,
  TypeOrmAccountStore,
} from '../../src/persistence/index.js';
import { openRoute, ROUTES, type DatabaseRoute } from '../support/database-route.js';
import { connectDatabase, createTestDatabase, type TestDatabase, withAdmin } from '../support/test-database.js';

const NOW = Date.UTC(2026, 0, 5, 12);
let serial = 0;

const newAccount = (changes: Partial<Account> = {}): Account => ({
  id: `account-${++serial}`,
  externalId: undefined,
  name: 'A customer',
  tier: 'PRO',
  state: 'active',
  stateReason: undefined,
  version: 1,
  createdAt: new Date(NOW),
  ...changes,
});

const newKey = (accountId: string, changes: Partial<ApiKeyRecord> = {}): ApiKeyRecord => ({
  id: `key${String(++serial).padStart(7, '0')}`,
  accountId,
  kind: 'live',
  name: 'backend',
  secretHash: randomBytes(32),
  pepperVersion: 1,
  last4: 'aB3d',
  scopes: [],
  allowedAddresses: [],
  createdAt: new Date(NOW + serial),
  notBefore: undefined,
  expiresAt: undefined,
  revokedAt: undefined,
  revokedReason: undefined,
  replacedBy: undefined,
  lastUsedAt: undefined,
  ...changes,
});

const auditOf = (action: string, target: string): AuditEntry => ({
  at: new Date(NOW),
  actor: 'cli',
  action,
  target,
  detail: { why: 'test' },
  requestId: 'r-1',
});

describe.each(ROUTES)('account store %s', (way) => {
  let test: TestDatabase;
  let route: DatabaseRoute;
  let database: Database;
  let store: TypeOrmAccountStore;

  beforeAll(async () => {
    test = await createTestDatabase();
    route = await openRoute(way, test);
    database = await connectDatabase(route.url);
    store = new TypeOrmAccountStore(database);
  });

  afterAll(async () => {
    await database?.close();
    await route?.close();
    await test?.drop();
  });

  const auditedActions = (target: string): Promise<string[]> =>
    withAdmin(async (admin) => {
      const { rows } = await admin.query<{ action: string }>(
        'SELECT action FROM audit_event WHERE target = $1 ORDER BY id',
        [target],
      );
      return rows.map(({ action }) => action);
    }, test.name);

  const storedAccount = async (): Promise<Account> => {
    const account = newAccount();
    await store.createAccount(account, auditOf('account.created', account.id));
    return account;
  };

  const storedKey = async (accountId: string, changes: Partial<ApiKeyRecord> = {}): Promise<ApiKeyRecord> => {
    const key = newKey(accountId, changes);
    await store.createKey(key, auditOf('key.created', key.id));
    return key;
  };

  it('gives an account and its key back as they were stored, each with an audit row', async () => {
    const account = await storedAccount();
    const key = await storedKey(account.id, {
      kind: 'adm',
      scopes: ['keys', 'it\'s "a,{scope}"'],
      notBefore: new Date(NOW),
      expiresAt: new Date(NOW + 1),
    });
    expect(await store.findAccount(account.id)).toEqual(account);
    expect(await store.findKey(key.id)).toEqual({ key, account });
    expect(await auditedActions(account.id)).toEqual(['account.created']);
    expect(await auditedActions(key.id)).toEqual(['key.created']);
  });

  it.each(['', 'unknown', "'; DROP TABLE account; --", 'a\0b', 'x'.repeat(10_000)])(
    'finds nothing for an id like %j',
    async (id) => {
      expect(await store.findKey(id)).toBeUndefined();
      expect(await store.findAccount(id)).toBeUndefined();
      expect(
        await store.revokeKey(id, { at: new Date(NOW), reason: 'x' }, auditOf('key.revoked', 'nobody')),
      ).toBeUndefined();
      expect(await auditedActions('nobody')).toEqual([]);
    },
  );

  it('refuses a key for an unknown account and leaves no audit row', async () => {
    const key = newKey('nobody-has-this');
    const error = await store.createKey(key, auditOf('key.created', key.id)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NotFoundInStore);
    expect(error).toMatchObject({ code: 'not-found', members: { kind: 'account', id: 'nobody-has-this' } });
    expect(await auditedActions(key.id)).toEqual([]);
  });

  it('refuses a second account or key with the same id and leaves no audit row', async () => {
    const account = await storedAccount();
    const key = await storedKey(account.id);
    await expect(store.createAccount(account, auditOf('account.again', account.id))).rejects.toBeInstanceOf(
      DuplicateInStore,
    );
    await expect(store.createKey(key, auditOf('key.again', key.id))).rejects.toBeInstanceOf(DuplicateInStore);
    expect(await auditedActions(account.id)).toEqual(['account.created']);
    expect(await auditedActions(key.id)).toEqual(['key.created']);
  });

  it('keeps neither the key nor the audit row when the audit row cannot be written', async () => {
    const account = await storedAccount();
    const key = newKey(account.id);
    await withAdmin(
      (admin) => admin.query(`ALTER TABLE audit_event ADD CONSTRAINT planted CHECK (action <> 'key.planted')`),
      test.name,
    );
    await expect(store.createKey(key, auditOf('key.planted', key.id))).rejects.toThrow(/planted/);
    await withAdmin((admin) => admin.query('ALTER TABLE audit_event DROP CONSTRAINT planted'), test.name);
    expect(await store.findKey(key.id)).toBeUndefined();
    expect(await auditedActions(key.id)).toEqual([]);
  });

  it('revokes once: the first time and reason stay, with one audit row', async () => {
    const account = await storedAccount();
    const key = await storedKey(account.id);
    const at = new Date(NOW + 5000);
    const revoke = (reason: string, later: number): Promise<unknown> =>
      store.revokeKey(key.id, { at: new Date(at.getTime() + later), reason }, auditOf('key.revoked', key.id));
    const expected = { account, key: { ...key, revokedAt: at, revokedReason: 'leaked' } };
    expect(await revoke('leaked', 0)).toEqual(expected);
    expect(await revoke('again', 1000)).toEqual(expected);
    expect(await auditedActions(key.id)).toEqual(['key.created', 'key.revoked']);
  });

  it('lets one of many simultaneous revocations win', async () => {
    const key = await storedKey((await storedAccount()).id);
    const reasons = ['a', 'b', 'c', 'd', 'e'];
    const results = await Promise.all(
      reasons.map((reason) => store.revokeKey(key.id, { at: new Date(NOW), reason }, auditOf('key.revoked', key.id))),
    );
    expect(new Set(results.map((result) => result?.key.revokedReason)).size).toBe(1);
    expect(await auditedActions(key.id)).toEqual(['key.created', 'key.revoked']);
  });

  it('lists every key of an account once, newest first, page by page, also when times are equal', async () => {
    const account = await storedAccount();
    const keys: ApiKeyRecord[] = [];
    for (let index = 0; index < 7; index++)
      keys.push(await storedKey(account.id, { createdAt: new Date(NOW - (index % 2)) }));
    await storedKey((await storedAccount()).id);
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.listKeys({
        limit: 3,
        accountId: account.id,
        ...(cursor === undefined ? {} : { cursor }),
      });
      expect(page.items.length).toBeLessThanOrEqual(3);
      listed.push(...page.items.map(({ key }) => key.id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    const newestFirst = keys.toSorted(
      (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1),
    );
    expect(listed).toEqual(newestFirst.map(({ id }) => id));
  });

  it('has no next page when the last one is exactly full', async () => {
    const account = await storedAccount();
    await storedKey(account.id);
    await storedKey(account.id);
    expect((await store.listKeys({ limit: 2, accountId: account.id })).nextCursor).toBeUndefined();
  });

  it.each([
    '',
    'abc',
    '!!!',
    'MTIz',
    Buffer.from('99999999999999999:x').toString('base64url'),
    'A'.repeat(5000),
    Buffer.from('1:\0').toString('base64url'),
    '__8',
  ])('refuses the cursor %j as a wrong parameter', async (cursor) => {
    const error = await store.listKeys({ limit: 10, cursor }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InvalidCursorError);
    expect(error).toMatchObject({ code: 'invalid-parameter', members: { errors: [{ parameter: 'cursor' }] } });
  });

  it('names the row when somebody has damaged a key', async () => {
    const key = await storedKey((await storedAccount()).id);
    await withAdmin(
      (admin) => admin.query(`UPDATE api_key SET secret_hash = 'short' WHERE id = $1`, [key.id]),
      test.name,
    );
    await expect(store.findKey(key.id)).rejects.toThrow(BrokenRowError);
  });
});
