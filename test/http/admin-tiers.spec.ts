import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Database, TypeOrmAccountStore, TypeOrmTierStore } from '../../src/persistence/index.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { FREE, PRO } from '../support/gateway-settings.js';
import { TcpSwitch } from '../support/tcp-switch.js';
import { connectDatabase, createTestDatabase, type TestDatabase, withAdmin } from '../support/test-database.js';

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const TIERS = [
  { ...FREE, rank: 1 },
  { ...PRO, rank: 5 },
];

interface Tier {
  readonly name: string;
  readonly version: number;
  readonly symbols: string[];
  readonly limits: { readonly per_minute: number };
  readonly scheduled: { readonly version: number; readonly effective_at: string }[];
  readonly history: { readonly version: number; readonly state: string; readonly created_by: string }[];
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & {
    readonly data: Tier;
    readonly errors?: { readonly parameter: string; readonly message: string }[];
  };
}

interface Asking {
  readonly body?: unknown;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly at?: TestGateway;
}

const GOLD = {
  ...{ name: 'GOLD', rank: 3, symbols: ['AUDJPY', 'EURUSD'], timeframes: ['H4', 'H1'], limits: { per_minute: 100 } },
};

describe('admin routes of tiers, with two gateways on one database', () => {
  let test: TestDatabase;
  let cable: TcpSwitch;
  let database: Database;
  let app: TestGateway;
  let other: TestGateway;
  let admin: string;

  const startOne = () =>
    gateway()
      .withTiers(...TIERS)
      .withStores({ accounts: new TypeOrmAccountStore(database), tiers: new TypeOrmTierStore(database) })
      .start();

  const open = async () => {
    test = await createTestDatabase();
    cable = await TcpSwitch.before(test.url);
    database = await connectDatabase(cable.url);
    // Both find an empty database.
    [app, other] = await Promise.all([startOne(), startOne()]);
    admin = await app.key({ kind: 'adm' });
  };

  const close = async () => {
    await app?.close();
    await other?.close();
    await database?.close();
    await cable?.cut();
    await test?.drop();
  };

  const ask = async (method: string, path: string, asking: Asking = {}): Promise<Answer> => {
    const { body, key = admin, headers = {}, at = app } = asking;
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(`${at.url}/api/v1${path}`, {
      method,
      headers: { 'x-api-key': key, ...json, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
  };
  const tier = async (name: string) => (await ask('GET', `/admin/tiers/${name}`)).body.data;
  const inMs = (ms: number) => new Date(app.clock.nowMs() + ms).toISOString();
  const audited = () =>
    withAdmin(async (client) => {
      const { rows } = await client.query<{ actor: string; action: string; target: string; detail: string }>(
        "SELECT actor, action, target, detail FROM audit_event WHERE action LIKE 'tier.%' ORDER BY id",
      );
      return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) as Record<string, unknown> }));
    }, test.name);
  const lastAudited = async () => (await audited()).at(-1);
  const perMinute = async (key: string, at = app) => {
    const { body } = await ask('GET', '/limits', { key, at });
    return (body.data as unknown as { policies: { limit: number; remaining: number }[] }).policies[0]!;
  };

  describe('when they are changed', () => {
    beforeEach(open);
    afterEach(close);

    it('begin with the configured tiers, written once however many gateways start', async () => {
      const { body, status } = await ask('GET', '/admin/tiers');
      expect(status).toBe(200);
      expect(body).toMatchObject({
        next_cursor: null,
        data: [
          { name: 'FREE', rank: 1, version: 1, symbols: ['BTCUSD', 'EURUSD'], timeframes: ['H1', 'H4'], scheduled: [] },
          { name: 'PRO', rank: 5, symbols: ['*'], limits: { per_minute: 600, per_day: null, concurrent: 20 } },
        ],
      });
      expect((await audited()).map(({ actor, action, target }) => [actor, action, target])).toEqual([
        ['system', 'tier.created', 'tier:FREE'],
        ['system', 'tier.created', 'tier:PRO'],
      ]);
    });

    it('tell who is affected and what they lose and gain, and change nothing by that', async () => {
      await app.key({ name: 'first' });
      const body = { symbols: ['AUDJPY', 'EURUSD'], timeframes: ['H4', 'M5'], limits: { per_day: null } };
      const { status, body: preview } = await ask('POST', '/admin/tiers/free/preview', { body });
      expect(status).toBe(200);
      expect(preview.data).toMatchObject({
        name: 'FREE',
        version: 1,
        until: null,
        accounts: { first: expect.arrayContaining([{ id: expect.any(String), name: 'first' }]) },
        rank: { before: 1, after: 1 },
        symbols: { lost: ['BTCUSD'], won: ['AUDJPY'] },
        timeframes: { lost: ['H1'], won: ['M5'] },
        limits: { per_minute: { before: 3, after: 3 }, per_day: { before: 2000, after: null } },
      });
      expect(await tier('FREE')).toMatchObject({ version: 1, symbols: ['BTCUSD', 'EURUSD'] });
      const toPro = { body: { symbols: ['EURUSD'], effective_at: inMs(HOUR_MS) } };
      expect((await ask('POST', '/admin/tiers/PRO/preview', toPro)).body.data).toMatchObject({
        effective_at: inMs(HOUR_MS),
        symbols: { lost: ['AUDJPY', 'BTCUSD'], won: [] },
      });
    });

    it('change a tier immediately on this gateway and within five seconds on others', async () => {
      const key = await app.key();
      await ask('GET', '/symbols', { key });
      expect(await perMinute(key)).toMatchObject({ limit: 3, remaining: 2 });
      await perMinute(key, other);
      const read = await ask('GET', '/admin/tiers/FREE');
      const changed = await ask('PATCH', '/admin/tiers/FREE', {
        body: { limits: { per_minute: 2 }, symbols: ['EURUSD'] },
        headers: { 'if-match': read.headers.get('etag')! },
      });
      expect(changed).toMatchObject({
        status: 200,
        body: { data: { version: 2, limits: { per_minute: 2, per_day: 2000 } } },
      });
      expect(changed.headers.get('etag')).toBe('"v2"');
      expect(await perMinute(key)).toMatchObject({ limit: 2, remaining: 1 });
      expect((await ask('GET', '/symbols', { key })).body).toMatchObject({ symbols: ['EURUSD'] });
      expect(await ask('GET', '/symbols', { key })).toMatchObject({ status: 429, body: { code: 'quota-exceeded' } });
      expect(await perMinute(key, other)).toMatchObject({ limit: 3 });
      for (const { clock } of [app, other]) clock.advance(5 * SECOND_MS);
      await other.tiers.refresh();
      expect(await perMinute(key, other)).toMatchObject({ limit: 2 });
      expect(await lastAudited()).toEqual({
        actor: expect.stringMatching(/^key:/),
        action: 'tier.changed',
        target: 'tier:FREE',
        detail: {
          before: { symbols: ['BTCUSD', 'EURUSD'], per_minute: 3 },
          after: { symbols: ['EURUSD'], per_minute: 2 },
        },
      });
    });

    it('write nothing for a change that changes nothing', async () => {
      const rows = (await audited()).length;
      const same = await ask('PATCH', '/admin/tiers/FREE', { body: { limits: { per_minute: 3 } } });
      expect(same).toMatchObject({ status: 200, body: { data: { version: 1 } } });
      expect(await audited()).toHaveLength(rows);
    });

    it('let only one of two admins change the same version, and refuse a stale one', async () => {
      const before = await tier('FREE');
      const answers = await Promise.all(
        [5, 6].map((concurrent, index) =>
          ask('PATCH', '/admin/tiers/FREE', {
            body: { limits: { concurrent } },
            headers: { 'if-match': `"v${before.version}"` },
            at: index === 0 ? app : other,
          }),
        ),
      );
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 412]);
      expect(answers.find(({ status }) => status === 412)?.body).toMatchObject({ code: 'precondition-failed' });
      expect((await tier('FREE')).version).toBe(before.version + 1);
      const stale = { headers: { 'if-match': `"v${before.version}"` } };
      expect(await ask('DELETE', '/admin/tiers/FREE', stale)).toMatchObject({ status: 412 });
      const nonsense = { body: {}, headers: { 'if-match': 'yesterday' } };
      expect(await ask('PATCH', '/admin/tiers/FREE', nonsense)).toMatchObject({ status: 400 });
    });

    it('let a change wait for its time, and take it back before', async () => {
      const whole = {
        rank: 1,
        symbols: ['*'],
        timeframes: ['H1'],
        limits: { per_minute: 50, concurrent: 3 },
        effective_at: inMs(HOUR_MS),
      };
      const key = await app.key();
      const { body, status } = await ask('PUT', '/admin/tiers/FREE', { body: whole });
      expect([status, body.data.symbols, body.data.scheduled]).toMatchObject([
        200,
        ['BTCUSD', 'EURUSD'],
        [{ state: 'scheduled', symbols: ['*'], effective_at: whole.effective_at, limits: { per_day: null } }],
      ]);
      expect(await lastAudited()).toMatchObject({
        action: 'tier.scheduled',
        detail: { after: { symbols: ['*'], per_day: null } },
      });
      const later = await ask('PATCH', '/admin/tiers/FREE', {
        body: { limits: { per_minute: 51 }, effective_at: inMs(2 * HOUR_MS) },
      });
      const [first, second] = later.body.data.scheduled;
      const soon = await ask('POST', '/admin/tiers/FREE/preview', { body: { limits: { per_minute: 9 } } });
      expect(soon.body.data).toMatchObject({
        until: first!.effective_at,
        limits: { per_minute: { before: 3, after: 9 } },
      });
      const gone = await ask('DELETE', `/admin/tiers/FREE/versions/${second!.version}`);
      expect(gone.body.data.scheduled).toMatchObject([{ version: first!.version }]);
      expect(await lastAudited()).toMatchObject({
        action: 'tier.withdrawn',
        detail: { before: { version: second!.version } },
      });

      app.clock.advance(HOUR_MS - 1);
      expect((await ask('GET', '/symbols', { key })).body).toMatchObject({ symbols: ['BTCUSD', 'EURUSD'] });
      app.clock.advance(1);
      expect((await ask('GET', '/symbols', { key })).body).toMatchObject({ symbols: ['AUDJPY', 'BTCUSD', 'EURUSD'] });
      app.clock.advance(HOUR_MS);
      expect(await perMinute(key)).toMatchObject({ limit: 50 });

      const { history } = await tier('FREE');
      expect(history.map(({ state }) => state)).toEqual(['withdrawn', 'in_effect', 'replaced']);
      expect(history.at(-1)).toMatchObject({ version: 1, created_by: 'system' });
      for (const version of [first!.version, second!.version, 999, '0x1', 'x']) {
        const late = await ask('DELETE', `/admin/tiers/FREE/versions/${version}`);
        expect(late).toMatchObject({ status: 404, body: { code: 'not-found' } });
      }
    });

    it('make a tier between two others without code, which keys can have and be lowered to', async () => {
      const order = { body: GOLD, headers: { 'idempotency-key': 'gold-1' } };
      const made = await ask('POST', '/admin/tiers', order);
      expect(made).toMatchObject({
        status: 201,
        body: {
          data: { name: 'GOLD', version: 1, timeframes: ['H1', 'H4'], limits: { per_day: null, concurrent: null } },
        },
      });
      expect(await ask('POST', '/admin/tiers', order)).toMatchObject({ status: 201, body: made.body });
      const another = { ...order, body: { ...GOLD, rank: 4 } };
      expect(await ask('POST', '/admin/tiers', another)).toMatchObject({ status: 409 });
      const gold = await app.key({ tier: 'GOLD' });
      const as = (name: string, key = gold) => ask('GET', '/me', { key, headers: { 'x-user-tier': name } });
      expect((await as('gold')).body.data).toMatchObject({ tier: 'GOLD', effective_tier: 'GOLD' });
      expect((await as('FREE')).body.data).toMatchObject({ effective_tier: 'FREE' });
      expect(await as('PRO')).toMatchObject({ status: 403, body: { code: 'tier-required', required_tier: 'PRO' } });
      expect((await as('BRONZE')).body.errors).toEqual([
        { parameter: 'X-User-Tier', message: 'must be FREE or GOLD or PRO' },
      ]);
      expect((await as('GOLD', await app.key({ tier: 'PRO' }))).body.data).toMatchObject({ effective_tier: 'GOLD' });
    });

    it('grant nothing through X-User-Tier that the tier of the caller lacks', async () => {
      await ask('POST', '/admin/tiers', { body: GOLD });
      const gold = await app.key({ tier: 'GOLD' });
      const lowered = { key: gold, headers: { 'x-user-tier': 'FREE' } };
      const [symbols, timeframes] = [await ask('GET', '/symbols', lowered), await ask('GET', '/timeframes', lowered)];
      const own = [await ask('GET', '/symbols', { key: gold }), await ask('GET', '/timeframes', { key: gold })];
      expect([symbols.body, timeframes.body]).toMatchObject([
        { tier: 'FREE', symbols: expect.not.arrayContaining(['BTCUSD']) },
        { tier: 'FREE', timeframes: expect.not.arrayContaining(['D1']) },
      ]);
      expect(own.map(({ body }) => body)).toMatchObject([
        { symbols: expect.arrayContaining(symbols.body['symbols'] as string[]) },
        { timeframes: expect.arrayContaining(timeframes.body['timeframes'] as string[]) },
      ]);
    });

    it('delete only a tier without accounts', async () => {
      await ask('POST', '/admin/tiers', { body: GOLD });
      await app.key({ tier: 'GOLD' });
      const used = await ask('DELETE', '/admin/tiers/GOLD');
      expect(used).toMatchObject({
        status: 400,
        body: { errors: [{ parameter: 'name', message: /tier of 1 accounts/ }] },
      });
      const own = await ask('DELETE', '/admin/tiers/FREE');
      expect(own.body.errors).toMatchObject([{ parameter: 'name' }]);
      const spare = { name: 'SPARE', rank: 9, symbols: ['EURUSD'], timeframes: ['H1'], limits: { per_minute: 1 } };
      await ask('POST', '/admin/tiers', { body: spare });
      await ask('PATCH', '/admin/tiers/SPARE', { body: { timeframes: ['H4'], effective_at: inMs(HOUR_MS) } });
      const waiting = await ask('DELETE', '/admin/tiers/SPARE');
      expect(waiting).toMatchObject({ status: 400, body: { errors: [{ parameter: 'name' }] } });
      await ask('DELETE', '/admin/tiers/SPARE/versions/2');
      expect(await ask('DELETE', '/admin/tiers/SPARE')).toMatchObject({
        status: 200,
        body: { data: { name: 'SPARE' } },
      });
      expect(await ask('GET', '/admin/tiers/SPARE')).toMatchObject({
        status: 404,
        body: { kind: 'tier', id: 'SPARE' },
      });
      expect(await lastAudited()).toMatchObject({ action: 'tier.deleted', target: 'tier:SPARE' });
      const again = await ask('POST', '/admin/tiers', { body: { ...spare, limits: { per_minute: 2 } } });
      expect(again).toMatchObject({ status: 201, body: { data: { version: 5, limits: { per_minute: 2 } } } });
    });

    it('leave an account working that got its tier while another gateway deleted it', async () => {
      const brief = { name: 'BRIEF', rank: 20, symbols: ['EURUSD'], timeframes: ['H1'], limits: { per_minute: 77 } };
      await ask('POST', '/admin/tiers', { body: brief });
      other.clock.advance(app.clock.nowMs() - other.clock.nowMs());
      expect(await ask('DELETE', '/admin/tiers/BRIEF', { at: other })).toMatchObject({ status: 200 });
      const key = await app.key({ tier: 'BRIEF' });
      await app.tiers.refresh();
      await expect(app.key({ tier: 'BRIEF' })).rejects.toMatchObject({ code: 'invalid-parameter' });
      expect((await ask('GET', '/me', { key })).body.data).toMatchObject({ tier: 'BRIEF', limits: { per_minute: 77 } });
    });

    it('give a name and a rank to one of those who ask for it together', async () => {
      const tierOf = (name: string) => ({
        name,
        rank: 7,
        symbols: ['*'],
        timeframes: ['H1'],
        limits: { per_minute: 1 },
      });
      const answers = await Promise.all(
        ['A', 'B', 'A', 'B'].map((name, index) =>
          ask('POST', '/admin/tiers', { body: tierOf(name), at: index < 2 ? app : other }),
        ),
      );
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 400, 400, 400]);
    });

    it('keep neither change nor audit row when the audit row cannot be written', async () => {
      const before = await tier('PRO');
      const rename = (from: string, to: string) =>
        withAdmin((client) => client.query(`ALTER TABLE ${from} RENAME TO ${to}`), test.name);
      await rename('audit_event', 'audit_event_away');
      const failed = await ask('PATCH', '/admin/tiers/PRO', { body: { limits: { per_minute: 1 } } });
      await rename('audit_event_away', 'audit_event');
      expect(failed.status).toBe(500);
      expect(await tier('PRO')).toMatchObject({ version: before.version, limits: { per_minute: 600 } });
      expect(await perMinute(await app.key({ tier: 'PRO' }))).toMatchObject({ limit: 600 });
    });

    it('hold as last known while the database is away, and say so to admins', async () => {
      const key = await app.key();
      await ask('GET', '/me', { key });
      await cable.cut();
      app.clock.advance(5 * SECOND_MS);
      await app.tiers.refresh();
      expect(await perMinute(key)).toMatchObject({ limit: 3 });
      expect(await ask('GET', '/admin/tiers')).toMatchObject({ status: 503, body: { code: 'reduced-capacity' } });
      const change = await ask('PATCH', '/admin/tiers/FREE', { body: { limits: { per_minute: 1 } } });
      expect(change).toMatchObject({ status: 503, body: { code: 'reduced-capacity' } });
      expect(await perMinute(key)).toMatchObject({ limit: 3 });
      await cable.mend();
      expect((await tier('FREE')).limits.per_minute).toBe(3);
    });
  });

  describe('when they are asked for what cannot be', () => {
    beforeAll(open);
    afterAll(close);

    const whole = { rank: 1, symbols: ['EURUSD'], timeframes: ['H1'], limits: { per_minute: 1 } };
    it.each<[string, string, unknown, readonly string[]]>([
      ['PATCH', '/FREE', { effective_at: '2001-01-01T00:00:00Z' }, ['effective_at']],
      ['PATCH', '/FREE', { effective_at: '9000-01-01T00:00:00Z' }, ['effective_at']],
      ['PATCH', '/FREE', { effective_at: 'tomorrow' }, ['effective_at']],
      ['PATCH', '/FREE', { effective_at: '2026-02-30T00:00:00Z' }, ['effective_at']],
      ['PATCH', '/FREE', { effective_at: 1e15 }, ['effective_at']],
      ['PATCH', '/FREE', { symbols: [] }, ['symbols']],
      ['PATCH', '/FREE', { symbols: 'EURUSD' }, ['symbols']],
      ['PATCH', '/FREE', { symbols: ['EURUSD', 'EURUSD'] }, ['symbols']],
      ['PATCH', '/FREE', { symbols: ['*', 'EURUSD'] }, ['symbols']],
      ['PATCH', '/FREE', { symbols: ['NOPE', 'EURUSD'] }, ['symbols']],
      ['PATCH', '/FREE', { symbols: ['eurusd'], timeframes: ['H3', 'Z9'] }, ['symbols', 'timeframes']],
      ['PATCH', '/FREE', { symbols: [null], timeframes: null }, ['symbols', 'timeframes']],
      ['PATCH', '/FREE', { timeframes: ['W1'] }, ['timeframes']],
      ['PATCH', '/FREE', { timeframes: [] }, ['timeframes']],
      ['PATCH', '/FREE', { limits: { per_minute: 0 } }, ['limits.per_minute']],
      ['PATCH', '/FREE', { limits: { per_minute: 1e9, per_day: 1e10 } }, ['limits.per_minute', 'limits.per_day']],
      ['PATCH', '/FREE', { limits: { per_minute: null, concurrent: 1.5 } }, ['limits.per_minute', 'limits.concurrent']],
      ['PATCH', '/FREE', { limits: { per_minute: '60', per_hour: 1 } }, ['limits.per_minute', 'limits.per_hour']],
      ['PATCH', '/FREE', { limits: [{ per_minute: 60 }] }, ['limits']],
      ['PATCH', '/FREE', { limits: 60 }, ['limits']],
      ['PATCH', '/FREE', { rank: 5 }, ['rank']],
      ['PATCH', '/FREE', { rank: 1001, name: 'X', version: 7 }, ['rank', 'name', 'version']],
      ['PATCH', '/FREE', [], ['body']],
      ['PATCH', '/FREE', '{"__proto__": {"rank": 2}}', ['body']],
      ['PATCH', '/FREE', '{"constructor": {"prototype": {"rank": 2}}}', ['body']],
      ['PUT', '/FREE', {}, ['rank', 'symbols', 'timeframes', 'limits']],
      ['PUT', '/FREE', { ...whole, limits: {} }, ['limits.per_minute']],
      ['PUT', '/FREE', { ...whole, rank: 2, effective_at: '2026-01-06T00:00:00Z' }, ['rank']],
      ['POST', '', { ...whole, rank: 8, name: 'free' }, ['name']],
      ['POST', '', { ...whole, rank: 8, name: 'A B' }, ['name']],
      ['POST', '', { ...whole, rank: 8, name: '../X' }, ['name']],
      ['POST', '', { ...whole, rank: 8, name: 'X'.repeat(33) }, ['name']],
      ['POST', '', { ...whole, rank: 8, name: 'É\u0000' }, ['name']],
      ['POST', '', { ...whole, rank: 5, name: 'FREE' }, ['name', 'rank']],
      ['POST', '', { ...whole, rank: 8, name: 'LATER', effective_at: '2026-02-01T00:00:00Z' }, ['effective_at']],
      ['POST', '/FREE/preview', { symbols: ['NOPE'] }, ['symbols']],
    ])('refuse %s %s with %j', async (method, path, body, parameters) => {
      const refused = await ask(method, `/admin/tiers${path}`, { body });
      expect(refused.body).toMatchObject({ status: 400, code: 'invalid-parameter' });
      expect(new Set(refused.body.errors?.map(({ parameter }) => parameter))).toEqual(new Set(parameters));
    });

    it('name what is not served, and end with long lists before that', async () => {
      const refused = await ask('PATCH', '/admin/tiers/FREE', { body: { symbols: ['NOPE', 'EURUSD', 'NADA'] } });
      expect(refused.body.errors?.[0]?.message).toMatch(/not served: NOPE, NADA$/);
      const symbols = Array.from({ length: 2001 }, (_, index) => `X${index}`);
      const endless = await ask('PATCH', '/admin/tiers/FREE', { body: { symbols } });
      expect(endless.body.errors).toEqual([{ parameter: 'symbols', message: 'must have at most 2000 entries' }]);
    });

    it.each(['NONE', '%00', '%F0%9F%90%9F', "';--", 'constructor', '__proto__', 'X'.repeat(90)])(
      'know no tier %s',
      async (name) => {
        for (const [method, body] of [['GET'], ['DELETE'], ['PATCH', {}], ['PUT', whole]] as const) {
          const answer = await ask(method, `/admin/tiers/${name}`, { body });
          expect(answer.body).toMatchObject({ status: 404, code: 'not-found', kind: 'tier' });
        }
      },
    );

    it('are for admin keys with the scope tiers, and change nothing for others', async () => {
      const before = (await audited()).length;
      for (const key of [
        await app.key({ kind: 'adm', scopes: ['keys', 'accounts'] }),
        await app.key({ tier: 'PRO' }),
      ]) {
        for (const [method, path, body] of [
          ['GET', ''],
          ['GET', '/FREE'],
          ['POST', '', {}],
          ['PUT', '/FREE', {}],
          ['PATCH', '/FREE', {}],
          ['POST', '/FREE/preview', {}],
          ['DELETE', '/FREE'],
          ['DELETE', '/FREE/versions/1'],
        ] as const) {
          const refused = await ask(method, `/admin/tiers${path}`, { key, body });
          expect(refused).toMatchObject({ status: 403, body: { code: 'scope-required', required_scope: 'tiers' } });
        }
      }
      expect(await audited()).toHaveLength(before);
    });
  });
});
