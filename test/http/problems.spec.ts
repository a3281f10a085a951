import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ERROR_CODES } from '../../src/kernel/index.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { rawHttp } from '../support/raw-http.js';
import { probe, ProbeController, ProbeError, ProbeHealthController } from './probe.controller.js';

/** Statuses of the public codes, written down a second time on purpose. */
const STATUS: Record<(typeof ERROR_CODES)[number], number> = {
  'invalid-parameter': 400,
  'unknown-parameter': 400,
  'key-in-query': 400,
  'key-missing': 401,
  'key-invalid': 401,
  'key-expired': 401,
  'key-not-yet-valid': 401,
  'key-revoked': 401,
  'tier-required': 403,
  'scope-required': 403,
  'account-suspended': 403,
  'address-not-allowed': 403,
  'symbol-not-found': 404,
  'timeframe-not-supported': 404,
  'not-found': 404,
  'route-not-found': 404,
  'method-not-allowed': 405,
  'idempotency-conflict': 409,
  'precondition-failed': 412,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  'quota-exceeded': 429,
  'concurrency-exceeded': 429,
  internal: 500,
  'terminal-error': 502,
  'terminal-timeout': 504,
  'terminal-disconnected': 503,
  'history-loading': 503,
  'reduced-capacity': 503,
  'shutting-down': 503,
};

describe('problem documents', () => {
  let app: TestGateway;
  let pro: string;
  let admin: string;

  beforeAll(async () => {
    app = await gateway().withControllers(ProbeController, ProbeHealthController).start();
    pro = await app.key({ tier: 'PRO' });
    admin = await app.key({ kind: 'adm' });
  });
  afterAll(() => app.close());
  beforeEach(() => app.clock.advance(60_000));

  const get = (path: string, headers: Record<string, string> = {}) => fetch(app.url + path, { headers });
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${app.url}/api/v1/probe/admin`, {
      method: 'POST',
      body,
      headers: { 'x-api-key': admin, 'content-type': 'application/json', ...headers },
    });

  it.each(ERROR_CODES)('answers %s with its status, all members and its headers', async (code) => {
    probe.act = () => {
      throw new ProbeError(code, { members: { terminal_id: 'MT5_05', status: 1, code: 'forged' } });
    };
    const response = await get('/api/v1/probe/EURUSD/H1?bars=500', { 'x-api-key': pro });
    const body = (await response.json()) as Record<string, unknown>;
    const retryable = [429, 503, 504].includes(STATUS[code]);
    expect(response.status).toBe(STATUS[code]);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body).toEqual({
      success: false,
      error: `probe ${code}`,
      type: `/problems/${code}`,
      title: expect.any(String),
      status: STATUS[code],
      code,
      detail: `probe ${code}`,
      instance: '/api/v1/probe/EURUSD/H1',
      request_id: response.headers.get('x-request-id'),
      retryable,
      ...(retryable ? { retry_after: 5 } : {}),
      terminal_id: 'MT5_05',
    });
    expect(response.headers.get('retry-after')).toBe(retryable ? '5' : null);
    expect(response.headers.has('www-authenticate')).toBe(STATUS[code] === 401);
  });

  it('says nothing of an unexpected error', async () => {
    probe.act = () => {
      throw new Error('password=hunter2 at /srv/secret.ts');
    };
    const response = await get('/api/v1/probe/EURUSD/H1', { 'x-api-key': pro });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ success: false, code: 'internal', retryable: false });
    expect(text).not.toMatch(/hunter2|secret/);
  });

  it.each([['null'], ['{"x":1}']])('answers 500 when something that is no error is thrown: %s', async (thrown) => {
    probe.act = () => {
      throw JSON.parse(thrown);
    };
    const response = await get('/api/v1/probe/EURUSD/H1', { 'x-api-key': pro });
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: 'internal' });
  });

  it('names the delay that an error knows, rounded up to whole seconds', async () => {
    probe.act = () => {
      throw new ProbeError('history-loading', { retryAfterSeconds: 1.2 });
    };
    const response = await get('/api/v1/probe/EURUSD/H1', { 'x-api-key': pro });
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await response.json()).toMatchObject({ retry_after: 2 });
  });

  it('lets the body of a readiness check through unchanged', async () => {
    const response = await get('/health/ready');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'error', details: { database: { status: 'down' } } });
  });

  it.each([
    ['an unknown path', 'GET', '/api/v1/nothing', 404, 'route-not-found'],
    ['an unknown path without a base', 'GET', '/index.php?x=1', 404, 'route-not-found'],
    ['a trailing slash', 'GET', '/api/v1/me/', 404, 'route-not-found'],
    ['a method that the path does not take', 'PUT', '/api/v1/me', 405, 'method-not-allowed'],
    ['a method that nothing takes', 'PATCH', '/api/probe/EURUSD/H1', 405, 'method-not-allowed'],
  ])('answers %s as a problem', async (_name, method, path, status, code) => {
    const response = await fetch(app.url + path, { method, headers: { 'x-api-key': pro } });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ success: false, code, instance: path.split('?')[0] });
    expect(response.headers.get('allow')).toBe(status === 405 ? 'GET, HEAD' : null);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each(['/api/v1/probe/EUR%ZZ/H1', '/api/v1/probe/%E0%A4%A/H1', '/%', '/api/v1/%c0%ae%c0%ae/x'])(
    'answers the bad URL encoding of %s as a problem',
    async (path) => {
      const answer = await rawHttp(app.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer).toMatch(/content-type: application\/problem\+json/i);
      expect(answer).toMatch(/x-request-id: [0-9a-f]{16}/i);
      expect(answer).toContain('"code":"invalid-parameter"');
    },
  );

  it('answers headers that are too large as a problem', async () => {
    const answer = await rawHttp(app.url, `GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(answer).toMatch(/Content-Type: application\/problem\+json/);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
      success: false,
      status: 431,
      code: 'payload-too-large',
    });
  });

  it.each(['GARBAGE\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', '\x16\x03\x01\x02\x00', 'GET /a b HTTP/1.1\r\n\r\n'])(
    'answers bytes that are no HTTP (%j) as a problem and closes',
    async (bytes) => {
      const answer = await rawHttp(app.url, bytes);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer).toContain('"code":"invalid-parameter"');
    },
  );

  it('answers a request without Host as a problem, and one with expectations as any other', async () => {
    const nameless = await rawHttp(app.url, 'GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n');
    expect(nameless).toMatch(/^HTTP\/1.1 400 [^]*x-request-id: [0-9a-f]{16}[^]*"parameter":"Host"/i);
    const head = 'GET /api/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: the-unexpected\r\n\r\n';
    expect(await rawHttp(app.url, head)).toMatch(/^HTTP\/1.1 401 [^]*"code":"key-missing"/);
  });

  it.each([
    ['a body that is too large', JSON.stringify({ count: 1, pad: 'x'.repeat(100_001) }), {}, 413, 'payload-too-large'],
    ['broken JSON', '{"count":', {}, 400, 'invalid-parameter'],
    ['an empty JSON body', '', {}, 400, 'invalid-parameter'],
    ['a form', 'count=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported-media-type'],
    ['plain text', 'hello', { 'content-type': 'text/plain' }, 415, 'unsupported-media-type'],
    ['a nonsensical content type', '{}', { 'content-type': ';;;' }, 415, 'unsupported-media-type'],
    ['a list', '[]', {}, 400, 'invalid-parameter'],
    ['null', 'null', {}, 400, 'invalid-parameter'],
    ['a wrong type', '{"count":"1"}', {}, 400, 'invalid-parameter'],
    ['an unknown member', '{"count":1,"more":2}', {}, 400, 'invalid-parameter'],
    ['an attempt at the prototype', '{"count":1,"__proto__":{"admin":true}}', {}, 400, 'invalid-parameter'],
  ])('refuses %s', async (_name, body, headers, status, code) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ success: false, code, status });
  });

  it('lists every fault of a body', async () => {
    const response = await post('{"more":2}');
    expect(await response.json()).toMatchObject({
      errors: expect.arrayContaining([
        { parameter: 'more', message: 'is unknown' },
        { parameter: 'count', message: 'must be a whole number' },
      ]),
    });
  });

  it('explains every code under the URL of its type', async () => {
    for (const code of ERROR_CODES) {
      const response = await get(`/problems/${code}`);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ code, status: STATUS[code], title: expect.any(String) });
    }
    expect((await get('/problems/nonsense')).status).toBe(404);
  });

  it('lists the whole catalog, by status', async () => {
    const { data } = (await (await get('/problems')).json()) as { data: { code: string }[] };
    expect(data.map(({ code }) => code).sort()).toEqual([...ERROR_CODES].sort());
    const statuses = data.map(({ code }) => STATUS[code as keyof typeof STATUS]);
    expect(statuses).toEqual(statuses.toSorted((a, b) => a - b));
    expect(data[0]).toEqual(await (await get(`/problems/${data[0]!.code}`)).json());
  });
});

describe('request id', () => {
  let app: TestGateway;

  beforeAll(async () => {
    app = await gateway().start();
  });
  afterAll(() => app.close());

  it('is the one that the caller sent when it is harmless', async () => {
    const response = await fetch(`${app.url}/metrics`, { headers: { 'x-request-id': 'shop-1.2_3' } });
    expect(response.headers.get('x-request-id')).toBe('shop-1.2_3');
  });

  it.each([
    '',
    'a b',
    'x'.repeat(65),
    'a"b',
    '<script>',
    'a,b',
    '%0d%0aSet-Cookie: x=1',
    `mt5g_live_${'x'.repeat(54)}`,
  ])('is a new one instead of %j', async (id) => {
    const response = await fetch(`${app.url}/api/v1/me`, { headers: { 'x-request-id': id } });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f]{16}$/);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('cannot be used to inject headers', async () => {
    const bytes = 'GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: a\rSet-Cookie: x=1\r\n\r\n';
    const answer = await rawHttp(app.url, bytes);
    expect(answer.toLowerCase()).not.toContain('set-cookie');
  });
});
