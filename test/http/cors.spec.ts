import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataAnswer } from '../../src/http/index.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { rawHttp } from '../support/raw-http.js';
import { probe, ProbeController, ProbeError } from './probe.controller.js';

const PAGE = 'https://app.example.com';
const SERIES = '/api/v1/probe/EURUSD/H1';
const PREFLIGHT = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-api-key' };
const LARGE = Buffer.from('{"data":"'.padEnd(5000, 'x').concat('"}'));

/** Headers that every browser shows to scripts, and those that only concern the connection or the browser itself. */
const NEVER_EXPOSED =
  /^(cache-control|content-(language|length|type|encoding)|expires|last-modified|pragma|date|connection|keep-alive|vary|transfer-encoding|access-control-.*|x-(content-type-options|frame-options|dns-prefetch-control|download-options|permitted-cross-domain-policies|xss-protection)|referrer-policy|origin-agent-cluster|cross-origin-(resource|opener)-policy|content-security-policy)$/;

/** The headers are the same rule for every request: they can be asked for with a plain client. */
const sendTo =
  (app: () => TestGateway) =>
  (path: string, headers: Record<string, string>, method = 'GET'): Promise<Response> =>
    fetch(app().url + path, { method, headers, redirect: 'manual' });

const namesOf = (response: Response, header: string) =>
  (response.headers.get(header) ?? '').toLowerCase().split(', ').filter(Boolean);
const corsHeaders = (response: Response) => [...response.headers.keys()].filter((name) => name.startsWith('access-'));

beforeEach(() => {
  probe.act = () =>
    new DataAnswer({ body: LARGE, maxAgeSeconds: 1, asOf: 1, source: 'terminal', headers: { link: '<x>' } });
});

describe('CORS with a list of origins', () => {
  let app: TestGateway;
  let key: string;
  const send = sendTo(() => app);

  beforeAll(async () => {
    const server = { corsOrigins: ['https://other.example.com', PAGE] };
    app = await gateway().withControllers(ProbeController).withServer(server).start();
    key = await app.key({ tier: 'FREE' });
  });
  afterAll(() => app.close());
  beforeEach(() => app.clock.advance(60_000));

  it('answers a preflight without a key and without counting it', async () => {
    const headers = { origin: PAGE, ...PREFLIGHT };
    const responses = await Promise.all(Array.from({ length: 10 }, () => send(SERIES, headers, 'OPTIONS')));
    for (const response of responses) {
      expect(response.status).toBe(204);
      expect(await response.text()).toBe('');
      expect(response.headers.get('access-control-allow-origin')).toBe(PAGE);
      expect(response.headers.get('vary')).toBe('Origin');
      expect(response.headers.get('access-control-allow-credentials')).toBeNull();
      expect(response.headers.has('ratelimit')).toBe(false);
      expect(namesOf(response, 'access-control-allow-methods')).toEqual(['get', 'head', 'post']);
      const sendable = ['x-api-key', 'authorization', 'x-user-tier', 'if-none-match', 'content-type'];
      expect(namesOf(response, 'access-control-allow-headers')).toEqual(expect.arrayContaining(sendable));
    }
    const counted = await send(SERIES, { origin: PAGE, 'x-api-key': key });
    expect(counted.headers.get('x-ratelimit-remaining')).toBe('2');
    expect(await (await send('/metrics', {})).text()).not.toContain('key-missing"} 1');
  });

  it('shows every header of data, refusals and errors to the page', async () => {
    const ask = (path: string, more = {}) => send(path, { origin: PAGE, 'x-api-key': key, ...more });
    const answers = [await ask(SERIES), await ask(SERIES, { 'x-api-key': 'x' }), await ask('/api/v1/none')];
    answers.push(await send('/api/v1/me', { origin: PAGE, 'x-api-key': key }, 'PUT'));
    probe.act = () => {
      throw new ProbeError('history-loading', { retryAfterSeconds: 3 });
    };
    answers.push(await ask(SERIES));
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 404, 405, 503]);
    const seen = new Set<string>();
    for (const response of answers) {
      expect(response.headers.get('access-control-allow-origin')).toBe(PAGE);
      expect(response.headers.get('vary')).toMatch(/(^|, )Origin$/);
      const exposed = namesOf(response, 'access-control-expose-headers');
      const names = [...response.headers.keys()].filter((name) => !NEVER_EXPOSED.test(name));
      expect(names.filter((name) => !exposed.includes(name))).toEqual([]);
      for (const name of names) seen.add(name);
    }
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'etag',
        'link',
        'ratelimit',
        'x-ratelimit-reset',
        'x-data-as-of',
        'retry-after',
        'allow',
      ]),
    );
  });

  it('keeps what data answers vary by, and adds the origin, also for callers that are no browser', async () => {
    const vary = 'Accept, Accept-Encoding, Origin';
    const page = await send(SERIES, { origin: PAGE, 'x-api-key': key });
    const script = await send(SERIES, { 'x-api-key': key, 'if-none-match': String(page.headers.get('etag')) });
    expect([page.headers.get('vary'), script.headers.get('vary')]).toEqual([vary, vary]);
    expect(script.status).toBe(304);
    expect(corsHeaders(script)).toEqual([]);
  });

  it.each([
    'https://evil.example',
    'https://app.example.com.evil.example',
    'https://app.example.com:8443',
    'http://app.example.com',
    'HTTPS://APP.EXAMPLE.COM',
    'null',
    '*',
    '',
  ])('gives nothing to the origin %j', async (origin) => {
    const response = await send(SERIES, { origin, 'x-api-key': key });
    expect(response.status).toBe(200);
    expect(corsHeaders(response)).toEqual([]);
    const asked = await send(SERIES, { origin, ...PREFLIGHT }, 'OPTIONS');
    expect(asked.status).toBe(405);
    expect(corsHeaders(asked)).toEqual([]);
    expect(asked.headers.get('vary')).toBe('Origin');
  });

  it.each([
    '/api/v1/admin/keys',
    '/api/admin/keys',
    '/api/v1/admin',
    '/api/v1/%61dmin/keys',
    '/api/v1/admin%2Fkeys',
    '/%61pi/%76%31/adm%69n/keys?x=1',
    '/api/v1/%zz',
    '/docs',
    '/docs-json',
    '/metrics',
  ])('opens nothing of %s', async (path) => {
    const asked = await send(path, { origin: PAGE, ...PREFLIGHT }, 'OPTIONS');
    expect([400, 404, 405]).toContain(asked.status);
    expect(corsHeaders(asked)).toEqual([]);
    expect(corsHeaders(await send(path, { origin: PAGE, 'x-api-key': key }))).toEqual([]);
  });

  it('leaves an OPTIONS request that is no preflight to the routes', async () => {
    const response = await send(SERIES, { origin: PAGE }, 'OPTIONS');
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });
});

describe('CORS', () => {
  it('for all origins answers *, which does not vary with the origin', async () => {
    const app = await gateway().withControllers(ProbeController).withServer({ corsOrigins: '*' }).start();
    try {
      const send = sendTo(() => app);
      const asked = await send(SERIES, { origin: 'null', ...PREFLIGHT }, 'OPTIONS');
      expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
      const answer = await send(SERIES, { origin: PAGE, 'x-api-key': await app.key({ tier: 'PRO' }) });
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('vary')).toBe('Accept, Accept-Encoding');
      expect(corsHeaders(await send('/api/v1/admin/keys', { origin: PAGE }))).toEqual([]);
    } finally {
      await app.close();
    }
  });
});

describe('without CORS_ORIGINS', () => {
  let app: TestGateway;
  const send = sendTo(() => app);

  beforeAll(async () => {
    app = await gateway().withControllers(ProbeController).start();
  });
  afterAll(() => app.close());

  it('there is no CORS, and a preflight is a method that the route does not take', async () => {
    const asked = await send(SERIES, { origin: PAGE, ...PREFLIGHT }, 'OPTIONS');
    expect([asked.status, corsHeaders(asked), asked.headers.get('vary')]).toEqual([405, [], null]);
    expect(corsHeaders(await send('/api/v1/me', { origin: PAGE }))).toEqual([]);
  });

  it.each(['/api/v1/me', '/api/v1/none', '/metrics', '/problems/internal', '/docs-json', '/'])(
    'every answer tells browsers to do nothing but read it: %s',
    async (path) => {
      const { headers } = await send(path, {});
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      });
      expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null]);
      if (path.startsWith('/api/')) expect(headers.get('cache-control')).toBe('no-store');
    },
  );

  it.each(['GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 'GARBAGE\r\n\r\n'])(
    'also the answer to %j',
    async (bytes) => {
      const answer = (await rawHttp(app.url, bytes)).toLowerCase();
      expect(answer).toMatch(/^http\/1\.1 400 /);
      expect(answer).toContain('x-content-type-options: nosniff\r\n');
      expect(answer).toContain("content-security-policy: default-src 'none';frame-ancestors 'none'\r\n");
      expect(answer).not.toMatch(/^(server|x-powered-by):/m);
    },
  );

  it('and those of a separate metrics port', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    await once(free, 'close');
    const moved = await gateway().withServer({ metricsPort: port }).start();
    try {
      const response = await fetch(`http://127.0.0.1:${port}/metrics`);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    } finally {
      await moved.close();
    }
  });

  it('Swagger UI may run its own scripts and nothing else', async () => {
    for (const path of ['/docs', '/docs/swagger-ui-init.js']) {
      const policy = String((await send(path, {})).headers.get('content-security-policy'));
      expect(policy).toContain("default-src 'none';script-src 'self';");
      expect(policy).not.toMatch(/script-src[^;]*unsafe|\*/);
    }
    expect(await (await send('/docs', {})).text()).not.toMatch(/<script(?![^>]*src=)|\son\w+=/);
  });
});
