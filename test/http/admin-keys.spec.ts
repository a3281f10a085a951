import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseKey } from '../../src/access/index.js';
import { type HttpApp, startHttpApp } from '../support/http-app.js';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown> & { data: Record<string, unknown>; errors?: { parameter: string }[] };
}

describe('admin routes of keys', () => {
  let app: HttpApp;
  let admin: string;

  beforeAll(async () => {
    app = await startHttpApp();
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
    app.store.audited.length = 0;
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
    expect(app.store.audited).toMatchObject([
      { action: 'account.created', actor, requestId: made.headers.get('x-request-id') },
      { action: 'key.created', actor, target: `key:${id}` },
    ]);
    expect(JSON.stringify(app.store.audited)).not.toContain(parseKey(key)?.secret);
  });

  it('make further keys for an existing account', async () => {
    const first = await call('POST', '', { kind: 'live', name: 'one' });
    const account_id = first.body.data['account_id'];
    const second = await call('POST', '', { kind: 'live', name: 'two', account_id });
    expect(second.body.data).toMatchObject({ account_id, account_name: 'one', tier: 'FREE' });
    const listed = await call('GET', `?account_id=${String(account_id)}`);
    expect((listed.body.data as unknown as { name: string }[]).map(({ name }) => name)).toEqual(['two', 'one']);
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

  it('let nobody grant more than they have', async () => {
    const limited = await app.key({ kind: 'adm', scopes: ['keys'] });
    const refused = await call('POST', '', { kind: 'adm', name: 'x', scopes: ['*'] }, limited);
    expect(refused).toMatchObject({ status: 403, body: { code: 'scope-required' } });
    const granted = await call('POST', '', { kind: 'adm', name: 'x' }, limited);
    expect(granted.body.data['scopes']).toEqual(['keys']);
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
      seen.push(...(page.body.data as unknown as { id: string }[]).map(({ id }) => id));
      if (page.body['next_cursor'] === null) break;
      query = `?limit=3&cursor=${page.body['next_cursor'] as string}`;
    }
    expect(seen).toEqual([...app.store.keys.keys()].reverse());
  });

  it.each(['?limit=0', '?limit=1001', '?cursor=%00', '?account_id=x', '?page=2'])(
    'refuse the list with %s',
    async (query) => {
      expect((await call('GET', query)).status).toBe(400);
    },
  );
});
