import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { probe, ProbeController } from './probe.controller.js';

describe('strict parameters', () => {
  let app: TestGateway;
  let headers: Record<string, string>;

  beforeAll(async () => {
    app = await gateway().withControllers(ProbeController).start();
    headers = { 'x-api-key': await app.key({ tier: 'PRO' }) };
    probe.act = () => ({});
  });
  afterAll(() => app.close());
  beforeEach(() => app.clock.advance(60_000));

  const ask = async (query: string, path = '/api/v1/probe/EURUSD/H1') => {
    const response = await fetch(`${app.url}${path}${query}`, { headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it.each(['99', '5001', '1e9', '0x64', '+1000', '%2B1000', '-1', 'abc', '1000.5', '', '%20', '1000%20', '%20500'])(
    'refuses bars=%s and names the range',
    async (bars) => {
      const { status, body } = await ask(`?bars=${bars}`);
      expect(status).toBe(400);
      expect(body).toMatchObject({
        code: 'invalid-parameter',
        error: 'bars must be between 100 and 5000',
        errors: [{ parameter: 'bars', message: 'must be between 100 and 5000' }],
      });
    },
  );

  it.each(['99999999999999999999', 'Infinity', 'NaN', '1_000', '１０００', '%00', '1000;', 'null', '%zz', '1000%0a'])(
    'refuses bars=%s',
    async (bars) => {
      expect(await ask(`?bars=${encodeURI(bars).replaceAll('%25', '%')}`)).toMatchObject({
        status: 400,
        body: { code: 'invalid-parameter' },
      });
    },
  );

  it('refuses a repeated parameter, also when both are the same', async () => {
    const { status, body } = await ask('?bars=500&bars=500');
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid-parameter', errors: [{ parameter: 'bars' }] });
  });

  it.each(['bars[]=500', 'bars[a]=500', 'Bars=500', 'limit=5', '__proto__=1', 'constructor=1', '=1', 'hasOwnProperty'])(
    'refuses %s as unknown',
    async (query) => {
      expect(await ask(`?${query}`)).toMatchObject({ status: 400, body: { code: 'unknown-parameter' } });
    },
  );

  it('lists every fault in one answer; a wrong value outranks an unknown name', async () => {
    const { body } = await ask('?bars=1&stale=maybe&fractal_bars=6&cursor=TOO+LONG&other=1');
    expect(body).toMatchObject({
      code: 'invalid-parameter',
      errors: [
        { parameter: 'bars', message: 'must be between 100 and 5000' },
        { parameter: 'fractal_bars', message: 'must be an odd number between 5 and 135' },
        { parameter: 'stale', message: 'must be allow' },
        { parameter: 'cursor', message: 'must be 1 to 5 letters' },
        { parameter: 'other', message: expect.stringContaining('is unknown') },
      ],
    });
  });

  it('keeps the answer small however many unknown parameters are sent', async () => {
    const query = Array.from({ length: 900 }, (_, index) => `p${index}=1`).join('&');
    const { body } = await ask(`?${query}`);
    expect(body).toMatchObject({ code: 'unknown-parameter' });
    expect((body['errors'] as unknown[]).length).toBeLessThanOrEqual(20);
  });

  it.each([
    ['', { bars: 1000 }],
    ['?', { bars: 1000 }],
    ['?bars=100', { bars: 100 }],
    ['?bars=0005000&fractal_bars=35', { bars: 5000, fractal_bars: 35 }],
    ['?stale=allow&cursor=abc', { bars: 1000, stale: 'allow', cursor: 'abc' }],
  ])('accepts %s', async (query, expected) => {
    const { status, body } = await ask(query);
    expect(status).toBe(200);
    expect(body).toEqual({ symbol: 'EURUSD', timeframe: 'H1', query: expected });
  });

  it.each(['/api/v1/me', '/api/me', '/api/v1/symbols', '/api/timeframes', '/api/v1/probe/public'])(
    'refuses unknown parameters on %s, which takes none',
    async (path) => {
      expect(await ask('?x=1', path)).toMatchObject({ status: 400, body: { code: 'unknown-parameter' } });
      expect((await ask('', path)).status).toBe(200);
    },
  );

  it.each([
    ['eurusd', 'EURUSD'],
    ['EURUSDD', 'EURUSD'],
    ['AUDJPX', 'AUDJPY'],
  ])('does not know %s and suggests %s', async (symbol, suggestion) => {
    const { status, body } = await ask('', `/api/v1/probe/${symbol}/H1`);
    expect(status).toBe(404);
    expect(body).toMatchObject({ code: 'symbol-not-found', suggestions: expect.arrayContaining([suggestion]) });
  });

  it.each(['x'.repeat(3000), '%00', '..%2f..%2fetc', '%F0%9F%92%A9', '%3Cscript%3E', 'constructor'])(
    'does not know the symbol %s',
    async (symbol) => {
      expect(await ask('', `/api/v1/probe/${symbol}/H1`)).toMatchObject({
        status: 404,
        body: { code: 'symbol-not-found', suggestions: [] },
      });
    },
  );

  it.each(['h1', 'H3', 'M1', 'W1', 'toString', '%20'])('does not know the timeframe %s', async (timeframe) => {
    expect(await ask('', `/api/v1/probe/EURUSD/${timeframe}`)).toMatchObject({
      status: 404,
      body: { code: 'timeframe-not-supported', supported: ['M5', 'H1', 'H4'] },
    });
  });
});
