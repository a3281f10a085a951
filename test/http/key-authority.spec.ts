import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { NewKey } from '../../src/access/credentials/new-key.js';
import { type Database, TypeOrmAccountStore, TypeOrmTierStore } from '../../src/persistence/index.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { connectDatabase, createTestDatabase, type TestDatabase, withAdmin } from '../support/test-database.js';

const HOUR_MS = 3_600_000;
const ROUNDS = 20;
const CLI = { actor: 'cli', requestId: undefined };

interface Answer {
  readonly status: number;
  readonly body: {
    readonly code?: string;
    readonly detail?: string;
    readonly required_scope?: string;
    readonly errors?: readonly { readonly parameter: string; readonly message: string }[];
    readonly data: Record<string, unknown>;
  };
}

interface MadeKey {
  readonly id: string;
  readonly text: string;
  readonly accountId: string;
}

describe('writes on keys and accounts, with two gateways on one database', () => {
  let test: TestDatabase;
  let databases: [Database, Database];
  let app: TestGateway;
  let other: TestGateway;

  const startOne = (database: Database) =>
    gateway()
      .withStores({ accounts: new TypeOrmAccountStore(database), tiers: new TypeOrmTierStore(database) })
      .start();

  beforeAll(async () => {
    test = await createTestDatabase();
    databases = [await connectDatabase(test.url), await connectDatabase(test.url)];
    app = await startOne(databases[0]);
    other = await startOne(databases[1]);
  });

  afterAll(async () => {
    await app?.close();
    await other?.close();
    for (const database of databases ?? []) await database.close();
    await test?.drop();
  });

  /** No key of an earlier test works, so that each test decides which keys there are. */
  const revokeAll = async (): Promise<void> => {
    const { items } = await app.issuer.list({ limit: 1000, kind: 'adm' });
    const left = items.filter(({ key }) => key.revokedAt === undefined);
    for (const { key } of left) await app.issuer.revoke(key.id, 'an earlier test', CLI);
  };
  beforeEach(revokeAll);

  const ask = async (key: MadeKey, path: string, body?: object, at: TestGateway = app, method = 'POST') => {
    const response = await fetch(`${at.url}/api/v1/admin${path}`, {
      method: body === undefined ? 'GET' : method,
      headers: { 'x-api-key': key.text, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
  const revoke = (by: MadeKey, target: MadeKey, at?: TestGateway) =>
    ask(by, `/keys/${target.id}/revoke`, { reason: 'test' }, at);
  const rotate = (by: MadeKey, target: MadeKey, order: object = { overlap_seconds: 0 }, at?: TestGateway) =>
    ask(by, `/keys/${target.id}/rotate`, order, at);
  const suspend = (by: MadeKey, target: MadeKey, at?: TestGateway) =>
    ask(by, `/accounts/${target.accountId}/suspend`, { reason: 'test' }, at);
  const resume = (by: MadeKey, target: MadeKey) => ask(by, `/accounts/${target.accountId}/resume`, { reason: 'test' });
  const change = (by: MadeKey, target: MadeKey, body: object) =>
    ask(by, `/accounts/${target.accountId}`, body, app, 'PATCH');

  const made = async (scopes: readonly string[], order: Partial<NewKey> = {}): Promise<MadeKey> => {
    const { text, key } = await app.issuer.create({ kind: 'adm', name: 'test', scopes, ...order }, CLI);
    return { id: key.id, text, accountId: key.accountId };
  };
  const full = (order: Partial<NewKey> = {}) => made(['*'], order);
  const live = async (order: Partial<NewKey> = {}): Promise<MadeKey> => {
    const { text, key } = await app.issuer.create({ kind: 'live', name: 'test', ...order }, CLI);
    return { id: key.id, text, accountId: key.accountId };
  };
  const inHours = (hours: number) => new Date(app.clock.nowMs() + hours * HOUR_MS);
  const keyOf = async ({ id }: MadeKey) => (await app.issuer.get(id)).key;
  const accountOf = async ({ id }: MadeKey) => (await app.issuer.get(id)).account;
  const refusals = (by: MadeKey) =>
    app.stores.audit.entries.filter(({ action, actor }) => action === 'key.refused' && actor === `key:${by.id}`);

  describe('of what has more scopes than the caller', () => {
    it.each([[['*']], [['terminals']], [['keys', 'audit']]])(
      'are refused with 403: revoke and rotate of a key with %j by one with keys only',
      async (scopes) => {
        const limited = await made(['keys']);
        const target = await made(scopes);
        const lacking = scopes.find((scope) => scope !== 'keys');
        const before = await keyOf(target);
        for (const refused of [await revoke(limited, target), await rotate(limited, target)]) {
          expect(refused).toMatchObject({
            status: 403,
            body: { code: 'scope-required', required_scope: lacking, detail: expect.stringContaining('npm run keys') },
          });
        }
        expect(await keyOf(target)).toEqual(before);
      },
    );

    it('leave a row in the audit trail when they are refused', async () => {
      const limited = await made(['keys']);
      await revoke(limited, await full());
      await ask(limited, '/keys', { kind: 'adm', name: 'x', scopes: ['*'], account_id: limited.accountId });
      expect(refusals(limited)).toMatchObject([
        { detail: { reason: 'scope-required', method: 'POST', route: '/api/v1/admin/keys/:id/revoke' } },
        { detail: { reason: 'scope-required', method: 'POST', route: '/api/v1/admin/keys' } },
      ]);
    });

    it('are refused with 403 for accounts that own such a key: suspend, resume and every change', async () => {
      const limited = await made(['accounts', 'keys']);
      const target = await full();
      const before = await accountOf(target);
      const writes = [
        await suspend(limited, target),
        await change(limited, target, { state: 'suspended' }),
        await change(limited, target, { tier: 'PRO' }),
        await change(limited, target, { name: 'mine' }),
        await change(limited, target, { external_id: 'mine' }),
      ];
      for (const refused of writes) {
        expect(refused).toMatchObject({ status: 403, body: { code: 'scope-required', required_scope: '*' } });
      }
      expect(await accountOf(target)).toEqual(before);
      const boss = await full();
      expect((await suspend(boss, target)).status).toBe(200);
      expect(await resume(limited, target)).toMatchObject({ status: 403, body: { code: 'scope-required' } });
      expect(await change(limited, target, { state: 'active' })).toMatchObject({ status: 403 });
      expect((await accountOf(target)).state).toBe('suspended');
      expect((await resume(boss, target)).status).toBe(200);
      expect(refusals(limited)).not.toEqual([]);
    });

    it('count the scopes of all keys of the account that may still work, also later or during an overlap', async () => {
      const limited = await made(['accounts']);
      const customer = await live();
      const { accountId } = customer;
      expect((await change(limited, customer, { tier: 'PRO' })).status).toBe(200);
      await made(['accounts'], { accountId });
      expect((await change(limited, customer, { tier: 'FREE' })).status).toBe(200);
      const later = await made(['usage'], { accountId, notBefore: inHours(48) });
      expect((await suspend(limited, customer)).status).toBe(403);
      await app.issuer.revoke(later.id, 'test', CLI);
      const ending = await made(['usage'], { accountId, expiresAt: inHours(1) });
      expect((await suspend(limited, customer)).status).toBe(403);
      app.clock.advance(HOUR_MS);
      expect((await keyOf(ending)).expiresAt?.getTime()).toBe(app.clock.nowMs());
      expect((await suspend(limited, customer)).status).toBe(200);
    });

    it('are allowed for what has no more: the own key, other keys with these scopes, keys of customers', async () => {
      const limited = await made(['keys', 'usage']);
      for (const target of [await made(['keys']), await made(['usage', 'keys']), await live(), limited]) {
        expect((await rotate(limited, target, { overlap_seconds: 60 })).status).toBe(201);
        expect((await revoke(limited, target)).status).toBe(200);
      }
    });

    it('never hand out more than the caller has: a new key has at most the scopes of its maker', async () => {
      const limited = await made(['keys']);
      const { accountId: account_id } = await live();
      const order = { kind: 'adm', name: 'x', account_id };
      for (const scopes of [['*'], ['keys', 'accounts']]) {
        expect(await ask(limited, '/keys', { ...order, scopes })).toMatchObject({
          status: 403,
          body: { code: 'scope-required' },
        });
      }
      expect(await ask(limited, '/keys', order)).toMatchObject({ status: 201, body: { data: { scopes: ['keys'] } } });
    });
  });

  describe('of the last key with all scopes', () => {
    const refusedAs = (parameter: string) => ({
      status: 400,
      body: {
        code: 'invalid-parameter',
        errors: [{ parameter, message: expect.stringMatching(/another .*key.*npm run keys/) }],
      },
    });

    it('are refused: it cannot revoke itself, and no other key may do it', async () => {
      const last = await full();
      expect(await revoke(last, last)).toMatchObject(refusedAs('id'));
      expect((await revoke(await made(['keys']), last)).status).toBe(403);
      expect((await keyOf(last)).revokedAt).toBeUndefined();
      expect((await suspend(last, last)).status).toBe(400);
      expect(refusals(last)).toMatchObject([
        { detail: { reason: 'last-full-key', route: '/api/v1/admin/keys/:id/revoke' } },
        { detail: { reason: 'own-account', route: '/api/v1/admin/accounts/:id/suspend' } },
      ]);
      await full();
      expect((await revoke(last, last)).status).toBe(200);
    });

    const WORTH_NOTHING: Record<string, () => Promise<unknown>> = {
      'is revoked': async () => app.issuer.revoke((await full()).id, 'test', CLI),
      'has expired': async () => {
        await full({ expiresAt: inHours(1) });
        app.clock.advance(HOUR_MS);
      },
      'expires within a day': () => full({ expiresAt: inHours(24) }),
      'was rotated away and works on for a while': async () => {
        const { id, old } = await app.issuer
          .rotate((await full()).id, { overlapSeconds: 48 * 3600 }, CLI)
          .then((rotated) => ({ id: rotated.key.id, old: rotated.old.key }));
        expect(old.expiresAt).toEqual(inHours(48));
        await app.issuer.revoke(id, 'test', CLI);
      },
      'is not valid yet': () => full({ notBefore: inHours(1) }),
      'belongs to a suspended account': async () => {
        const boss = await full();
        const dormant = await full();
        expect((await suspend(boss, dormant)).status).toBe(200);
        await app.issuer.revoke(boss.id, 'test', CLI);
      },
      'was hashed under a pepper that is gone': async () => {
        const { id } = await full();
        const statement = 'UPDATE api_key SET pepper_version = 99 WHERE id = $1';
        await withAdmin((admin) => admin.query(statement, [id]), test.name);
      },
      'has every scope but this one': () => made(['keys', 'accounts', 'terminals']),
    };

    it.each(Object.keys(WORTH_NOTHING))('are refused when the only other one %s', async (worth) => {
      await WORTH_NOTHING[worth]?.();
      const last = await full();
      expect(await revoke(last, last)).toMatchObject(refusedAs('id'));
      expect((await keyOf(last)).revokedAt).toBeUndefined();
    });

    it('are allowed when another one works for more than a day', async () => {
      await full({ expiresAt: inHours(25) });
      const one = await full();
      expect((await revoke(one, one)).status).toBe(200);
    });

    it('are refused for its account too, when who suspends it works for less than a day', async () => {
      const last = await full();
      const brief = await full({ expiresAt: inHours(2) });
      expect(await suspend(brief, last)).toMatchObject(refusedAs('state'));
      expect(await change(brief, last, { state: 'suspended' })).toMatchObject(refusedAs('state'));
      expect((await accountOf(last)).state).toBe('active');
      expect(await revoke(brief, last)).toMatchObject(refusedAs('id'));
      await full();
      expect((await suspend(brief, last)).status).toBe(200);
    });

    it('let it rotate, but not to a key that ends within a day', async () => {
      const last = await full();
      const ending = { overlap_seconds: 0, expires_at: inHours(24).toISOString() };
      expect(await rotate(last, last, ending)).toMatchObject(refusedAs('expires_at'));
      expect((await keyOf(last)).replacedBy).toBeUndefined();
      const lasting = { overlap_seconds: 3600, expires_at: inHours(25).toISOString() };
      const rotated = await rotate(last, last, lasting);
      expect(rotated.status).toBe(201);
      const successor = { id: String(rotated.body.data['id']), text: String(rotated.body.data['key']), accountId: '' };
      expect(await revoke(last, successor)).toMatchObject(refusedAs('id'));
      expect((await revoke(successor, last)).status).toBe(200);
    });

    it('let a key that ends today be rotated for as long as it would have worked', async () => {
      const brief = await full({ expiresAt: inHours(2) });
      expect((await rotate(brief, brief)).status).toBe(201);
    });

    it('allow what takes nothing away: revoking a key that cannot work any more', async () => {
      const dead = await full();
      await app.issuer.revoke(dead.id, 'before', CLI);
      const ended = await full({ expiresAt: inHours(1) });
      app.clock.advance(HOUR_MS);
      const last = await full({ expiresAt: inHours(2) });
      expect(await revoke(last, dead)).toMatchObject({ status: 200, body: { data: { revoked_reason: 'before' } } });
      expect((await revoke(last, ended)).status).toBe(200);
    });

    it('are allowed on the command line', async () => {
      const last = await full();
      expect((await app.issuer.revoke(last.id, 'test', CLI)).key.revokedAt).toBeDefined();
    });
  });

  describe('at the same time', () => {
    const working = () =>
      withAdmin(async (admin) => {
        const { rows } = await admin.query<{ id: string }>(
          `SELECT k.id FROM api_key k JOIN account a ON a.id = k.account_id
           WHERE k.revoked_at IS NULL AND k.replaced_by IS NULL AND a.state = 'active' AND '*' = ANY (k.scopes)
             AND (k.expires_at IS NULL OR k.expires_at > $1)`,
          [inHours(24)],
        );
        return rows.length;
      }, test.name);

    /** Both gateways have let both in before, so that neither request waits for the key store first. */
    const pair = async (): Promise<[MadeKey, MadeKey]> => {
      await revokeAll();
      const keys: [MadeKey, MadeKey] = [await full(), await full()];
      for (const key of keys)
        for (const at of [app, other]) expect((await ask(key, '/keys?limit=1', undefined, at)).status).toBe(200);
      return keys;
    };

    type Attack = (by: MadeKey, target: MadeKey, at: TestGateway) => Promise<Answer>;
    const ATTACKS: Record<string, Attack> = {
      revoke,
      suspend,
      'rotate to an end within the day': (by, target, at) =>
        rotate(by, target, { overlap_seconds: 0, expires_at: inHours(1).toISOString() }, at),
    };
    const PAIRS = Object.keys(ATTACKS).flatMap((one, index) =>
      Object.keys(ATTACKS)
        .slice(index)
        .map((two) => [one, two] as const),
    );

    it.each(PAIRS)(
      `two keys with all scopes that end each other (%s and %s) leave exactly one, ${ROUNDS} times out of ${ROUNDS}`,
      async (one, two) => {
        for (let round = 0; round < ROUNDS; round++) {
          const [a, b] = await pair();
          const answers = await Promise.all([ATTACKS[one]!(a, b, app), ATTACKS[two]!(b, a, other)]);
          const done = answers.filter(({ status }) => status === 200 || status === 201);
          const refused = answers.filter(({ status }) => [400, 401, 403].includes(status));
          expect([done.length, refused.length, await working()]).toEqual([1, 1, 1]);
        }
      },
    );

    it('twenty keys that end each other in a circle leave at least one, without a deadlock', async () => {
      const keys = await Promise.all(Array.from({ length: 20 }, () => full()));
      const answers = await Promise.all(
        keys.map((key, index) => {
          const target = keys[(index + 1) % keys.length]!;
          const at = index % 2 === 0 ? app : other;
          return index % 3 === 0 ? suspend(key, target, at) : revoke(key, target, at);
        }),
      );
      for (const { status } of answers) expect([200, 400, 401, 403]).toContain(status);
      expect(await working()).toBeGreaterThanOrEqual(1);
    });

    it('a full key and its account, ended by one key that lasts hours, keep it: each refusal stands', async () => {
      const last = await full();
      const brief = await full({ expiresAt: inHours(2) });
      const attacks = Array.from({ length: 10 }, (_, index) =>
        index % 2 === 0 ? revoke(brief, last, app) : suspend(brief, last, other),
      );
      expect((await Promise.all(attacks)).map(({ status }) => status)).toEqual(Array(10).fill(400));
      expect(await working()).toBe(1);
    });

    it('one key is revoked once and rotated once, however many ask', async () => {
      const boss = await full();
      const target = await made(['keys']);
      const asked = [rotate(boss, target), rotate(boss, target, undefined, other), rotate(boss, target)];
      expect((await Promise.all(asked)).map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 412, 412]);
      const ends = [revoke(boss, target), revoke(boss, target, other)];
      expect((await Promise.all(ends)).map(({ status }) => status)).toEqual([200, 200]);
    });
  });
});
