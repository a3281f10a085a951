import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatKey, parseKey } from '../../src/access/credentials/api-key.js';
import { DataAnswer } from '../../src/http/index.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { probe, ProbeController } from './probe.controller.js';

const DAY_MS = 86_400_000;
const MANY_ADDRESSES = Array.from({ length: 51 }, (_, host) => `10.0.0.${host}`);

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & { data: Record<string, unknown>; errors?: { parameter: string }[] };
}

describe('admin routes of keys', () => {
  let app: TestGateway;
  let admin: string;

  beforeAll(async () => {
    app = await gateway().withControllers(ProbeController).start();
    admin = await app.key({ kind: 'adm' });
  });
  afterAll(() => app.close());

  const call = async (method: string, path: string, body?: unknown, key = admin): Promise<Answer> => {
    const response = await fetch(`${app.url}/api/v1/admin/keys${path}`, {
      method,
      headers: { 'x-api-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
  };

  it('make a key that works, show it once, and leave account, key and audit rows', async () => {
    app.stores.accounts.audited.length = 0;
    const made = await call('POST', '', { kind: 'live', name: 'web shop', tier: 'pro', account_name: 'Example Ltd' });
    expect(made.status).toBe(201);
    expect(made.headers.get('cache-control')).toBe('no-store');
    const key = String(made.body.data['key']);
    const id = parseKey(key)?.id;
    expect(made.body.data).toMatchObject({ id, kind: 'live', tier: 'PRO', account_name: 'Example Ltd', scopes: [] });
    const me = await fetch(`${app.url}/api/v1/me`, { headers: { 'x-api-key': key } });
    expect(await me.json()).toMatchObject({ data: { tier: 'PRO', account_id: made.body.data['account_id'] } });
    const list = await call('GET', '');
    expect(JSON.stringify(list.body)).not.toContain(key);
    expect(JSON.stringify(list.body)).toContain(id);
    const actor = `key:${parseKey(admin)?.id}`;
    expect(app.stores.accounts.audited).toMatchObject([
      { action: 'account.created', actor, requestId: made.headers.get('x-request-id') },
      { action: 'key.created', actor, target: `key:${id}` },
    ]);
    expect(JSON.stringify(app.stores.accounts.audited)).not.toContain(parseKey(key)?.secret);
  });

  it('create more keys for an existing account', async () => {
    const first = await call('POST', '', { kind: 'live', name: 'one' });
    const account_id = first.body.data['account_id'];
    const second = await call('POST', '', { kind: 'live', name: 'two', account_id });
    expect(second.body.data).toMatchObject({ account_id, account_name: 'one', tier: 'FREE' });
    const listed = await call('GET', `?account_id=${String(account_id)}`);
    expect((listed.body.data['keys'] as { name: string }[]).map(({ name }) => name)).toEqual(['two', 'one']);
  });

  it.each([
    [{}, ['kind', 'name']],
    [{ kind: 'other', name: 'x' }, ['kind']],
    [{ kind: 'live', name: '' }, ['name']],
    [{ kind: 'live', name: 'a\nb' }, ['name']],
    [{ kind: 'live', name: 'x'.repeat(101) }, ['name']],
    [{ kind: 'live', name: 7 }, ['name']],
    [{ kind: 'live', name: 'x', tier: 'GOLD' }, ['tier']],
    [{ kind: 'live', name: 'x', scopes: ['keys'] }, ['scopes']],
    [{ kind: 'adm', name: 'x', scopes: ['everything'] }, ['scopes']],
    [{ kind: 'adm', name: 'x', scopes: 'keys' }, ['scopes']],
    [{ kind: 'live', name: 'x', expires_at: 'tomorrow' }, ['expires_at']],
    [{ kind: 'live', name: 'x', expires_at: 4_000_000_000_000 }, ['expires_at']],
    [{ kind: 'live', name: 'x', not_before: '2027-02-30T00:00:00Z' }, ['not_before']],
    [{ kind: 'live', name: 'x', account_id: null, tier: null, scopes: null }, ['account_id', 'tier', 'scopes']],
    [{ kind: 'live', name: ['x'], account_name: {} }, ['name', 'account_name']],
    [{ kind: 'live', name: 'x', expires_at: '2001-01-01T00:00:00Z' }, ['expires_at']],
    [{ kind: 'live', name: 'x', account_id: '../x' }, ['account_id']],
    [{ kind: 'live', name: 'x', account_id: '0'.repeat(26), tier: 'PRO' }, ['account_id']],
    [{ kind: 'live', name: 'x', secret: 'mine' }, ['secret']],
    [{ kind: 'test', name: 'x', scopes: ['keys'] }, ['scopes']],
    [{ kind: 'live', name: 'x', expires_at: '2027-W01-1' }, ['expires_at']],
    [{ kind: 'live', name: 'x', expires_at: '+275760-09-13T00:00:00Z' }, ['expires_at']],
    [{ kind: 'live', name: 'x', not_before: '2027-01-01' }, ['not_before']],
    [{ kind: 'live', name: 'x', allowed_addresses: '192.0.2.1' }, ['allowed_addresses']],
    [{ kind: 'live', name: 'x', allowed_addresses: ['localhost'] }, ['allowed_addresses']],
    [{ kind: 'live', name: 'x', allowed_addresses: ['192.0.2.1', '192.0.2.0/33'] }, ['allowed_addresses']],
    [{ kind: 'live', name: 'x', allowed_addresses: [null, {}] }, ['allowed_addresses']],
    [{ kind: 'live', name: 'x', allowed_addresses: ['::1', '::1'] }, ['allowed_addresses']],
    [{ kind: 'live', name: 'x', allowed_addresses: MANY_ADDRESSES }, ['allowed_addresses']],
  ])('refuse the order %j', async (body, parameters) => {
    const refused = await call('POST', '', body);
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ code: 'invalid-parameter' });
    expect(new Set(refused.body.errors?.map(({ parameter }) => parameter))).toEqual(new Set(parameters));
  });

  it('know no account that does not exist', async () => {
    const refused = await call('POST', '', { kind: 'live', name: 'x', account_id: '0'.repeat(26) });
    expect(refused).toMatchObject({ status: 404, body: { code: 'not-found', kind: 'account', id: '0'.repeat(26) } });
  });

  it('refuse to grant more than the admin has', async () => {
    const limited = await app.key({ kind: 'adm', scopes: ['keys'] });
    const refused = await call('POST', '', { kind: 'adm', name: 'x', scopes: ['*'] }, limited);
    expect(refused).toMatchObject({ status: 403, body: { code: 'scope-required' } });
    const { account_id } = (await call('POST', '', { kind: 'live', name: 'x' })).body.data;
    const granted = await call('POST', '', { kind: 'adm', name: 'x', account_id }, limited);
    expect(granted.body.data['scopes']).toEqual(['keys']);
  });

  it('make an account with a key only for who may make accounts', async () => {
    const order = { kind: 'live', name: 'x', tier: 'PRO' };
    const limited = await app.key({ kind: 'adm', scopes: ['keys'] });
    const refused = await call('POST', '', order, limited);
    expect(refused).toMatchObject({ status: 403, body: { code: 'scope-required', required_scope: 'accounts' } });
    const both = await app.key({ kind: 'adm', scopes: ['keys', 'accounts'] });
    expect(await call('POST', '', order, both)).toMatchObject({ status: 201, body: { data: { tier: 'PRO' } } });
  });

  it('keep whole keys out of what is written down for ever, and say each fault once', async () => {
    const { key, id } = (await call('POST', '', { kind: 'live', name: 'x' })).body.data;
    for (const text of [String(key), `leaked: ${String(key)}`, '  ']) {
      expect((await call('POST', `/${String(id)}/revoke`, { reason: text })).status).toBe(400);
      expect((await call('POST', '', { kind: 'live', name: text })).status).toBe(400);
    }
    expect((await call('POST', '', { kind: 'live', name: `after ${String(id)}` })).status).toBe(201);
    const { errors } = (await call('POST', '', { kind: 'live', name: 'x', expires_at: 'tomorrow' })).body;
    expect(errors).toHaveLength(1);
  });

  it('revoke with a reason, once', async () => {
    const made = await call('POST', '', { kind: 'live', name: 'x' });
    const id = String(made.body.data['id']);
    const revoked = await call('POST', `/${id}/revoke`, { reason: 'leaked' });
    expect(revoked).toMatchObject({ status: 200, body: { data: { id, revoked_reason: 'leaked' } } });
    expect((await call('POST', `/${id}/revoke`, { reason: 'again' })).body.data['revoked_reason']).toBe('leaked');
    const me = await fetch(`${app.url}/api/v1/me`, { headers: { 'x-api-key': String(made.body.data['key']) } });
    expect(await me.json()).toMatchObject({ code: 'key-revoked' });
  });

  it('know no key that does not exist, and want a reason', async () => {
    const unknown = await call('POST', '/nobody/revoke', { reason: 'x' });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'not-found', kind: 'key', id: 'nobody' } });
    expect(await call('POST', '/nobody/revoke', {})).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'reason' }] },
    });
  });

  it('list in pages, newest first, every key once', async () => {
    const seen: string[] = [];
    let query = '?limit=3';
    for (;;) {
      const page = await call('GET', query);
      seen.push(...(page.body.data['keys'] as { id: string }[]).map(({ id }) => id));
      if (page.body['next_cursor'] === null) break;
      query = `?limit=3&cursor=${page.body['next_cursor'] as string}`;
    }
    expect(seen).toEqual([...app.stores.accounts.keys.keys()].reverse());
  });

  it.each(['?limit=0', '?limit=1001', '?cursor=%00', '?account_id=x', '?page=2'])(
    'refuse the list with %s',
    async (query) => {
      expect((await call('GET', query)).status).toBe(400);
    },
  );

  const me = async (key: string): Promise<string> => {
    const response = await fetch(`${app.url}/api/v1/me`, { headers: { 'x-api-key': key } });
    return response.status === 200 ? 'welcome' : ((await response.json()) as { code: string }).code;
  };
  const made = async (body: object = {}): Promise<{ id: string; key: string }> => {
    const { status, body: answer } = await call('POST', '', { kind: 'live', name: 'x', ...body });
    expect(status).toBe(201);
    return answer.data as unknown as { id: string; key: string };
  };

  describe('rotate', () => {
    it('a key: both work for the overlap, the new one has everything of the old one', async () => {
      const order = {
        kind: 'adm',
        name: 'robot',
        scopes: ['usage', 'keys'],
        allowed_addresses: ['127.0.0.0/8', '::1'],
      };
      const old = await made(order);
      app.stores.accounts.audited.length = 0;
      const rotated = await call('POST', `/${old.id}/rotate`, { overlap_seconds: 3600 });
      expect(rotated.status).toBe(201);
      expect(rotated.headers.get('cache-control')).toBe('no-store');
      const { key, id, old_key } = rotated.body.data as unknown as { key: string; id: string; old_key: object };
      expect(rotated.body.data).toMatchObject({ ...order, expires_at: null, replaced_by: null });
      const ends = new Date(app.clock.nowMs() + 3_600_000).toISOString();
      expect(old_key).toMatchObject({ id: old.id, expires_at: ends, replaced_by: id });
      expect([await me(old.key), await me(key)]).toEqual(['welcome', 'welcome']);
      app.clock.advance(3_600_000);
      expect([await me(old.key), await me(key)]).toEqual(['key-expired', 'welcome']);
      expect(app.stores.accounts.audited).toMatchObject([
        { action: 'key.rotated', target: `key:${old.id}`, detail: { before: {}, after: { replaced_by: id } } },
        { action: 'key.created', target: `key:${id}`, detail: { before: null, rotated_from: old.id } },
      ]);
      expect(JSON.stringify(app.stores.accounts.audited)).not.toContain(parseKey(key)?.secret);
    });

    it('without overlap immediately, and never let the old key live longer than before', async () => {
      const now = app.clock.nowMs();
      const soon = new Date(now + 60_000).toISOString();
      const old = await made({ expires_at: soon });
      const later = new Date(now + 90 * DAY_MS).toISOString();
      const rotated = await call('POST', `/${old.id}/rotate`, { overlap_seconds: 2_592_000, expires_at: later });
      expect(rotated.body.data).toMatchObject({ expires_at: later, old_key: { expires_at: soon } });
      const again = await call('POST', `/${String(rotated.body.data['id'])}/rotate`, { overlap_seconds: 0 });
      expect([await me(String(rotated.body.data['key'])), await me(String(again.body.data['key']))]).toEqual([
        'key-expired',
        'welcome',
      ]);
    });

    it('only what can be rotated, and once, however many ask', async () => {
      const old = await made();
      const rotate = (id: string) => call('POST', `/${id}/rotate`, { overlap_seconds: 60 });
      const answers = await Promise.all([rotate(old.id), rotate(old.id), rotate(old.id)]);
      expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 412, 412]);
      const revoked = await made();
      await call('POST', `/${revoked.id}/revoke`, { reason: 'x' });
      expect(await rotate(revoked.id)).toMatchObject({
        status: 412,
        body: { code: 'precondition-failed', kind: 'key' },
      });
      const ended = await made({ expires_at: new Date(app.clock.nowMs() + 1000).toISOString() });
      app.clock.advance(1000);
      expect((await rotate(ended.id)).status).toBe(412);
      expect(await rotate('nobody')).toMatchObject({ status: 404, body: { kind: 'key', id: 'nobody' } });
    });

    it('no key with more scopes than their own', async () => {
      const limited = await app.key({ kind: 'adm', scopes: ['keys'] });
      const mighty = await made({ kind: 'adm', scopes: ['*'] });
      const refused = await call('POST', `/${mighty.id}/rotate`, { overlap_seconds: 0 }, limited);
      expect(refused).toMatchObject({ status: 403, body: { code: 'scope-required' } });
      expect(await me(mighty.key)).toBe('welcome');
    });

    it.each([
      [{}, 'overlap_seconds'],
      [{ overlap_seconds: -1 }, 'overlap_seconds'],
      [{ overlap_seconds: 2_592_001 }, 'overlap_seconds'],
      [{ overlap_seconds: 1.5 }, 'overlap_seconds'],
      [{ overlap_seconds: '60' }, 'overlap_seconds'],
      [{ overlap_seconds: null }, 'overlap_seconds'],
      [{ overlap_seconds: 60, expires_at: '2001-01-01T00:00:00Z' }, 'expires_at'],
      [{ overlap_seconds: 60, scopes: ['*'] }, 'scopes'],
    ])('nothing for the invalid body %j', async (body, parameter) => {
      const old = await made();
      expect(await call('POST', `/${old.id}/rotate`, body)).toMatchObject({
        status: 400,
        body: { errors: [{ parameter }] },
      });
      expect(await me(old.key)).toBe('welcome');
    });
  });

  describe('verify', () => {
    const verify = async (key: string, address?: string) =>
      (await call('POST', '/verify', { key, ...(address === undefined ? {} : { address }) })).body.data;

    it('says what a key is and whether it works, without using it', async () => {
      const now = app.clock.nowMs();
      const at = (ms: number) => new Date(now + ms).toISOString();
      const good = await made({ allowed_addresses: ['198.51.100.0/24'] });
      expect(await verify(` ${good.key}\n`)).toMatchObject({ usable: true, reason: null, key: { id: good.id } });
      expect(await verify(good.key, '198.51.100.9')).toMatchObject({ usable: true });
      expect(await verify(good.key, '203.0.113.1')).toMatchObject({ usable: false, reason: 'address-not-allowed' });
      expect(await verify((await made({ not_before: at(5000) })).key)).toMatchObject({ reason: 'key-not-yet-valid' });
      const ended = await made({ expires_at: at(5000) });
      app.clock.advance(5000);
      expect(await verify(ended.key)).toMatchObject({ usable: false, reason: 'key-expired', key: { id: ended.id } });
      await call('POST', `/${good.id}/revoke`, { reason: 'x' });
      expect(await verify(good.key)).toMatchObject({ usable: false, reason: 'key-revoked' });
      expect(app.stores.audit.entries.filter(({ target, actor }) => `${target}${actor}`.includes(good.id))).toEqual([]);
    });

    it('tells nothing of a key whose secret is wrong', async () => {
      const parsed = parseKey((await made()).key);
      const other = parseKey((await made()).key);
      if (parsed === undefined || other === undefined) throw new Error('the test keys are broken');
      const nothing = { usable: false, reason: 'key-invalid', key: null };
      expect(await verify(formatKey({ ...parsed, secret: other.secret }))).toEqual(nothing);
      expect(await verify(formatKey({ ...parsed, kind: 'adm' }))).toEqual(nothing);
      expect(await verify('hello')).toEqual(nothing);
      expect((await call('POST', '/verify', { key: 7 })).status).toBe(400);
      expect((await call('POST', '/verify', { key: 'x'.repeat(201) })).status).toBe(400);
    });

    it('takes no address that is none for one that the key is not for', async () => {
      const { key } = await made({ allowed_addresses: ['198.51.100.0/24'] });
      for (const address of ['nonsense', '', '198.51.100.0/24', 7]) {
        const refused = await call('POST', '/verify', { key, address });
        expect(refused).toMatchObject({ status: 400, body: { errors: [{ parameter: 'address' }] } });
      }
    });
  });

  it('show one key, and list by account, kind and state', async () => {
    const key = await made({ kind: 'test', name: 'one of its kind' });
    const shown = await call('GET', `/${key.id}`);
    expect(shown.body.data).toMatchObject({ id: key.id, kind: 'test', name: 'one of its kind', last_used_at: null });
    expect(JSON.stringify(shown.body)).not.toContain(parseKey(key.key)?.secret);
    const account = String(shown.body.data['account_id']);
    const ids = async (query: string) =>
      ((await call('GET', `?account_id=${account}${query}`)).body.data['keys'] as { id: string }[]).map(({ id }) => id);
    expect([await ids('&kind=test'), await ids('&kind=live'), await ids('&state=active')]).toEqual([
      [key.id],
      [],
      [key.id],
    ]);
    await call('POST', `/${key.id}/revoke`, { reason: 'x' });
    expect([await ids('&state=active'), await ids('&state=revoked')]).toEqual([[], [key.id]]);
    expect(await call('GET', '/nobody')).toMatchObject({ status: 404, body: { code: 'not-found', kind: 'key' } });
  });

  it('know when a key was used last, within a minute', async () => {
    const key = await made();
    await me(key.key);
    const used = new Date(app.clock.nowMs()).toISOString();
    await app.clock.advanceAsync(60_000, 5000);
    expect((await call('GET', `/${key.id}`)).body.data['last_used_at']).toBe(used);
  });

  it('refuse a key from an address outside its list, and ignore a forged forwarding header', async () => {
    const elsewhere = await made({ allowed_addresses: ['198.51.100.0/24', '2001:db8::/32'] });
    const here = await made({ allowed_addresses: ['127.0.0.1', '::1'] });
    expect([await me(elsewhere.key), await me(here.key)]).toEqual(['address-not-allowed', 'welcome']);
    const pretended = await fetch(`${app.url}/api/v1/me`, {
      headers: { 'x-api-key': elsewhere.key, 'x-forwarded-for': '198.51.100.7', forwarded: 'for=198.51.100.7' },
    });
    expect(pretended.status).toBe(403);
    expect(await pretended.json()).toMatchObject({ code: 'address-not-allowed' });
  });

  it('make keys of kind test, which read simulated series and no others', async () => {
    const test = await made({ kind: 'test', tier: 'PRO' });
    const live = await made({ tier: 'PRO' });
    const read = async (key: string) => {
      const response = await fetch(`${app.url}/api/v1/probe/EURUSD/H1`, { headers: { 'x-api-key': key } });
      return [response.status, ((await response.json()) as { code?: string }).code];
    };
    const answerFrom = (source: 'terminal' | 'store' | 'simulator') => () =>
      new DataAnswer({ body: Buffer.from('{}'), maxAgeSeconds: 1, asOf: 1, source });
    for (const source of ['terminal', 'store'] as const) {
      probe.act = answerFrom(source);
      expect([source, await read(test.key), await read(live.key)]).toEqual([
        source,
        [403, 'scope-required'],
        [200, undefined],
      ]);
    }
    probe.act = answerFrom('simulator');
    expect([await read(test.key), await read(live.key)]).toEqual([
      [200, undefined],
      [200, undefined],
    ]);
    probe.act = () => ({ data: {} });
    expect(await read(test.key)).toEqual([403, 'scope-required']);
    const listed = await fetch(`${app.url}/api/v1/admin/keys`, { headers: { 'x-api-key': test.key } });
    expect(listed.status).toBe(403);
  });

  it('make a revocation by another gateway act within a second, and a new key of theirs known', async () => {
    const key = await made();
    expect(await me(key.key)).toBe('welcome');
    const record = app.stores.accounts.keys.get(key.id);
    if (record === undefined) throw new Error('no key');
    app.stores.accounts.keys.set(key.id, {
      ...record,
      revokedAt: new Date(app.clock.nowMs()),
      revokedReason: 'elsewhere',
    });
    app.stores.accounts.changes = [{ kind: 'key', id: key.id, stamp: 'revoked' }];
    await app.clock.advanceAsync(1000, 100);
    expect(await me(key.key)).toBe('key-revoked');
    app.stores.accounts.keys.delete(key.id);
    app.stores.accounts.changes = [{ kind: 'key', id: key.id, stamp: 'gone' }];
    await app.clock.advanceAsync(1000, 100);
    expect(await me(key.key)).toBe('key-invalid');
    app.stores.accounts.keys.set(key.id, record);
    app.stores.accounts.changes = [{ kind: 'key', id: key.id, stamp: 'made' }];
    await app.clock.advanceAsync(1000, 100);
    expect(await me(key.key)).toBe('welcome');
  });

  it('read nothing of a body before the key is known to be good', async () => {
    const post = async (headers: Record<string, string>, body: string) => {
      const response = await fetch(`${app.url}/api/v1/admin/keys`, { method: 'POST', headers, body });
      return [response.status, ((await response.json()) as { code: string }).code];
    };
    const json = { 'content-type': 'application/json' };
    for (const [headers, body] of [
      [json, '{'],
      [json, '{"__proto__":{}}'],
      [json, 'x'.repeat(200_000)],
      [{ 'content-type': 'text/xml' }, '<a/>'],
    ] as const) {
      expect(await post(headers, body)).toEqual([401, 'key-missing']);
    }
    expect(await post({ ...json, 'x-api-key': await app.key() }, '{')).toEqual([403, 'scope-required']);
    const keyed = { ...json, 'x-api-key': admin };
    expect(await post(keyed, '{')).toEqual([400, 'invalid-parameter']);
    expect(await post(keyed, JSON.stringify('x'.repeat(200_000)))).toEqual([413, 'payload-too-large']);
    expect(await post({ ...keyed, 'content-type': 'text/xml' }, '<a/>')).toEqual([415, 'unsupported-media-type']);
  });

  it('slow down who guesses, and never who has a valid key', async () => {
    app.clock.advance(60_000);
    const guess = async (key: string) => {
      const response = await fetch(`${app.url}/api/v1/me`, { headers: { 'x-api-key': key } });
      return { status: response.status, headers: response.headers, body: (await response.json()) as object };
    };
    for (let guesses = 0; guesses < 60; guesses++) expect((await guess('nonsense')).status).toBe(401);
    const limited = await guess('nonsense');
    expect(limited).toMatchObject({
      status: 429,
      body: { code: 'quota-exceeded', violated_policies: ['failed-auth'], retryable: true },
    });
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    const good = await made();
    expect(await me(good.key)).toBe('welcome');
    expect((await fetch(`${app.url}/api/v1/me`)).status).toBe(429);
    await call('POST', `/${good.id}/revoke`, { reason: 'x' });
    expect(await me(good.key)).toBe('quota-exceeded');
    app.clock.advance(60_000);
    expect(await me(good.key)).toBe('key-revoked');
    const refused = app.stores.audit.entries.filter(({ detail }) => detail['reason'] === 'key-invalid');
    expect(refused.reduce((sum, { detail }) => sum + Number(detail['count']), 0)).toBeGreaterThanOrEqual(60);
    expect(refused.length).toBeLessThan(10);
  });

  it('look at the address that a trusted proxy tells of, and at no other that the caller makes up', async () => {
    const behindProxy = await gateway().withServer({ trustedProxies: 1 }).start();
    try {
      const key = await behindProxy.key({ allowedAddresses: ['198.51.100.0/24'] });
      const status = async (forwarded: string) => {
        const headers = { 'x-api-key': key, 'x-forwarded-for': forwarded };
        return (await fetch(`${behindProxy.url}/api/v1/me`, { headers })).status;
      };
      expect(await status('198.51.100.7')).toBe(200);
      expect(await status('203.0.113.9, 198.51.100.7')).toBe(200);
      expect(await status('198.51.100.7, 203.0.113.9')).toBe(403);
      expect(await status('nonsense')).toBe(403);
    } finally {
      await behindProxy.close();
    }
  });
});
