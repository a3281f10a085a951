import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatKey, generateKey } from '../../src/access/credentials/api-key.js';
import { buildOpenApi, ListenError } from '../../src/http/index.js';
import { SeededRandom } from '../../src/kernel/index.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { rawHttp } from '../support/raw-http.js';
import { probe, ProbeController } from './probe.controller.js';

const PAGES = ['/docs', '/docs-json', '/docs/admin', '/docs/admin-json'];

describe('metrics', () => {
  let app: TestGateway;
  let key: string;

  beforeAll(async () => {
    app = await gateway().withControllers(ProbeController).start();
    key = await app.key({ tier: 'PRO' });
    probe.act = () => ({});
  });
  afterAll(() => app.close());

  const metrics = async () => (await fetch(`${app.url}/metrics`)).text();

  it('are public Prometheus text with the build and the process', async () => {
    const response = await fetch(`${app.url}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await response.text();
    expect(text).toMatch(/^mt5gw_build_info\{version="\d+\.\d+\.\d+",node="v\d+/m);
    expect(text).toMatch(/^process_cpu_seconds_total/m);
  });

  it('label requests by route template, and all unknown paths alike', async () => {
    await fetch(`${app.url}/api/v1/probe/EURUSD/H1`, { headers: { 'x-api-key': key } });
    for (let scan = 0; scan < 20; scan++) await fetch(`${app.url}/wp-admin/${scan}`);
    const text = await metrics();
    expect(text).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/probe\/:symbol\/:timeframe",status="200"\} 1/,
    );
    expect(text).toMatch(/http_request_duration_seconds_count\{method="GET",route="\(unknown\)",status="404"\} 20/);
    expect(text).not.toContain('wp-admin');
  });

  it('count refused keys by reason, without naming any', async () => {
    await fetch(`${app.url}/api/v1/me`);
    await fetch(`${app.url}/api/v1/me?key=${key}`);
    const text = await metrics();
    expect(text).toMatch(/mt5gw_auth_failures_total\{reason="key-missing"\} 1/);
    expect(text).toMatch(/mt5gw_auth_failures_total\{reason="key-in-query"\} 1/);
    expect(text).not.toContain('mt5g_');
    for (const { id } of app.stores.accounts.accounts.values()) expect(text).not.toContain(id);
  });

  it('move to a port of their own where one is set', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    await once(free, 'close');
    const moved = await gateway().withServer({ metricsPort: port }).start();
    try {
      expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain('mt5gw_build_info');
      expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
      const main = await fetch(`${moved.url}/metrics`);
      expect(main.status).toBe(404);
      expect(await main.json()).toMatchObject({ code: 'route-not-found' });
    } finally {
      await moved.close();
    }
    await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow('fetch failed');
  });
});

describe('a port that is taken', () => {
  it.each(['port', 'metricsPort'] as const)('is named together with the setting to change (%s)', async (setting) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const start = gateway()
        .withServer({ [setting]: port })
        .start();
      await expect(start).rejects.toThrow(ListenError);
      await expect(start).rejects.toThrow(
        `port ${port} on 127.0.0.1 is already in use by another program; free it or set ${setting === 'port' ? 'PORT' : 'METRICS_PORT'} to another port`,
      );
    } finally {
      other.close();
      await once(other, 'close');
    }
  });
});

describe('documentation', () => {
  let app: TestGateway;

  beforeAll(async () => {
    app = await gateway().start();
  });
  afterAll(() => app.close());

  const document = () => buildOpenApi(app.app);
  const operations = () =>
    Object.entries(document().paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        path,
        method,
        operation: operation as Record<string, object>,
      })),
    );

  it('is served with its scripts and styles from this server', async () => {
    for (const path of ['/docs', '/docs/admin']) {
      const page = await fetch(app.url + path);
      expect(page.status).toBe(200);
      const html = await page.text();
      expect(html).not.toMatch(/(src|href)="https?:/);
      const files = [...html.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)].map(([, file]) => new URL(file!, app.url + path));
      expect(files.length).toBeGreaterThan(3);
      for (const file of files) expect([file.pathname, (await fetch(file)).status]).toEqual([file.pathname, 200]);
    }
  });

  it('is absent where it is switched off', async () => {
    const quiet = await gateway().withServer({ docsAccess: 'off', adminDocsAccess: 'off' }).start();
    try {
      for (const path of PAGES) expect([path, (await fetch(quiet.url + path)).status]).toEqual([path, 404]);
    } finally {
      await quiet.close();
    }
  });

  it('asks a browser for an admin key where the pages are kept for admins', async () => {
    const kept = await gateway().withServer({ docsAccess: 'key', adminDocsAccess: 'key' }).start();
    const basic = (password: string) => `Basic ${Buffer.from(`anybody:${password}`).toString('base64')}`;
    try {
      const admin = await kept.key({ kind: 'adm', scopes: ['keys'] });
      const live = await kept.key({ tier: 'PRO' });
      for (const path of PAGES) {
        const answers = await Promise.all(
          [
            {},
            { authorization: basic('') },
            { authorization: basic(`${admin}x`) },
            { authorization: 'Basic %%%' },
            { authorization: basic(live) },
            { authorization: basic(admin) },
            { 'x-admin-api-key': admin },
          ].map((headers: Record<string, string>) => fetch(kept.url + path, { headers })),
        );
        const statuses = answers.map(({ status }) => status);
        expect([path, ...statuses]).toEqual([path, 401, 401, 401, 401, 403, 200, 200]);
        expect(answers[0]!.headers.get('www-authenticate')).toMatch(/^Basic realm="[^"]+", charset="UTF-8"$/);
        expect(await answers[0]!.json()).toMatchObject({ code: 'key-missing' });
      }
      expect((await fetch(`${kept.url}/problems`)).status).toBe(200);
      for (const path of ['/%64ocs/admin-json', '/docs/%61dmin', `${kept.url}/docs/admin-json`, '/docs-%6ason']) {
        const answer = await rawHttp(kept.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
        expect([path, answer.split('\r\n')[0]]).toEqual([path, 'HTTP/1.1 401 Unauthorized']);
      }
    } finally {
      await kept.close();
    }
  });

  it('writes down and limits wrong keys for its pages as for any other', async () => {
    const kept = await gateway().withServer({ docsAccess: 'open', adminDocsAccess: 'key' }).start();
    const wrong = `Basic ${Buffer.from(`x:${formatKey(generateKey('adm', new SeededRandom(1)))}`).toString('base64')}`;
    const ask = (path: string) => fetch(kept.url + path, { headers: { authorization: wrong } });
    try {
      expect((await ask('/docs')).status).toBe(200);
      for (let wrongs = 0; wrongs < 60; wrongs++) expect((await ask('/docs/admin')).status).toBe(401);
      expect((await ask('/docs/admin')).status).toBe(429);
      const refused = { action: 'key.refused', actor: 'anonymous' };
      expect(kept.stores.audit.entries.slice(-2)).toMatchObject([
        { ...refused, detail: { reason: 'key-invalid', route: '/docs/admin', count: 1 } },
        { ...refused, detail: { reason: 'quota-exceeded', route: null, count: 1 } },
      ]);
    } finally {
      await kept.close();
    }
  });

  it('shows customers nothing of the admin routes, and admins nothing but them and what both need', async () => {
    const [customers, admins] = await Promise.all(
      ['/docs-json', '/docs/admin-json'].map(
        async (path) => (await (await fetch(app.url + path)).json()) as ReturnType<typeof document>,
      ),
    );
    const shared = /^\/($|problems|api\/v1\/health|health|metrics)/;
    const whole = Object.keys(document().paths);
    const admin = whole.filter((path) => path.startsWith('/api/v1/admin/'));
    const ofBoth = whole.filter((path) => shared.test(path));
    expect(Object.keys(customers!.paths).sort()).toEqual(whole.filter((path) => !admin.includes(path)).sort());
    expect(Object.keys(admins!.paths).sort()).toEqual([...admin, ...ofBoth].sort());
    expect(admin.length).toBeGreaterThan(1);
    expect(Object.keys(customers!.components!.securitySchemes!)).toEqual(['api-key', 'bearer']);
    expect(Object.keys(admins!.components!.securitySchemes!)).toEqual(['admin-key', 'bearer']);
    expect(JSON.stringify(customers)).not.toContain('adm_');
    for (const part of [customers, admins]) {
      const text = JSON.stringify(part);
      const used = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name));
      expect(new Set(Object.keys(part!.components!.schemas!))).toEqual(used);
    }
  });

  it('is OpenAPI 3.1 with both ways to send a key', async () => {
    const served = (await (await fetch(`${app.url}/docs-json`)).json()) as ReturnType<typeof document>;
    expect(served.openapi).toBe('3.1.0');
    expect(served.components?.securitySchemes).toMatchObject({
      'api-key': { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      bearer: { type: 'http', scheme: 'bearer' },
    });
  });

  it('names every operation once, and leaves the aliases out', () => {
    const ids = operations().map(({ operation }) => operation['operationId'] as unknown as string);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(['getMe', 'listSymbols', 'listTimeframes', 'createKey', 'getMetrics']));
    expect(Object.keys(document().paths).filter((path) => /^\/api\/(?!v1)/.test(path))).toEqual([]);
  });

  it('has a summary, one tag, examples and the errors for every operation', () => {
    for (const { path, method, operation } of operations()) {
      const where = `${method} ${path}`;
      expect([where, typeof operation['summary']]).toEqual([where, 'string']);
      expect([where, (operation['tags'] as unknown[]).length]).toEqual([where, 1]);
      const statuses = Object.keys(operation['responses'] ?? {});
      if (path.startsWith('/api/')) expect(statuses).toEqual(expect.arrayContaining(['400', '401', '500', '503']));
    }
  });

  it('describes every property with an example', () => {
    for (const [name, schema] of Object.entries(document().components?.schemas ?? {})) {
      const { properties = {} } = schema as { properties?: Record<string, Record<string, unknown>> };
      for (const [property, facts] of Object.entries(properties)) {
        const described = JSON.stringify(facts).includes('description');
        const shown =
          'example' in facts || '$ref' in facts || 'allOf' in facts || JSON.stringify(facts).includes('$ref');
        expect([`${name}.${property}`, described, shown]).toEqual([`${name}.${property}`, true, true]);
      }
    }
  });
});
