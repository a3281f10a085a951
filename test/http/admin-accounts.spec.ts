import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseKey } from '../../src/access/credentials/api-key.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & { data: Record<string, unknown>; errors?: { parameter: string }[] };
}

interface Asking {
  readonly key?: string;
  readonly headers?: Record<string, string>;
  /** Sent as it is. */
  readonly text?: string;
}

describe('admin routes of accounts', () => {
  let app: TestGateway;
  let admin: string;

  beforeAll(async () => {
    app = await gateway().start();
    admin = await app.key({ kind: 'adm', name: 'operators' });
  });
  afterAll(() => app.close());

  const call = async (method: string, path: string, body?: unknown, asking: Asking = {}): Promise<Answer> => {
    const text = asking.text ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${app.url}/api/v1/admin${path}`, {
      method,
      headers: {
        'x-api-key': asking.key ?? admin,
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...asking.headers,
      },
      ...(text === undefined ? {} : { body: text }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
  };
  const created = async (body: object = {}): Promise<Record<string, unknown> & { id: string }> => {
    const { status, body: answer } = await call('POST', '/accounts', { name: 'Example Ltd', ...body });
    expect(status).toBe(201);
    return answer.data as { id: string };
  };
  const me = async (key: string) => {
    const response = await fetch(`${app.url}/api/v1/me`, { headers: { 'x-api-key': key } });
    return (await response.json()) as { code?: string; data?: { tier: string } };
  };

  it('make, find and show accounts, with the version as ETag and an audit row', async () => {
    app.stores.accounts.audited.length = 0;
    const made = await call('POST', '/accounts', { name: 'Müller & Söhne', tier: 'pro', external_id: 'shop-1' });
    expect(made.status).toBe(201);
    expect(made.headers.get('etag')).toBe('"v1"');
    expect(made.body.data).toMatchObject({
      name: 'Müller & Söhne',
      tier: 'PRO',
      external_id: 'shop-1',
      state: 'active',
    });
    const { id } = made.body.data;
    expect(app.stores.accounts.audited).toMatchObject([
      {
        action: 'account.created',
        actor: `key:${parseKey(admin)?.id}`,
        target: `account:${String(id)}`,
        requestId: made.headers.get('x-request-id'),
        detail: { before: null, after: { tier: 'PRO', external_id: 'shop-1' } },
      },
    ]);
    expect((await call('GET', `/accounts/${String(id)}`)).body.data).toEqual(made.body.data);
    for (const query of ['?external_id=shop-1', '?search=m%C3%BCller', '?tier=pro&state=active&search=shop-1']) {
      const { body } = await call('GET', `/accounts${query}`);
      expect([query, (body.data as unknown as { id: string }[]).map((account) => account.id)]).toEqual([query, [id]]);
    }
    expect((await call('GET', '/accounts?state=suspended')).body).toEqual({
      success: true,
      data: [],
      next_cursor: null,
    });
  });

  it('list in pages, newest first, every account once', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await created({ name });
    const seen: string[] = [];
    let query = '?limit=2';
    for (;;) {
      const { body } = await call('GET', `/accounts${query}`);
      seen.push(...(body.data as unknown as { id: string }[]).map(({ id }) => id));
      if (body['next_cursor'] === null) break;
      query = `?limit=2&cursor=${body['next_cursor'] as string}`;
    }
    expect(seen).toEqual([...app.stores.accounts.accounts.keys()].reverse());
  });

  it('change tier and state for every key atomically, with before and after in the audit trail', async () => {
    const account = await created();
    const key = await app.key({ accountId: account.id });
    expect((await me(key)).data?.tier).toBe('FREE');
    app.stores.accounts.audited.length = 0;
    const changed = await call('PATCH', `/accounts/${account.id}`, { tier: 'PRO', external_id: 'x-1' });
    expect(changed).toMatchObject({ status: 200, body: { data: { tier: 'PRO', external_id: 'x-1', version: 2 } } });
    expect(changed.headers.get('etag')).toBe('"v2"');
    expect((await me(key)).data?.tier).toBe('PRO');
    const suspended = await call('POST', `/accounts/${account.id}/suspend`, { reason: 'overdue' });
    expect(suspended.body.data).toMatchObject({ state: 'suspended', state_reason: 'overdue', version: 3 });
    expect((await me(key)).code).toBe('account-suspended');
    const resumed = await call('POST', `/accounts/${account.id}/resume`, { reason: 'paid' });
    expect(resumed.body.data).toMatchObject({ state: 'active', state_reason: 'paid' });
    expect((await me(key)).data?.tier).toBe('PRO');
    expect((await call('PATCH', `/accounts/${account.id}`, { external_id: null })).body.data['external_id']).toBeNull();
    expect(app.stores.accounts.audited).toMatchObject([
      {
        action: 'account.changed',
        detail: { before: { tier: 'FREE', version: 1 }, after: { tier: 'PRO', version: 2 } },
      },
      { action: 'account.suspended', detail: { after: { state: 'suspended', reason: 'overdue' } } },
      { action: 'account.resumed', detail: { before: { state: 'suspended' }, after: { state: 'active' } } },
      { action: 'account.changed', detail: { before: { external_id: 'x-1' }, after: { external_id: null } } },
    ]);
  });

  it('make a change by another gateway act within a second', async () => {
    const account = await created();
    const key = await app.key({ accountId: account.id });
    await me(key);
    const current = app.stores.accounts.accounts.get(account.id);
    if (current === undefined) throw new Error('no account');
    app.stores.accounts.accounts.set(account.id, { ...current, state: 'suspended' });
    app.stores.accounts.changes = [{ kind: 'account', id: account.id, stamp: '1' }];
    await app.clock.advanceAsync(1000, 100);
    expect((await me(key)).code).toBe('account-suspended');
    const lookups = app.stores.accounts.lookups.length;
    await app.clock.advanceAsync(2000, 100);
    await me(key);
    expect(app.stores.accounts.lookups).toHaveLength(lookups);
  });

  it('leave no trace of a change that changes nothing', async () => {
    const account = await created();
    app.stores.accounts.audited.length = 0;
    const same = await call('PATCH', `/accounts/${account.id}`, { name: 'Example Ltd', state: 'active' });
    expect(same).toMatchObject({ status: 200, body: { data: { version: 1 } } });
    expect((await call('PATCH', `/accounts/${account.id}`, {})).body.data['version']).toBe(1);
    expect((await call('POST', `/accounts/${account.id}/resume`, { reason: 'x' })).body.data['version']).toBe(1);
    expect(app.stores.accounts.audited).toEqual([]);
  });

  it('refuse a change of an account that another request has changed', async () => {
    const account = await created();
    const path = `/accounts/${account.id}`;
    const change = (tag: string, body: object) => call('PATCH', path, body, { headers: { 'if-match': tag } });
    expect((await change('"v1"', { name: 'one' })).status).toBe(200);
    expect(await change('"v1"', { name: 'two' })).toMatchObject({
      status: 412,
      body: { code: 'precondition-failed', kind: 'account', id: account.id, version: 2 },
    });
    expect((await change('*', { name: 'three' })).body.data['version']).toBe(3);
    expect(await change('v3', { name: 'four' })).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'If-Match' }] },
    });
    const results = await Promise.all(['a', 'b', 'c'].map((name) => change('"v3"', { name })));
    expect(results.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 412, 412]);
  });

  it('let no admin lock out the key that asks, by any of the ways', async () => {
    const own = [...app.stores.accounts.keys.values()].find(({ id }) => id === parseKey(admin)?.id)?.accountId;
    for (const [method, path, body] of [
      ['PATCH', `/accounts/${String(own)}`, { state: 'suspended' }],
      ['POST', `/accounts/${String(own)}/suspend`, { reason: 'x' }],
    ] as const) {
      expect(await call(method, path, body)).toMatchObject({
        status: 400,
        body: { code: 'invalid-parameter', errors: [{ parameter: 'state' }] },
      });
    }
    expect((await call('PATCH', `/accounts/${String(own)}`, { tier: 'PRO' })).status).toBe(200);
    expect((await call('GET', '/accounts')).status).toBe(200);
  });

  it.each([
    [{}, ['name']],
    [{ name: '' }, ['name']],
    [{ name: 'a\r\nforged log line' }, ['name']],
    [{ name: 'a\u2028b' }, ['name']],
    [{ name: '\u202Egnp.exe' }, ['name']],
    [{ name: 'x'.repeat(101) }, ['name']],
    [{ name: ['x'] }, ['name']],
    [{ name: { toString: 'x' } }, ['name']],
    [{ name: 'x', tier: 'GOLD' }, ['tier']],
    [{ name: 'x', tier: 'constructor' }, ['tier']],
    [{ name: 'x', tier: 7 }, ['tier']],
    [{ name: 'x', external_id: 'a b' }, ['external_id']],
    [{ name: 'x', external_id: 'shop-1' }, ['external_id']],
    [{ name: 'x', external_id: null }, ['external_id']],
    [{ name: 'x', state: 'suspended' }, ['state']],
    [{ name: 'x', id: '0'.repeat(26), version: 9 }, ['id', 'version']],
    [{ name: 'x', constructor: 1 }, ['constructor']],
  ])('refuse the account %j', async (body, parameters) => {
    const refused = await call('POST', '/accounts', body);
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ code: 'invalid-parameter' });
    expect(new Set(refused.body.errors?.map(({ parameter }) => parameter))).toEqual(new Set(parameters));
  });

  it.each([
    ['a polluted prototype', '{"name":"x","__proto__":{"tier":"PRO"}}'],
    ['a polluted constructor', '{"name":"x","constructor":{"prototype":{"tier":"PRO"}}}'],
    ['a body that is cut off', '{"name":"x"'],
    ['a list', '[{"name":"x"}]'],
    ['nothing', ''],
    ['null', 'null'],
    ['a very deep body', `{"name":${'['.repeat(40_000)}${']'.repeat(40_000)}}`],
  ])('refuse %s', async (_name, text) => {
    const refused = await call('POST', '/accounts', undefined, { text });
    expect([refused.status, refused.body['code']]).toEqual([400, 'invalid-parameter']);
  });

  it('know no account that does not exist, nor one that is named by the id of something else', async () => {
    const keyId = parseKey(admin)?.id ?? '';
    for (const id of ['0'.repeat(26), keyId, 'a%00b', '%2e%2e', 'x'.repeat(2000)]) {
      for (const [method, suffix, body] of [
        ['GET', '', undefined],
        ['PATCH', '', { name: 'x' }],
        ['POST', '/suspend', { reason: 'x' }],
      ] as const) {
        const refused = await call(method, `/accounts/${id}${suffix}`, body);
        expect([id.slice(0, 30), method, refused.status]).toEqual([id.slice(0, 30), method, 404]);
      }
    }
  });

  it.each(['?limit=0', '?limit=1001', '?state=gone', '?tier=a/b', '?search=', '?page=2', '?state=active&state=active'])(
    'refuse the list with %s',
    async (query) => expect((await call('GET', `/accounts${query}`)).status).toBe(400),
  );

  it('are closed to keys without the scope, and to those of customers', async () => {
    const limited = await app.key({ kind: 'adm', scopes: ['keys'] });
    const customer = await app.key({ tier: 'PRO' });
    for (const key of [limited, customer]) {
      expect(await call('POST', '/accounts', { name: 'x' }, { key })).toMatchObject({
        status: 403,
        body: { code: 'scope-required', required_scope: 'accounts' },
      });
    }
  });

  describe('with an Idempotency-Key', () => {
    const once = (name: string, body: object, path = '/accounts', key = admin) =>
      call('POST', path, body, { key, headers: { 'idempotency-key': name } });

    it('make an account once, and give the same answer again', async () => {
      const before = app.stores.accounts.accounts.size;
      const first = await once('order-1', { name: 'once' });
      const again = await once('order-1', { name: 'once' });
      expect([first.status, again.status]).toEqual([201, 201]);
      expect(again.body).toEqual(first.body);
      expect(again.headers.get('etag')).toBe('"v1"');
      expect(first.headers.get('idempotency-replayed')).toBeNull();
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(app.stores.accounts.accounts.size).toBe(before + 1);
    });

    it('refuse another body or another route, but not another admin', async () => {
      await once('order-2', { name: 'first' });
      const conflict = { status: 409, body: { code: 'idempotency-conflict' } };
      expect(await once('order-2', { name: 'second' })).toMatchObject(conflict);
      expect(await once('order-2', { name: 'first' }, '/accounts?')).toMatchObject(conflict);
      const other = await app.key({ kind: 'adm' });
      expect((await once('order-2', { name: 'first' }, '/accounts', other)).status).toBe(201);
    });

    it('do one of many at the same time, and refuse or answer the others', async () => {
      const before = app.stores.accounts.accounts.size;
      const answers = await Promise.all(Array.from({ length: 6 }, () => once('order-3', { name: 'race' })));
      expect(app.stores.accounts.accounts.size).toBe(before + 1);
      const done = answers.filter(({ status }) => status === 201);
      expect(done.length).toBeGreaterThan(0);
      expect(new Set(done.map(({ body }) => body.data['id'])).size).toBe(1);
      expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    });

    it('show the secret of a new key once, and say so afterwards', async () => {
      const body = { kind: 'live', name: 'x' };
      const first = await once('order-4', body, '/keys');
      const again = await once('order-4', body, '/keys');
      const key = String(first.body.data['key']);
      expect(parseKey(key)).toBeDefined();
      expect(again.body.data).toEqual({ ...first.body.data, key: expect.stringMatching(/^\(shown once/) });
      expect(again.headers.get('cache-control')).toBe('no-store');
      expect(JSON.stringify([...app.stores.idempotency.requests.values()])).not.toContain(parseKey(key)?.secret);
    });

    it('remember nothing of a refused write, so that it can be corrected', async () => {
      expect((await once('order-5', { name: '' })).status).toBe(400);
      expect((await once('order-5', { name: 'corrected' })).status).toBe(201);
    });

    it('never do twice what may have been done', async () => {
      const before = app.stores.accounts.accounts.size;
      app.stores.idempotency.loseAnswers = true;
      expect((await once('order-6', { name: 'lost' })).status).toBe(201);
      app.stores.idempotency.loseAnswers = false;
      expect(await once('order-6', { name: 'lost' })).toMatchObject({ status: 409 });
      app.stores.accounts.away = new Error('the connection broke while committing');
      expect((await once('order-7', { name: 'unclear' })).status).toBe(500);
      app.stores.accounts.away = undefined;
      expect(await once('order-7', { name: 'unclear' })).toMatchObject({ status: 409 });
      expect(app.stores.accounts.accounts.size).toBe(before + 1);
    });

    it.each(['', 'a b', 'x'.repeat(256), 'ü'])('refuse the name %j', async (name) => {
      expect(await once(name, { name: 'x' })).toMatchObject({
        status: 400,
        body: { errors: [{ parameter: 'Idempotency-Key' }] },
      });
    });

    it('change nothing about reads', async () => {
      const headers = { 'idempotency-key': 'order-8' };
      expect((await call('GET', '/accounts', undefined, { headers })).status).toBe(200);
      expect((await call('GET', '/accounts?limit=1', undefined, { headers })).status).toBe(200);
    });
  });
});
