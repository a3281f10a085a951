import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withoutSharedParts } from '../../tools/openapi/shared-parts.js';
import { type Answer, type Asking, GatewaySetup, type GatewayUnderTest } from '../support/gateway-under-test.js';
import { withAdmin } from '../support/test-database.js';
import { expectProblem } from './problem.js';

const WEDNESDAY = Date.UTC(2026, 2, 11, 14, 37, 12) / 1000;
const INDICATORS = '/api/v1/indicators/EURUSD/H1?bars=100';

type Data = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, object>>;
}

describe('what customers and operators see of a running gateway', () => {
  let gateway: GatewayUnderTest;
  let admin: string;

  beforeAll(async () => {
    gateway = await new GatewaySetup()
      .terminal('MT5_05', 'EURUSD')
      .terminal('MT5_01', 'AUDJPY')
      .timeframes('M5', 'H1')
      .simulating({ startTime: WEDNESDAY, clockRate: 0, symbolAffix: '.m' })
      .start();
    admin = await gateway.key({ kind: 'adm' });
  });
  afterAll(() => gateway?.close());

  const manage = (path: string, asking: Asking = {}): Promise<Answer<{ data: Data }>> =>
    gateway.ask<{ data: Data }>(`/api/v1/admin${path}`, { key: admin, ...asking });
  const keyId = (key: string) => key.split('_')[2]!;

  describe('catalogue', () => {
    it('lists symbols and timeframes in the shape of the original service', async () => {
      expect((await gateway.ask('/api/v1/symbols')).body).toEqual({
        success: true,
        tier: 'PRO',
        symbols: ['AUDJPY', 'EURUSD'],
      });
      expect((await gateway.ask('/api/v1/timeframes')).body).toEqual({
        success: true,
        tier: 'PRO',
        timeframes: ['M5', 'H1'],
      });
    });

    it('tells all that is known of a symbol', async () => {
      const { status, body } = await gateway.ask<{ data: Data }>('/api/v1/symbols/EURUSD');
      const source = gateway.simulator.market('MT5_05').findByBrokerName('EURUSD.m')!.source;
      expect(status).toBe(200);
      expect(body.data).toMatchObject({
        symbol: 'EURUSD',
        broker_symbol: 'EURUSD.m',
        terminal_id: 'MT5_05',
        digits: 5,
        point: 0.00001,
        source: 'simulator',
        earliest: { M5: source.firstTime('M5'), H1: source.firstTime('H1') },
      });
    });

    it('tells callers who they are, and shows no secret', async () => {
      const key = await gateway.key();
      const { body, headers } = await gateway.ask<{ data: Data }>('/api/v1/me', { key });
      expect(body.data).toMatchObject({ tier: 'PRO', key: { id: keyId(key), kind: 'live' } });
      expect(JSON.stringify(body)).not.toContain(key.split('_')[3]!.slice(0, 20));
      expect(headers.get('ratelimit')).toBeNull();
    });

    it.each([
      '/indicators/EURUSD/H1?bars=100',
      '/candles/EURUSD/H1',
      '/symbols',
      '/symbols/EURUSD',
      '/timeframes',
      '/me',
    ])('%s is the same without /v1', async (path) => {
      const [versioned, alias] = await Promise.all([`/api/v1${path}`, `/api${path}`].map((one) => gateway.fetch(one)));
      expect([alias!.status, await alias!.text()]).toEqual([200, await versioned!.text()]);
    });

    it('gives every answer an id, or keeps the one that the caller sent', async () => {
      const paths = [INDICATORS, '/api/health', '/metrics', '/nothing', '/docs-json'];
      for (const path of paths) {
        const [own, sent] = await Promise.all([
          gateway.fetch(path),
          gateway.fetch(path, { headers: { 'X-Request-Id': 'abc-123' } }),
        ]);
        expect([path, own.headers.get('x-request-id')]).toEqual([path, expect.stringMatching(/^[0-9a-f]{16}$/)]);
        expect([path, sent.headers.get('x-request-id')]).toEqual([path, 'abc-123']);
        await Promise.all([own.arrayBuffer(), sent.arrayBuffer()]);
      }
      const harmful = await gateway.fetch('/api/health', { headers: { 'X-Request-Id': 'a b"<script>' } });
      expect(harmful.headers.get('x-request-id')).toMatch(/^[0-9a-f]{16}$/);
    });

    it('the type of a problem leads to its explanation', async () => {
      const { body } = await expectProblem(gateway, '/api/v1/indicators/NOPE/H1', [404, 'symbol-not-found']);
      const explained = await gateway.ask(new URL(String(body['type']), gateway.url).pathname, { key: null });
      expect(explained).toMatchObject({ status: 200, body: { code: 'symbol-not-found', status: 404 } });
      await expectProblem(gateway, '/problems/nonsense', [404, 'not-found'], { key: null });
    });
  });

  describe('caching', () => {
    it('the tag depends on the bytes, not on the key, and 304 costs nothing', async () => {
      const key = await gateway.key();
      const first = await gateway.fetch(INDICATORS, { key });
      const etag = first.headers.get('etag')!;
      expect((await gateway.fetch(INDICATORS)).headers.get('etag')).toBe(etag);
      const again = await gateway.fetch(INDICATORS, { key, headers: { 'If-None-Match': `"other", ${etag}` } });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
      expect(again.headers.get('x-ratelimit-remaining')).toBe(first.headers.get('x-ratelimit-remaining'));
      const lowered = await gateway.fetch(INDICATORS, { headers: { 'X-User-Tier': 'FREE' } });
      expect(lowered.headers.get('etag')).not.toBe(etag);
    });

    it('HEAD is GET without the body', async () => {
      const get = await gateway.fetch(INDICATORS);
      const head = await gateway.fetch(INDICATORS, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
      for (const name of ['etag', 'content-length', 'content-type', 'x-data-as-of', 'x-data-source', 'cache-control']) {
        expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
      }
      expect((await gateway.fetch('/api/v1/indicators/NOPE/H1', { method: 'HEAD' })).status).toBe(404);
    });

    it('a new bar has a new tag', async () => {
      const before = await gateway.fetch(INDICATORS);
      const last = () => gateway.series.find('EURUSD' as never, 'H1')?.forming?.time;
      const was = last()!;
      gateway.simulator.control('MT5_05', { command: 'advance-clock', seconds: 3600 });
      await gateway.until(() => last() === was + 3600);
      const etag = before.headers.get('etag')!;
      const after = await gateway.fetch(INDICATORS, { headers: { 'If-None-Match': etag } });
      expect(after.status).toBe(200);
      expect(after.headers.get('etag')).not.toBe(etag);
      expect(after.headers.get('x-data-as-of')).toBe(String(was + 3600));
    });
  });

  describe('admin routes of terminals', () => {
    const ready = async (id: string, after: number) =>
      gateway.until(() => {
        const { session } = gateway.pool.stats().terminals.find(({ terminalId }) => terminalId === id)!;
        return (session?.epoch ?? 0) > after && gateway.pool.stats().connected === 2;
      });
    const epoch = async (id: string) =>
      ((await manage(`/terminals/${id}`)).body.data['session'] as { epoch: number }).epoch;

    it('list them, one by one as well', async () => {
      const list = await manage('/terminals');
      expect(list.status).toBe(200);
      const terminals = list.body.data['terminals'] as Data[];
      expect(terminals.map((terminal) => terminal['terminal_id'])).toEqual(['MT5_05', 'MT5_01']);
      const one = await manage('/terminals/MT5_05');
      expect(one.body.data).toMatchObject({
        terminal_id: 'MT5_05',
        connected: true,
        state: 'ready',
        symbols: [{ symbol: 'EURUSD', broker_symbol: 'EURUSD.m', problem: null }],
        session: { simulated: true, broker_connected: true },
      });
      await expectProblem(gateway, '/api/v1/admin/terminals/MT5_99', [404, 'not-found'], { key: admin });
    });

    it('show health, figures, logs and the account', async () => {
      const health = (
        await gateway.ask<{ data: Data }>('/api/admin/terminals/health', {
          key: null,
          headers: { 'X-Admin-API-Key': admin },
        })
      ).body;
      expect(health.data['terminals']).toEqual([
        expect.objectContaining({ terminal_id: 'MT5_05', connected: true, reconnect_count: expect.any(Number) }),
        expect.objectContaining({ terminal_id: 'MT5_01', uptime_percent: expect.any(Number), last_errors: [] }),
      ]);
      expect((await manage('/terminals/stats')).body.data).toMatchObject({
        total_terminals: 2,
        connected_terminals: 2,
      });
      const logs = await manage('/terminals/MT5_05/logs?lines=5');
      expect((logs.body.data['lines'] as Data[]).length).toBeGreaterThan(0);
      const account = await manage('/terminals/MT5_05/account');
      expect(account.body.data).toMatchObject({ terminal_id: 'MT5_05', login: 1000, currency: 'USD' });
      await expectProblem(gateway, '/api/v1/admin/terminals/MT5_05/logs?lines=0', [400, 'invalid-parameter'], {
        key: admin,
      });
    });

    it.each(['reconnect', 'restart'])('%s one of them, which is back at once', async (action) => {
      const before = await epoch('MT5_05');
      const { status, body } = await manage(`/terminals/MT5_05/${action}`, { method: 'POST' });
      expect([status, body.data]).toEqual([202, { terminal_id: 'MT5_05', action }]);
      await ready('MT5_05', before);
      await gateway.untilLive();
      expect((await gateway.fetch(INDICATORS)).status).toBe(200);
    });

    it('restart all of them, one after the other', async () => {
      const before = [await epoch('MT5_05'), await epoch('MT5_01')];
      let fewest = 2;
      const unsubscribe = gateway.pool.onChange(() => {
        fewest = Math.min(fewest, gateway.pool.stats().connected);
      });
      const { status, body, headers } = await manage('/terminals/restart-all', { method: 'POST' });
      expect([status, headers.get('location')]).toEqual([
        202,
        `/api/v1/admin/operations/${String(body.data['operation_id'])}`,
      ]);
      await Promise.all([ready('MT5_05', before[0]!), ready('MT5_01', before[1]!)]);
      unsubscribe();
      expect(fewest).toBe(1);
      const progress = async () => (await manage(`/operations/${String(body.data['operation_id'])}`)).body.data;
      let operation = await progress();
      while (operation['state'] === 'running') operation = await progress();
      expect(operation).toMatchObject({ state: 'done', terminals: [{ state: 'ready' }, { state: 'ready' }] });
      await gateway.untilLive();
    });

    it('leave a row in the audit trail for each change', async () => {
      const rows = await auditRows();
      const actor = `key:${keyId(admin)}`;
      const changes = rows.filter((row) => row.actor === actor && row.action.startsWith('terminal.'));
      expect(changes.map(({ action, target }) => [action, target])).toEqual([
        ['terminal.reconnected', 'terminal:MT5_05'],
        ['terminal.restarted', 'terminal:MT5_05'],
        ['terminal.all-restarted', expect.stringMatching(/^operation:op_[0-9a-f]{16}$/)],
      ]);
      expect(changes.every(({ request_id }) => /^[0-9a-f]{16}$/.test(request_id ?? ''))).toBe(true);
    });
  });

  describe('admin routes of keys', () => {
    it('make a key that works at once, list it without its secret, and revoke it at once', async () => {
      const made = await manage('/keys', { method: 'POST', body: { kind: 'live', name: 'shop', tier: 'PRO' } });
      expect(made.status).toBe(201);
      const key = String(made.body.data['key']);
      const id = keyId(key);
      expect((await gateway.fetch(INDICATORS, { key })).status).toBe(200);
      const list = await manage('/keys');
      expect(JSON.stringify(list.body)).toContain(id);
      expect(JSON.stringify(list.body)).not.toContain(key.split('_')[3]!.slice(0, 20));
      const revoked = await manage(`/keys/${id}/revoke`, { method: 'POST', body: { reason: 'leaked' } });
      expect(revoked.status).toBe(200);
      await expectProblem(gateway, INDICATORS, [401, 'key-revoked'], { key });
      await expectProblem(gateway, '/api/v1/me', [401, 'key-revoked'], { key });
      const about = (await auditRows()).filter((row) => row.target === `key:${id}`);
      expect(about.map(({ action }) => action)).toEqual(expect.arrayContaining(['key.created', 'key.revoked']));
      expect(JSON.stringify(await auditRows())).not.toContain(key.split('_')[3]!.slice(0, 20));
    });

    it.each([
      [{ kind: 'root', name: 'x' }, 'kind'],
      [{ kind: 'live' }, 'name'],
      [{ kind: 'live', name: 'x', tier: 'GOLD' }, 'tier'],
      [{ kind: 'live', name: 'x', admin: true }, 'admin'],
    ])('refuse %j', async (body, parameter) => {
      const answer = await expectProblem(gateway, '/api/v1/admin/keys', [400, 'invalid-parameter'], {
        key: admin,
        method: 'POST',
        body,
      });
      expect(answer.body['errors']).toEqual([expect.objectContaining({ parameter })]);
    });

    it('refuse what is no JSON, and too much of it', async () => {
      const post = (body: string, type: string) =>
        gateway
          .fetch('/api/v1/admin/keys', { key: admin, method: 'POST', headers: { 'content-type': type } })
          .then(() =>
            fetch(`${gateway.url}/api/v1/admin/keys`, {
              method: 'POST',
              headers: { 'x-api-key': admin, 'content-type': type },
              body,
            }),
          )
          .then(async (response) => [response.status, ((await response.json()) as Data)['code']]);
      expect(await post('{', 'application/json')).toEqual([400, 'invalid-parameter']);
      expect(await post('a=1', 'application/x-www-form-urlencoded')).toEqual([415, 'unsupported-media-type']);
      expect(await post(`"${'x'.repeat(200_000)}"`, 'application/json')).toEqual([413, 'payload-too-large']);
    });
  });

  describe('metrics', () => {
    const FAMILIES = [
      'mt5gw_build_info',
      'http_request_duration_seconds',
      'mt5gw_terminals',
      'mt5gw_terminal_up',
      'mt5gw_terminal_request_duration_seconds',
      'mt5gw_terminal_queue_depth',
      'mt5gw_terminal_reconnects_total',
      'mt5gw_terminal_last_bar_timestamp_seconds',
      'mt5gw_bridge_frames_total',
      'mt5gw_bridge_rejected_total',
      'mt5gw_cache_requests_total',
      'mt5gw_rate_limited_total',
      'mt5gw_auth_failures_total',
      'mt5gw_audit_spool_rows',
      ...['size', 'checked_in', 'checked_out', 'overflow', 'waiters'].map((name) => `db_pool_${name}`),
      ...['connects', 'disconnects', 'checkouts', 'checkins', 'invalidations'].map((name) => `db_pool_${name}_total`),
    ];

    it.each(FAMILIES)('%s is there', async (family) => {
      expect(await gateway.metrics()).toContain(`# TYPE ${family} `);
    });

    it('label only closed lists: no key, no account, nothing that a caller wrote', async () => {
      const key = await gateway.key();
      const me = await gateway.ask<{ data: { account_id: string } }>('/api/v1/me', { key });
      await gateway.fetch('/api/v1/indicators/madeupsymbol/madeuptime?x=madeupvalue', { key });
      await gateway.fetch('/madeuppath/7', { headers: { 'X-User-Tier': 'madeuptier' } });
      const text = await gateway.metrics();
      expect(text).not.toMatch(/madeup/);
      for (const secret of [keyId(key), key, me.body.data.account_id, keyId(admin)]) expect(text).not.toContain(secret);
      const routes = new Set([...text.matchAll(/route="([^"]*)"/g)].map(([, route]) => route));
      expect(routes).toContain('/api/v1/indicators/:symbol/:timeframe');
      const values = new Set([...text.matchAll(/terminal="([^"]*)"/g)].map(([, terminal]) => terminal));
      expect(values).toEqual(new Set(['MT5_01', 'MT5_05']));
    });

    it('tell the truth about terminals and requests', async () => {
      const text = await gateway.metrics();
      expect(text).toContain('mt5gw_terminal_up{terminal="MT5_05"} 1');
      expect(text).toContain('mt5gw_terminals{state="ready"} 2');
      expect(text).toMatch(/mt5gw_terminal_reconnects_total\{terminal="MT5_05",reason="[a-z-]+"\} [1-9]/);
      expect(text).toMatch(/mt5gw_auth_failures_total\{reason="key-revoked"\} [1-9]/);
    });
  });

  describe('documentation', () => {
    const ROUTES = [
      ...['/indicators/{symbol}/{timeframe}', '/candles/{symbol}/{timeframe}', '/symbols', '/symbols/{symbol}'],
      ...['/timeframes', '/me', '/health', '/admin/keys', '/admin/keys/{id}/revoke'],
      ...['', '/health', '/stats', '/restart-all', '/{id}', '/{id}/account', '/{id}/logs'].map(
        (path) => `/admin/terminals${path}`,
      ),
      ...['/admin/terminals/{id}/reconnect', '/admin/terminals/{id}/restart'],
    ].map((path) => `/api/v1${path}`);

    it('is Swagger UI from this server, with nothing from elsewhere', async () => {
      const page = await gateway.fetch('/docs', { key: null });
      expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
      const html = await page.text();
      expect(html).toContain('swagger-ui');
      expect(html).not.toMatch(/(src|href)="https?:/);
    });

    it('has every route with an example for every success, and the error answers with theirs', async () => {
      type Document = { readonly paths: Record<string, Record<string, Operation>> };
      const customers = await gateway.ask<Document>('/docs-json', { key: null });
      const admins = await gateway.ask<Document>('/docs/admin-json', { key: admin });
      const [ofCustomers, ofAdmins] = [customers, admins].map(({ body }) => withoutSharedParts(body).paths);
      const body = { paths: { ...ofCustomers, ...ofAdmins } };
      expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(ROUTES));
      for (const path of ROUTES) {
        for (const [method, { operationId, summary, tags, responses }] of Object.entries(body.paths[path]!)) {
          const where = `${method} ${path}`;
          expect([where, operationId, summary, tags]).toEqual([
            where,
            expect.any(String),
            expect.any(String),
            [expect.any(String)],
          ]);
          const statuses = Object.keys(responses);
          if (path !== '/api/v1/health') {
            expect([where, statuses]).toEqual([where, expect.arrayContaining(['400', '401', '403'])]);
          }
          for (const [status, response] of Object.entries(responses)) {
            // It has no body that an example could show.
            if (status === '304') continue;
            const text = JSON.stringify(response);
            const shown = text.includes('"example') || (status.startsWith('2') && text.includes('$ref'));
            expect([where, status, shown]).toEqual([where, status, true]);
          }
        }
      }
    });
  });

  async function auditRows() {
    // Key use and refusals are written within a second; what is asked for here is written before the answer.
    return withAdmin(
      async (client) =>
        (await client.query('SELECT actor, action, target, detail, request_id FROM audit_event ORDER BY id')).rows as {
          actor: string;
          action: string;
          target: string;
          detail: string;
          request_id: string | null;
        }[],
      gateway.database.name,
    );
  }
});
