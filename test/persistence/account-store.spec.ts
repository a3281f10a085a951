import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Account,
  type ApiKeyRecord,
  type AuditEntry,
  type Database,
  DuplicateInStoreError,
  encodeKeyset,
  InvalidCursorError,
  type KeyWithAccount,
  TypeOrmAccountStore,
} from '../../src/persistence/index.js';
import { BrokenRowError, NotFoundInStoreError } from '../../src/persistence/database/persistence.errors.js';
import type { RotatedKey } from '../../src/persistence/accounts/account-store.js';
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

/** Once: what is revoked stays as it is. */
const revocation =
  (id: string, reason: string, at = new Date(NOW)) =>
  ({ key }: KeyWithAccount) =>
    key.revokedAt === undefined ? { at, reason, audit: auditOf('key.revoked', id) } : undefined;

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
        await store.revokeKey(id, () => ({ at: new Date(NOW), reason: 'x', audit: auditOf('key.revoked', 'nobody') })),
      ).toBeUndefined();
      expect(await auditedActions('nobody')).toEqual([]);
    },
  );

  it('refuses a key for an unknown account and leaves no audit row', async () => {
    const key = newKey('nobody-has-this');
    const error = await store.createKey(key, auditOf('key.created', key.id)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NotFoundInStoreError);
    expect(error).toMatchObject({ code: 'not-found', members: { kind: 'account', id: 'nobody-has-this' } });
    expect(await auditedActions(key.id)).toEqual([]);
  });

  it('refuses a second account or key with the same id and leaves no audit row', async () => {
    const account = await storedAccount();
    const key = await storedKey(account.id);
    await expect(store.createAccount(account, auditOf('account.again', account.id))).rejects.toBeInstanceOf(
      DuplicateInStoreError,
    );
    await expect(store.createKey(key, auditOf('key.again', key.id))).rejects.toBeInstanceOf(DuplicateInStoreError);
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
      store.revokeKey(key.id, revocation(key.id, reason, new Date(at.getTime() + later)));
    const expected = { account, key: { ...key, revokedAt: at, revokedReason: 'leaked' } };
    expect(await revoke('leaked', 0)).toEqual(expected);
    expect(await revoke('again', 1000)).toEqual(expected);
    expect(await auditedActions(key.id)).toEqual(['key.created', 'key.revoked']);
  });

  it('lets one of many simultaneous revocations win', async () => {
    const key = await storedKey((await storedAccount()).id);
    const reasons = ['a', 'b', 'c', 'd', 'e'];
    const results = await Promise.all(reasons.map((reason) => store.revokeKey(key.id, revocation(key.id, reason))));
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
    encodeKeyset(['99999999999999999', 'x']),
    'A'.repeat(5000),
    encodeKeyset(['1', '\0']),
    '__8',
  ])('refuses the cursor %j as a wrong parameter', async (cursor) => {
    const error = await store.listKeys({ limit: 10, cursor }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InvalidCursorError);
    expect(error).toMatchObject({ code: 'invalid-parameter', members: { errors: [{ parameter: 'cursor' }] } });
  });

  it('changes an account under a lock: simultaneous changes all count, each with its audit row', async () => {
    const account = await storedAccount();
    const rename = (name: string) =>
      store.changeAccount(account.id, (current) => ({
        account: { ...current, name: current.name + name, version: current.version + 1 },
        audit: auditOf('account.changed', account.id),
      }));
    await Promise.all(['a', 'b', 'c', 'd'].map(rename));
    const changed = await store.findAccount(account.id);
    expect(changed).toMatchObject({ version: 5, createdAt: account.createdAt });
    expect(changed?.name.slice(account.name.length).split('').sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(await auditedActions(account.id)).toEqual(['account.created', ...Array(4).fill('account.changed')]);
    expect(await store.changeAccount(account.id, () => undefined)).toEqual(changed);
    expect(await store.changeAccount('nobody', () => undefined)).toBeUndefined();
  });

  it('undoes a change whose plan throws, and lets no two accounts have one external id', async () => {
    const first = newAccount({ externalId: `shop-${++serial}`, state: 'suspended', stateReason: 'no \0 money' });
    await store.createAccount(first, auditOf('account.created', first.id));
    expect(await store.findAccount(first.id)).toEqual({ ...first, stateReason: 'no ? money' });
    const second = newAccount({ externalId: first.externalId });
    const refused = await store.createAccount(second, auditOf('account.created', second.id)).catch((error) => error);
    expect(refused).toBeInstanceOf(DuplicateInStoreError);
    expect(refused).toMatchObject({ kind: 'external id' });
    const third = await storedAccount();
    const take = store.changeAccount(third.id, (current) => ({
      account: { ...current, externalId: first.externalId },
      audit: auditOf('account.changed', third.id),
    }));
    await expect(take).rejects.toBeInstanceOf(DuplicateInStoreError);
    const failing = store.changeAccount(third.id, () => {
      throw new RangeError('planted');
    });
    await expect(failing).rejects.toThrow('planted');
    expect(await store.findAccount(third.id)).toEqual(third);
    expect(await auditedActions(third.id)).toEqual(['account.created']);
  });

  it('lists accounts by tier, state, external id and part of a text, page by page', async () => {
    const tier = `T${++serial}`;
    const made: Account[] = [];
    for (const name of ['Alpha 100%', 'beta', 'Alphabet', 'a_b']) {
      const state = name === 'beta' ? ('suspended' as const) : ('active' as const);
      const account = newAccount({ tier, name, state, externalId: `${tier}-${name.length}-${made.length}` });
      made.push(account);
      await store.createAccount(account, auditOf('account.created', account.id));
    }
    const names = async (query: object) =>
      (await store.listAccounts({ limit: 10, tier, ...query })).items.map(({ name }) => name).sort();
    expect(await names({})).toEqual(['Alpha 100%', 'Alphabet', 'a_b', 'beta']);
    expect(await names({ state: 'suspended' })).toEqual(['beta']);
    expect(await names({ externalId: made[2]?.externalId })).toEqual(['Alphabet']);
    expect(await names({ search: 'ALPHA' })).toEqual(['Alpha 100%', 'Alphabet']);
    expect(await names({ search: '%' })).toEqual(['Alpha 100%']);
    expect(await names({ search: 'a_b' })).toEqual(['a_b']);
    expect(await names({ search: "x' OR '1'='1" })).toEqual([]);
    expect(await names({ search: '\\' })).toEqual([]);
    expect(await names({ search: '\0' })).toEqual([]);
    const first = await store.listAccounts({ limit: 3, tier });
    const second = await store.listAccounts({ limit: 3, tier, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ id }) => id).sort()).toEqual(made.map(({ id }) => id).sort());
    expect(second.nextCursor).toBeUndefined();
  });

  it('lists keys by kind and by what they are worth at a time', async () => {
    const { id } = await storedAccount();
    const at = (hours: number) => new Date(NOW + hours * 3_600_000);
    const kept = {
      active: await storedKey(id),
      expired: await storedKey(id, { expiresAt: at(1), kind: 'test' }),
      not_yet_valid: await storedKey(id, { notBefore: at(3), expiresAt: at(4), kind: 'adm' }),
      revoked: await storedKey(id, { expiresAt: at(1), revokedAt: at(0), revokedReason: 'x' }),
    };
    for (const state of ['active', 'expired', 'not_yet_valid', 'revoked'] as const) {
      const page = await store.listKeys({ limit: 9, accountId: id, inState: { state, at: at(1) } });
      expect([state, ...page.items.map(({ key }) => key.id)]).toEqual([state, kept[state].id]);
    }
    const tests = await store.listKeys({ limit: 9, accountId: id, kind: 'test' });
    expect(tests.items.map(({ key }) => key.id)).toEqual([kept.expired.id]);
  });

  it('rotates a key once: of many at the same time one gives a successor, and nothing is left of the others', async () => {
    const account = await storedAccount();
    const old = await storedKey(account.id, { allowedAddresses: ['192.0.2.0/24'] });
    const rotate = () =>
      store.rotateKey(old.id, ({ key }) => {
        if (key.replacedBy !== undefined) throw new RangeError('rotated already');
        const successor = newKey(account.id, { allowedAddresses: key.allowedAddresses, pepperVersion: 2 });
        const audit = [auditOf('key.rotated', old.id), auditOf('key.created', successor.id)];
        return { successor, oldExpiresAt: new Date(NOW + 60_000), audit };
      });
    const results = await Promise.allSettled([rotate(), rotate(), rotate(), rotate()]);
    const [won, ...others] = results.filter(({ status }) => status === 'fulfilled');
    expect(others).toEqual([]);
    const { old: ended, successor } = (won as PromiseFulfilledResult<RotatedKey>).value;
    expect(ended.key).toMatchObject({ id: old.id, expiresAt: new Date(NOW + 60_000), replacedBy: successor.key.id });
    expect(await store.findKey(old.id)).toEqual(ended);
    expect(await store.findKey(successor.key.id)).toEqual(successor);
    expect((await store.listKeys({ limit: 9, accountId: account.id })).items).toHaveLength(2);
    expect(await auditedActions(old.id)).toEqual(['key.created', 'key.rotated']);
    expect(
      await store.rotateKey('nobody', () => {
        throw new Error('there is no such key');
      }),
    ).toBeUndefined();
  });

  it('notes the newest use of keys, and tells of what was written lately, but not of uses', async () => {
    const account = await storedAccount();
    const key = await storedKey(account.id);
    const other = await storedKey(account.id);
    const changesOf = async (id: string) => (await store.recentChanges()).filter((change) => change.id === id);
    const [made] = await changesOf(key.id);
    expect(made).toMatchObject({ kind: 'key', id: key.id });
    await store.markKeysUsed(
      new Map([
        [key.id, new Date(NOW + 2)],
        ['nobody', new Date(NOW)],
      ]),
    );
    await store.markKeysUsed(new Map([[key.id, new Date(NOW + 1)]]));
    await store.markKeysUsed(new Map());
    expect((await store.findKey(key.id))?.key.lastUsedAt).toEqual(new Date(NOW + 2));
    expect((await store.findKey(other.id))?.key.lastUsedAt).toBeUndefined();
    expect(await changesOf(key.id)).toEqual([made]);
    await store.revokeKey(key.id, revocation(key.id, 'x'));
    const [revoked] = await changesOf(key.id);
    expect(revoked?.stamp).not.toBe(made?.stamp);
    const [before] = await changesOf(account.id);
    const change = { account: { ...account, tier: 'FREE' }, audit: auditOf('account.changed', account.id) };
    await store.changeAccount(account.id, () => change);
    expect((await changesOf(account.id))[0]?.stamp).not.toBe(before?.stamp);
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
