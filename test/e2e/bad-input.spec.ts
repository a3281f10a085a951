import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKey, formatKey } from '../../src/access/credentials/api-key.js';
import { SystemRandom } from '../../src/kernel/index.js';
import { type Asking, GatewaySetup, type GatewayUnderTest } from '../support/gateway-under-test.js';
import { rawHttp } from '../support/raw-http.js';
import { expectProblem } from './problem.js';

const WEDNESDAY = Date.UTC(2026, 2, 11, 14, 37, 12) / 1000;
const INDICATORS = '/api/v1/indicators/EURUSD/H1';

/** The tiers as shipped, so that the limits are those that customers meet; every group of requests has its own account. */
describe('bad input', () => {
  let gateway: GatewayUnderTest;
  let free: string;
  let admin: string;

  beforeAll(async () => {
    gateway = await new GatewaySetup()
      .terminal('MT5_05', 'EURUSD')
      .terminal('MT5_01', 'AUDJPY')
      .simulating({ startTime: WEDNESDAY, clockRate: 0 })
      .start();
    free = await gateway.key({ tier: 'FREE' });
    admin = await gateway.key({ kind: 'adm' });
  });
  afterAll(() => gateway?.close());

  const problem = (path: string, expected: readonly [number, string], asking?: Asking) =>
    expectProblem(gateway, path, expected, asking);

  describe('parameters', () => {
    it.each([
      '99',
      '5001',
      '1e9',
      '0x64',
      '+1000',
      '%2B1000',
      '-1',
      'abc',
      '1000.5',
      '',
      '%20',
      '99999999999999999999',
    ])('bars=%s is refused, and the range is named', async (bars) => {
      const { body } = await problem(`${INDICATORS}?bars=${bars}`, [400, 'invalid-parameter']);
      expect(body['errors']).toEqual([{ parameter: 'bars', message: 'must be between 100 and 5000' }]);
    });

    it.each(['0', '5001', '1e3', '-5', ''])('bars=%s of /candles is refused, and the range is named', async (bars) => {
      const { body } = await problem(`/api/v1/candles/EURUSD/H1?bars=${bars}`, [400, 'invalid-parameter']);
      expect(body['errors']).toEqual([{ parameter: 'bars', message: 'must be between 1 and 5000' }]);
    });

    it.each(['bars=500&bars=500', 'bars=500&bars=600', 'bars=&bars=500', 'stale=allow&stale=allow'])(
      'a repeated parameter is refused (%s)',
      async (query) => {
        const { body } = await problem(`${INDICATORS}?${query}`, [400, 'invalid-parameter']);
        expect(body['errors']).toHaveLength(1);
      },
    );

    it.each(['1', 'ALLOW', 'true', ''])('stale=%s is refused', async (stale) => {
      const { body } = await problem(`${INDICATORS}?stale=${stale}`, [400, 'invalid-parameter']);
      expect(body['errors']).toEqual([{ parameter: 'stale', message: 'must be allow' }]);
    });

    it.each([
      INDICATORS,
      '/api/v1/candles/EURUSD/H1',
      '/api/v1/symbols',
      '/api/v1/symbols/EURUSD',
      '/api/v1/timeframes',
      '/api/v1/me',
      '/api/health',
      '/api/me',
    ])('%s refuses a parameter that it does not take', async (path) => {
      const { body } = await problem(`${path}?bar=1`, [400, 'unknown-parameter']);
      expect(body['errors']).toEqual([{ parameter: 'bar', message: expect.stringContaining('unknown') }]);
      expect((await gateway.fetch(path)).status).toBe(200);
    });

    it('are all named at once, and a wrong value weighs more than an unknown name', async () => {
      const path = `${INDICATORS}?bars=1&fractal_bars=6&as_of=x&stale=no&other=1`;
      const { body } = await problem(path, [400, 'invalid-parameter']);
      const named = (body['errors'] as { parameter: string }[]).map(({ parameter }) => parameter);
      expect(named.sort()).toEqual(['as_of', 'bars', 'fractal_bars', 'other', 'stale']);
    });

    it.each(['/api/v1/indicators/%zz/H1', '/api/v1/indicators/EURUSD/%E0%A4%A', '/api/v1/%'])(
      'bad URL encoding is named as such (%s)',
      async (path) => {
        const answer = await rawHttp(gateway.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
        const [head = '', body = ''] = answer.split('\r\n\r\n');
        expect(head).toMatch(/^HTTP\/1\.1 400 /);
        expect(head).toMatch(/^content-type: application\/problem\+json/im);
        expect(head).toMatch(/^x-request-id: \S/im);
        expect(JSON.parse(body)).toMatchObject({ success: false, code: 'invalid-parameter', status: 400 });
      },
    );

    it.each([
      ['no HTTP at all', 'hello\r\n\r\n', 400],
      ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ])('%s is answered with a problem document', async (_what, bytes, status) => {
      const answer = await rawHttp(gateway.url, bytes);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ success: false, status });
    });

    it.each([
      ['/api/v1/nothing', 404, 'route-not-found'],
      ['/api/v1/indicators', 404, 'route-not-found'],
      ['/api/v1/indicators/EURUSD', 404, 'route-not-found'],
      ['/wp-login.php', 404, 'route-not-found'],
    ] as const)('%s is no route', async (path, status, code) => {
      await problem(path, [status, code]);
    });

    it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('%s is not taken by /indicators', async (method) => {
      const { headers } = await problem(INDICATORS, [405, 'method-not-allowed'], { method });
      expect(headers.get('allow')).toContain('GET');
    });
  });

  describe('symbols and timeframes', () => {
    it.each([
      ['eurusd', 'EURUSD'],
      ['EurUsd', 'EURUSD'],
      ['EURUSDX', 'EURUSD'],
      ['AUDJPX', 'AUDJPY'],
    ])('%s is unknown, and %s is suggested', async (symbol, suggestion) => {
      for (const path of [
        `/api/v1/indicators/${symbol}/H1`,
        `/api/v1/candles/${symbol}/H1`,
        `/api/v1/symbols/${symbol}`,
      ]) {
        const { body } = await problem(path, [404, 'symbol-not-found']);
        expect(body['suggestions']).toContain(suggestion);
      }
    });

    it.each([
      'GBPUSD',
      'x'.repeat(2000),
      '%00',
      '..%2f..%2fetc%2fpasswd',
      '%F0%9F%92%A9',
      '__proto__',
      "'%20OR%201=1--",
    ])('the symbol %s is unknown to every tier', async (symbol) => {
      for (const key of [free, undefined]) {
        await problem(`/api/v1/indicators/${symbol}/H1`, [404, 'symbol-not-found'], key === undefined ? {} : { key });
      }
    });

    it.each(['h1', 'H3', 'M1', 'MN1', '60', '%20', 'toString'])('the timeframe %s is unknown', async (timeframe) => {
      const { body } = await problem(`/api/v1/indicators/EURUSD/${timeframe}`, [404, 'timeframe-not-supported']);
      expect(body['supported']).toEqual(['M5', 'M15', 'M30', 'H1', 'H2', 'H4', 'H8', 'H12', 'D1']);
    });
  });

  describe('keys', () => {
    const unknownKey = () => generateKey('live', new SystemRandom());

    it('missing', async () => {
      await problem(INDICATORS, [401, 'key-missing'], { key: null });
      await problem(INDICATORS, [401, 'key-missing'], { key: '' });
      await problem(INDICATORS, [401, 'key-missing'], { key: null, headers: { authorization: 'Basic dTpw' } });
    });

    it.each(['x', 'mt5g_', 'mt5g_live_abc', 'Bearer mt5g_live_x', 'a'.repeat(5000)])('malformed (%s)', async (key) => {
      await problem(INDICATORS, [401, 'key-invalid'], { key });
    });

    it('with a wrong checksum, unknown, or with a wrong secret: all look the same', async () => {
      const mistyped = free.slice(0, -1) + (free.endsWith('a') ? 'b' : 'a');
      const id = free.split('_')[2]!;
      const keys = [mistyped, formatKey(unknownKey()), formatKey({ ...unknownKey(), id })];
      expect(keys.every((key) => key.length === free.length)).toBe(true);
      const bodies = [];
      for (const key of keys) {
        const { body } = await problem(INDICATORS, [401, 'key-invalid'], { key, headers: { 'x-request-id': 'same' } });
        bodies.push(body);
      }
      expect(bodies[1]).toEqual(bodies[0]);
      expect(bodies[2]).toEqual(bodies[0]);
    });

    it.each(['api_key', 'apikey', 'key', 'token', 'access_token', 'API_KEY', 'anything'])(
      'in the query string as %s, also when the header is right',
      async (name) => {
        const { body } = await problem(`${INDICATORS}?${name}=${free}`, [400, 'key-in-query']);
        expect(JSON.stringify(body)).not.toContain(free);
        await problem(`${INDICATORS}?${name}=${free}`, [400, 'key-in-query'], { key: null });
      },
    );

    it('works as a bearer token, and only once', async () => {
      const bearer = { authorization: `Bearer ${free}` };
      expect((await gateway.fetch(INDICATORS, { key: null, headers: bearer })).status).toBe(200);
      await problem(INDICATORS, [401, 'key-invalid'], { headers: bearer });
    });

    it('of admins read no market data, and those of customers open no admin route', async () => {
      for (const path of [INDICATORS, '/api/v1/candles/EURUSD/H1', '/api/v1/symbols/EURUSD']) {
        await problem(path, [403, 'scope-required'], { key: admin });
      }
      for (const path of ['/api/v1/admin/terminals', '/api/v1/admin/keys', '/api/admin/terminals/health']) {
        const { body } = await problem(path, [403, 'scope-required']);
        expect(typeof body['required_scope']).toBe('string');
      }
    });

    it('of admins with one scope open only its routes', async () => {
      const key = await gateway.key({ kind: 'adm', scopes: ['terminals'] });
      expect((await gateway.fetch('/api/v1/admin/terminals', { key })).status).toBe(200);
      const { body } = await problem('/api/v1/admin/keys', [403, 'scope-required'], { key });
      expect(body['required_scope']).toBe('keys');
    });
  });

  describe('tiers', () => {
    const forbidden = {
      tier: 'FREE',
      required_tier: 'PRO',
      accessible_symbols: ['EURUSD'],
      accessible_timeframes: ['H1', 'H4', 'D1'],
      upgrade_required: true,
    };

    it.each([
      ['AUDJPY/H1', 'FREE tier cannot access AUDJPY'],
      ['EURUSD/M5', 'FREE tier cannot access M5'],
      ['AUDJPY/M5', 'FREE tier cannot access AUDJPY'],
    ])('FREE may not have %s', async (series, error) => {
      for (const path of [`/api/v1/indicators/${series}`, `/api/v1/candles/${series}`, `/api/indicators/${series}`]) {
        const { body } = await problem(path, [403, 'tier-required'], { key: free });
        expect(body).toMatchObject({ ...forbidden, error });
        const lowered = await problem(path, [403, 'tier-required'], { headers: { 'X-User-Tier': 'FREE' } });
        expect(lowered.body).toMatchObject({ ...forbidden, error });
      }
    });

    it('FREE may not look at the details of AUDJPY', async () => {
      await problem('/api/v1/symbols/AUDJPY', [403, 'tier-required'], { key: free });
      expect((await gateway.ask('/api/v1/symbols/EURUSD', { key: free })).status).toBe(200);
    });

    it.each([
      ['PRO', undefined, 'PRO'],
      ['PRO', 'PRO', 'PRO'],
      ['PRO', 'free', 'FREE'],
      ['PRO', 'Free', 'FREE'],
      ['FREE', undefined, 'FREE'],
      ['FREE', 'FREE', 'FREE'],
    ])('a %s key with X-User-Tier %s is answered as %s', async (tier, asked, effective) => {
      const headers: Record<string, string> = asked === undefined ? {} : { 'X-User-Tier': asked };
      const asking = { headers, ...(tier === 'FREE' ? { key: free } : {}) };
      const { body } = await gateway.ask<{ data: { metadata: object } }>(`${INDICATORS}?bars=100`, asking);
      expect(body.data.metadata).toMatchObject({ tier: effective });
      const me = await gateway.ask<{ data: object }>('/api/v1/me', asking);
      expect(me.body.data).toMatchObject({ tier, effective_tier: effective });
      const symbols = await gateway.ask('/api/v1/symbols', asking);
      const expected = effective === 'PRO' ? ['AUDJPY', 'EURUSD'] : ['EURUSD'];
      expect(symbols.body).toEqual({ success: true, tier: effective, symbols: expected });
    });

    it('X-User-Tier cannot raise, and knows only the tiers there are', async () => {
      const raised = await problem(INDICATORS, [403, 'tier-required'], {
        key: free,
        headers: { 'X-User-Tier': 'PRO' },
      });
      expect(raised.body).toMatchObject({ required_tier: 'PRO', tier: 'FREE' });
      for (const tier of ['GOLD', ' ', 'PRO, FREE', '*']) {
        const { body } = await problem(INDICATORS, [400, 'invalid-parameter'], { headers: { 'X-User-Tier': tier } });
        expect(body['errors']).toEqual([{ parameter: 'X-User-Tier', message: expect.stringContaining('FREE or PRO') }]);
      }
    });

    it('lowers the view, never the limits', async () => {
      const { headers } = await gateway.ask('/api/v1/symbols', { headers: { 'X-User-Tier': 'FREE' } });
      expect(headers.get('ratelimit-policy')).toBe('"minute";q=600;w=60');
    });
  });

  it('is refused in one order, whatever else is wrong', async () => {
    const key = await gateway.key({ tier: 'FREE' });
    for (let used = 0; used < 60; used++) await gateway.fetch('/api/v1/symbols', { key });
    const both = `bars=1&token=${key}`;
    await problem(`/api/v1/indicators/NOPE/X1?${both}`, [400, 'key-in-query'], { key: null });
    await problem('/api/v1/indicators/NOPE/X1?bars=1', [401, 'key-missing'], { key: null });
    await problem('/api/v1/indicators/NOPE/X1?bars=1', [400, 'invalid-parameter'], { key });
    await problem('/api/v1/indicators/NOPE/X1', [404, 'symbol-not-found'], { key });
    await problem('/api/v1/indicators/AUDJPY/X1', [404, 'timeframe-not-supported'], { key });
    await problem('/api/v1/indicators/AUDJPY/M5', [403, 'tier-required'], { key });
    await problem('/api/v1/candles/AUDJPY/H1?from=20&to=10', [400, 'invalid-parameter'], { key });
    const { body, headers } = await problem(INDICATORS, [429, 'quota-exceeded'], { key });
    expect(body['violated_policies']).toEqual(['minute']);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
    // The two 404s cost one each as well.
    expect(headers.get('ratelimit')).toMatch(/^"minute";r=0;t=\d+, "day";r=1938;t=\d+$/);
    expect(headers.get('x-ratelimit-remaining')).toBe('0');
  });
});
