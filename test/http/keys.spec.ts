import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { formatKey, generateKey, parseKey } from '../../src/access/credentials/api-key.js';
import { SeededRandom } from '../../src/kernel/index.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { rawHttp } from '../support/raw-http.js';
import { ForgottenController, probe, ProbeController } from './probe.controller.js';

const HOUR_MS = 3_600_000;

describe('keys over HTTP', () => {
  let app: TestGateway;
  let free: string;
  let pro: string;
  let admin: string;

  beforeAll(async () => {
    app = await gateway().withControllers(ProbeController).start();
    free = await app.key({ tier: 'FREE' });
    pro = await app.key({ tier: 'PRO' });
    admin = await app.key({ kind: 'adm', scopes: ['keys'] });
    probe.act = () => ({});
  });
  afterAll(() => app.close());
  beforeEach(() => app.clock.advance(60_000));

  const ask = async (path: string, headers: Record<string, string>, method = 'GET') => {
    const response = await fetch(app.url + path, { headers, method });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  };
  const me = (headers: Record<string, string>) => ask('/api/v1/me', headers);

  it.each([
    ['X-API-Key', (key: string) => ({ 'x-api-key': key })],
    ['Bearer', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['bearer in lower case', (key: string) => ({ authorization: `bearer ${key}` })],
    ['the same key in both', (key: string) => ({ 'x-api-key': key, authorization: `Bearer ${key}` })],
    ['a key next to a password for a proxy', (key: string) => ({ 'x-api-key': key, authorization: 'Basic YTpi' })],
  ])('are accepted as %s', async (_name, headers) => {
    expect((await me(headers(pro))).status).toBe(200);
  });

  it.each([
    ['nothing', {}, 'key-missing'],
    ['a blank header', { 'x-api-key': ' ' }, 'key-missing'],
    ['a password', { authorization: 'Basic YTpi' }, 'key-missing'],
    ['the admin header on a customer route', { 'x-admin-api-key': 'whatever' }, 'key-missing'],
    ['nonsense', { 'x-api-key': 'hello' }, 'key-invalid'],
    ['an unknown key', { 'x-api-key': formatKey(generateKey('live', new SeededRandom(1))) }, 'key-invalid'],
    ['a huge key', { 'x-api-key': `mt5g_live_${'a'.repeat(9000)}` }, 'key-invalid'],
  ])('are asked for with %s', async (_name, headers, code) => {
    const { status, headers: answered, body } = await me(headers);
    expect([status, body['code']]).toEqual([401, code]);
    expect(answered.get('www-authenticate')).toMatch(/^Bearer realm="mt5-gateway"/);
  });

  it('two different ones in one request are refused', async () => {
    expect((await me({ 'x-api-key': pro, authorization: `Bearer ${free}` })).body['code']).toBe('key-invalid');
  });

  it('an unknown id and a wrong secret look the same', async () => {
    const parsed = parseKey(pro);
    if (parsed === undefined) throw new Error('the test key is broken');
    const other = generateKey('live', new SeededRandom(7));
    const wrongSecret = await me({ 'x-api-key': formatKey({ ...parsed, secret: other.secret }) });
    const unknownId = await me({ 'x-api-key': formatKey({ ...parsed, id: other.id }) });
    const wrongKind = await me({ 'x-api-key': formatKey({ ...parsed, kind: 'adm' }) });
    const blank = ({ body }: { body: Record<string, unknown> }) => ({ ...body, request_id: '' });
    expect(wrongSecret.status).toBe(401);
    expect(blank(unknownId)).toEqual(blank(wrongSecret));
    expect(blank(wrongKind)).toEqual(blank(wrongSecret));
  });

  it('that expired, are not valid yet, or belong to a suspended account say so', async () => {
    const now = app.clock.nowMs();
    const later = await app.key({ notBefore: new Date(now + HOUR_MS) });
    const shortLived = await app.key({ expiresAt: new Date(now + HOUR_MS) });
    expect((await me({ 'x-api-key': later })).body['code']).toBe('key-not-yet-valid');
    expect((await me({ 'x-api-key': shortLived })).status).toBe(200);
    app.clock.advance(HOUR_MS);
    expect((await me({ 'x-api-key': later })).status).toBe(200);
    expect((await me({ 'x-api-key': shortLived })).body['code']).toBe('key-expired');
    const account = [...app.stores.accounts.accounts.values()].at(-1);
    if (account === undefined) throw new Error('no account');
    app.stores.accounts.accounts.set(account.id, { ...account, state: 'suspended' });
    const suspended = await app.key({ accountId: account.id });
    expect(await me({ 'x-api-key': suspended })).toMatchObject({ status: 403, body: { code: 'account-suspended' } });
  });

  it('stop working immediately when they are revoked on this gateway', async () => {
    const key = await app.key({ tier: 'PRO' });
    const id = parseKey(key)?.id ?? '';
    expect((await me({ 'x-api-key': key })).status).toBe(200);
    await app.issuer.revoke(id, 'test', { actor: 'test', requestId: undefined });
    expect(await me({ 'x-api-key': key })).toMatchObject({ status: 401, body: { code: 'key-revoked' } });
  });

  it.each(['api_key', 'apikey', 'key', 'token', 'access_token', 'API_KEY', 'Token'])(
    'are refused in the query parameter %s, on every route of the API, whatever its value',
    async (name) => {
      for (const path of [
        '/api/v1/me',
        '/api/me',
        '/api/v1/probe/EURUSD/H1',
        '/api/v1/probe/public',
        '/api/v1/admin/keys',
      ]) {
        const { status, body } = await ask(`${path}?${name}=x`, { 'x-api-key': pro });
        expect([path, status, body['code']]).toEqual([path, 400, 'key-in-query']);
      }
    },
  );

  it('are refused in the query also where the path is written in a way that only the router understands', async () => {
    for (const path of ['/%61pi/v1/me', `${app.url}/api/v1/me`, '/%61pi/v1/probe/public']) {
      const head = `GET ${path}?key=x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-API-Key: ${pro}\r\n\r\n`;
      expect([path, await rawHttp(app.url, head)]).toEqual([path, expect.stringContaining('"code":"key-in-query"')]);
    }
  });

  it('are recognized in any query parameter, and never repeated in the answer', async () => {
    for (const query of [`x=${pro}`, `x=1&x=${pro}`, pro, `bars=${pro}`]) {
      const { body } = await ask(`/api/v1/probe/EURUSD/H1?${query}`, {});
      expect(body['code']).toBe('key-in-query');
      expect(JSON.stringify(body)).not.toContain(pro);
    }
  });

  it('of admins are refused on data routes, those of customers on admin routes, and each scope counts', async () => {
    const refused = { status: 403, body: { code: 'scope-required' } };
    expect(await ask('/api/v1/probe/EURUSD/H1', { 'x-api-key': admin })).toMatchObject(refused);
    expect(await ask('/api/v1/admin/keys', { 'x-api-key': pro })).toMatchObject(refused);
    expect(
      await ask('/api/v1/probe/admin', { 'x-api-key': admin, 'content-type': 'application/json' }, 'POST'),
    ).toMatchObject(refused);
    const lacking = await fetch(`${app.url}/api/v1/probe/admin`, {
      method: 'POST',
      body: '{"count":1}',
      headers: { 'x-api-key': admin, 'content-type': 'application/json' },
    });
    expect(lacking.status).toBe(403);
    expect(await lacking.json()).toMatchObject({ code: 'scope-required', required_scope: 'terminals' });
    expect((await me({ 'x-api-key': admin })).status).toBe(200);
  });

  it('of admins may come as X-Admin-API-Key on admin routes', async () => {
    expect((await ask('/api/admin/keys', { 'x-admin-api-key': admin })).status).toBe(200);
  });

  it('leave one audit row per key and hour, and one for the first refusal of a kind', async () => {
    const key = await app.key({ tier: 'PRO' });
    const id = parseKey(key)?.id ?? '';
    app.stores.audit.entries.length = 0;
    await me({ 'x-api-key': key });
    await me({ 'x-api-key': key });
    expect(app.stores.audit.entries).toMatchObject([
      { action: 'key.used', actor: `key:${id}`, detail: { route: '/api/v1/me' } },
    ]);
    app.clock.advance(HOUR_MS);
    await me({ 'x-api-key': key });
    expect(app.stores.audit.entries).toHaveLength(2);
    await me({});
    await ask(`/api/v1/admin/keys`, { 'x-api-key': key });
    expect(app.stores.audit.entries.slice(2)).toMatchObject([
      { action: 'key.refused', actor: 'anonymous', detail: { reason: 'key-missing' } },
      { action: 'key.refused', actor: `key:${id}`, detail: { reason: 'scope-required' } },
    ]);
    expect(JSON.stringify(app.stores.audit.entries)).not.toContain(key);
  });

  it('keep working while the store is away, and unknown ones are our fault then', async () => {
    const fresh = await app.key({ tier: 'PRO' });
    await me({ 'x-api-key': pro });
    app.stores.accounts.away = new Error('connection refused');
    app.clock.advance(10 * 60_000);
    try {
      expect((await me({ 'x-api-key': pro })).status).toBe(200);
      expect((await me({ 'x-api-key': fresh })).status).toBe(200);
      const stranger = formatKey(generateKey('live', new SeededRandom(2)));
      const refused = await me({ 'x-api-key': stranger });
      expect(refused).toMatchObject({ status: 503, body: { code: 'reduced-capacity', retryable: true } });
      expect(refused.headers.get('retry-after')).toBe('5');
    } finally {
      app.stores.accounts.away = undefined;
    }
  });

  it('of admins open operational routes for a day while the store is away, and no others; revoked ones stay out', async () => {
    const operational = '/api/v1/probe/operational';
    const key = await app.key({ kind: 'adm' });
    const revoked = await app.key({ kind: 'adm' });
    const status = async (path: string, headers: Record<string, string>) => (await ask(path, headers)).status;
    expect(await status(operational, { 'x-api-key': key })).toBe(200);
    await app.issuer.revoke(parseKey(revoked)?.id ?? '', 'test', { actor: 'test', requestId: undefined });
    app.stores.accounts.away = new Error('connection refused');
    app.clock.advance(3 * HOUR_MS);
    app.stores.audit.entries.length = 0;
    try {
      expect(await status(operational, { 'x-api-key': key })).toBe(200);
      const action = 'key.used';
      expect(app.stores.audit.entries).toMatchObject([{ action, actor: `key:${parseKey(key)?.id}` }]);
      expect(await status('/api/v1/admin/keys', { 'x-api-key': key })).toBe(503);
      expect((await ask('/api/v1/probe/admin', { 'x-api-key': key }, 'POST')).status).toBe(503);
      expect((await ask(operational, { 'x-api-key': revoked })).body['code']).toBe('key-revoked');
      expect(await status(operational, { 'x-api-key': admin })).toBe(403);
      app.clock.advance(22 * HOUR_MS);
      expect(await status(operational, { 'x-api-key': key })).toBe(503);
    } finally {
      app.stores.accounts.away = undefined;
    }
  });
});

describe('tiers over HTTP', () => {
  let app: TestGateway;
  const keys: Record<string, string> = {};

  beforeAll(async () => {
    app = await gateway().withControllers(ProbeController).start();
    keys['FREE'] = await app.key({ tier: 'FREE' });
    keys['PRO'] = await app.key({ tier: 'PRO' });
    probe.act = () => ({});
  });
  afterAll(() => app.close());
  beforeEach(() => app.clock.advance(60_000));

  const ask = async (path: string, key: string, asked?: string) => {
    const headers = { 'x-api-key': keys[key] ?? '', ...(asked === undefined ? {} : { 'x-user-tier': asked }) };
    const response = await fetch(app.url + path, { headers });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  };

  it.each([
    ['FREE', undefined, 'FREE'],
    ['FREE', 'FREE', 'FREE'],
    ['FREE', 'free', 'FREE'],
    ['PRO', undefined, 'PRO'],
    ['PRO', 'PRO', 'PRO'],
    ['PRO', 'Pro', 'PRO'],
    ['PRO', 'FREE', 'FREE'],
    ['PRO', 'fReE', 'FREE'],
  ])('a %s key with X-User-Tier %s runs as %s', async (key, asked, effective) => {
    expect((await ask('/api/v1/symbols', key, asked)).body['tier']).toBe(effective);
    expect((await ask('/api/v1/me', key, asked)).body['data']).toMatchObject({ tier: key, effective_tier: effective });
  });

  it('a FREE key that asks for PRO is refused', async () => {
    expect(await ask('/api/v1/symbols', 'FREE', 'pro')).toMatchObject({
      status: 403,
      body: { code: 'tier-required', required_tier: 'PRO', tier: 'FREE', upgrade_required: true },
    });
  });

  it.each(['', 'GOLD', 'FREE, PRO', 'FREE,FREE', '1', 'constructor'])('X-User-Tier %j is no tier', async (asked) => {
    expect(await ask('/api/v1/symbols', 'PRO', asked)).toMatchObject({
      status: 400,
      body: { code: 'invalid-parameter', errors: [{ parameter: 'X-User-Tier', message: 'must be FREE or PRO' }] },
    });
  });

  it.each([
    ['FREE', undefined, 'AUDJPY', 'H1', 'FREE tier cannot access AUDJPY'],
    ['FREE', undefined, 'EURUSD', 'M5', 'FREE tier cannot access M5'],
    ['PRO', 'FREE', 'AUDJPY', 'M5', 'FREE tier cannot access AUDJPY'],
  ])('%s as %s may not read %s %s', async (key, asked, symbol, timeframe, error) => {
    expect(await ask(`/api/v1/probe/${symbol}/${timeframe}`, key, asked)).toMatchObject({
      status: 403,
      body: {
        success: false,
        error,
        code: 'tier-required',
        required_tier: 'PRO',
        tier: 'FREE',
        accessible_symbols: ['BTCUSD', 'EURUSD'],
        accessible_timeframes: ['H1', 'H4'],
        upgrade_required: true,
      },
    });
  });

  it('a lowered tier keeps the limits of the account', async () => {
    expect((await ask('/api/v1/symbols', 'PRO', 'FREE')).headers.get('x-ratelimit-limit')).toBe('600');
  });

  it('symbols and timeframes have the shape that existing clients read', async () => {
    expect((await ask('/api/symbols', 'FREE')).body).toEqual({
      success: true,
      tier: 'FREE',
      symbols: ['BTCUSD', 'EURUSD'],
    });
    expect((await ask('/api/v1/timeframes', 'PRO')).body).toEqual({
      success: true,
      tier: 'PRO',
      timeframes: ['M5', 'H1', 'H4'],
    });
  });
});

describe('a route without an access rule', () => {
  it('keeps the gateway from starting, and the error names controller and method', async () => {
    await expect(gateway().withControllers(ForgottenController).start()).rejects.toThrow(
      'ForgottenController.anything',
    );
  });
});

describe('a flood of refusals', () => {
  let app: TestGateway;
  let key: string;

  beforeAll(async () => {
    app = await gateway().withControllers(ProbeController).start();
    key = await app.key({ tier: 'PRO' });
  });
  afterAll(() => app.close());

  const refusals = () => app.stores.audit.entries.filter(({ action }) => action === 'key.refused');
  const status = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(app.url + path, { headers });
    await response.arrayBuffer();
    return response.status;
  };

  it('without a key is limited for its address, and leaves a bounded number of rows that count all of it', async () => {
    const statuses: number[] = [];
    for (let number = 0; number < 400; number++) statuses.push(await status('/api/v1/admin/keys'));
    expect(statuses.filter((code) => code === 401)).toHaveLength(60);
    expect(statuses.filter((code) => code === 429)).toHaveLength(340);
    expect(await status('/api/v1/me', { 'x-api-key': key })).toBe(200);
    app.clock.advance(65_000);
    expect(refusals()).toHaveLength(4);
    const counted = refusals().map(({ detail }) => [detail['reason'], detail['route'], detail['count']]);
    expect(counted).toEqual([
      ['key-missing', '/api/v1/admin/keys', 1],
      ['quota-exceeded', null, 1],
      ['key-missing', '/api/v1/admin/keys', 59],
      ['quota-exceeded', null, 339],
    ]);
  });

  it('loses no count when the gateway stops', async () => {
    app.stores.audit.entries.length = 0;
    for (let number = 0; number < 7; number++) await status('/api/v1/admin/keys', { 'x-api-key': key });
    expect(refusals()).toMatchObject([{ detail: { reason: 'scope-required', count: 1 } }]);
    await app.close();
    expect(refusals()).toMatchObject([{ detail: { count: 1 } }, { detail: { count: 6 } }]);
  });
});
