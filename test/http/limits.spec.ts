import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataAnswer } from '../../src/http/index.js';
import type { ErrorCode } from '../../src/kernel/index.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { FREE, PRO } from '../support/gateway-settings.js';
import { probe, ProbeController, ProbeError } from './probe.controller.js';

/** The usual tiers without a limit on concurrent requests, which has its own tests. */
const TIERS = [{ ...FREE, limits: { ...FREE.limits, concurrent: undefined } }, PRO];
const BODY = Buffer.from('{"success":true,"data":{}}');

describe('the minute limit', () => {
  let app: TestGateway;
  let headers: Record<string, string>;

  beforeAll(async () => {
    app = await gateway()
      .withControllers(ProbeController)
      .withTiers(...TIERS)
      .start();
    headers = { 'x-api-key': await app.key({ tier: 'FREE' }) };
  });
  afterAll(() => app.close());
  beforeEach(() => {
    app.clock.advance(60_000);
    probe.calls = 0;
    probe.act = () => new DataAnswer({ body: BODY, maxAgeSeconds: 1, asOf: 1, source: 'terminal' });
  });

  const ask = async (path = '/api/v1/probe/EURUSD/H1', more: Record<string, string> = {}) => {
    const response = await fetch(app.url + path, { headers: { ...headers, ...more } });
    const { status } = response;
    await response.arrayBuffer();
    return { status, headers: response.headers, remaining: Number(response.headers.get('x-ratelimit-remaining')) };
  };
  const failWith = (code: ErrorCode) => {
    probe.act = () => {
      throw new ProbeError(code);
    };
  };

  it('is told in every header of a counted answer', async () => {
    app.clock.advance(86_400_000);
    await ask();
    app.clock.advance(12_500);
    const answer = await ask();
    const resetMs = app.clock.nowMs() + 47_500;
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'ratelimit-policy': '"minute";q=3;w=60, "day";q=2000;w=86400',
      ratelimit: '"minute";r=1;t=48, "day";r=1998;t=86388',
      'x-ratelimit-limit': '3',
      'x-ratelimit-remaining': '1',
      'x-ratelimit-reset': String(Math.ceil(resetMs / 1000)),
    });
  });

  it('refuses the request after the last one, says when to come back, and lets it through then', async () => {
    for (const remaining of [2, 1, 0]) expect(await ask()).toMatchObject({ status: 200, remaining });
    app.clock.advance(20_000);
    const response = await fetch(`${app.url}/api/v1/probe/EURUSD/H1`, { headers });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('40');
    expect(response.headers.get('ratelimit')).toMatch(/^"minute";r=0;t=40, "day";r=19\d\d;t=\d+$/);
    expect(await response.json()).toMatchObject({
      code: 'quota-exceeded',
      retryable: true,
      retry_after: 40,
      violated_policies: ['minute'],
    });
    app.clock.advance(39_999);
    expect((await ask()).status).toBe(429);
    app.clock.advance(1);
    expect(await ask()).toMatchObject({ status: 200, remaining: 2 });
  });

  it.each([
    ['not-found', 404, 2],
    ['symbol-not-found', 404, 2],
    ['invalid-parameter', 400, 3],
    ['internal', 500, 3],
    ['terminal-error', 502, 3],
    ['terminal-disconnected', 503, 3],
    ['terminal-timeout', 504, 3],
  ] as const)('%s (%i) leaves %i of 3', async (code, status, remaining) => {
    failWith(code);
    expect(await ask()).toMatchObject({ status, remaining });
    expect(await ask('/api/v1/me')).toMatchObject({ status: 200 });
  });

  it.each([
    ['an unknown symbol', '/api/v1/probe/NOPE/H1', 404, 2],
    ['an unknown timeframe', '/api/v1/probe/EURUSD/X9', 404, 2],
    ['a wrong parameter', '/api/v1/probe/EURUSD/H1?bars=1', 400, 3],
    ['a symbol beyond the tier', '/api/v1/probe/AUDJPY/H1', 403, 3],
  ])('%s costs what its status costs', async (_name, path, status, remaining) => {
    expect(await ask(path)).toMatchObject({ status, remaining });
    expect(probe.calls).toBe(0);
  });

  it('is not touched by 304, and a 304 says so after the refund', async () => {
    const etag = (await ask()).headers.get('etag') ?? '';
    for (let time = 0; time < 5; time++) {
      expect(await ask(undefined, { 'if-none-match': etag })).toMatchObject({ status: 304, remaining: 2 });
    }
  });

  it('is shared by all keys of the account, and by both base paths', async () => {
    const { accountId } = [...app.stores.accounts.keys.values()][0] ?? { accountId: '' };
    const other = await app.key({ accountId });
    await ask();
    expect(await ask('/api/symbols', { 'x-api-key': other })).toMatchObject({ remaining: 1 });
  });

  it('admits no more requests when many arrive concurrently', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(17);
  });

  it('neither counts nor shows on routes that are not counted', async () => {
    for (let time = 0; time < 5; time++) {
      const answer = await ask('/api/v1/me');
      expect(answer.status).toBe(200);
      expect(answer.headers.has('ratelimit')).toBe(false);
    }
    expect(await ask()).toMatchObject({ remaining: 2 });
  });

  it('is counted by tier and policy when it refuses', async () => {
    for (let time = 0; time < 4; time++) await ask();
    const text = await (await fetch(`${app.url}/metrics`)).text();
    expect(text).toMatch(/mt5gw_rate_limited_total\{tier="FREE",policy="minute"\} [1-9]/);
  });
});

describe('data answers', () => {
  let app: TestGateway;
  let headers: Record<string, string>;

  beforeAll(async () => {
    app = await gateway().withControllers(ProbeController).start();
    headers = { 'x-api-key': await app.key({ tier: 'PRO' }) };
    probe.act = () =>
      new DataAnswer({
        body: BODY,
        maxAgeSeconds: 42,
        asOf: 1_700_000_000,
        source: 'simulator',
        headers: { link: '<x>' },
      });
  });
  afterAll(() => app.close());

  const ask = (more: Record<string, string> = {}, method = 'GET') =>
    fetch(`${app.url}/api/v1/probe/EURUSD/H1`, { method, headers: { ...headers, ...more } });

  it('carry the bytes and say where they come from', async () => {
    const response = await ask();
    expect(await response.text()).toBe(BODY.toString());
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(BODY.length),
      'cache-control': 'private, max-age=42',
      vary: 'Accept, Accept-Encoding',
      'x-data-as-of': '1700000000',
      'x-data-source': 'simulator',
      link: '<x>',
      etag: expect.stringMatching(/^"[\w-]{27}"$/),
    });
  });

  it.each([
    ['the tag', (etag: string) => etag, 304],
    ['the weak tag', (etag: string) => `W/${etag}`, 304],
    ['a list with it', (etag: string) => `"a", W/"b,c" , ${etag}`, 304],
    ['any tag', () => '*', 304],
    ['another tag', () => '"other"', 200],
    ['the tag without quotes', (etag: string) => etag.slice(1, -1), 200],
    ['nonsense', () => ',,,"', 200],
  ])('answer If-None-Match with %s', async (_name, header, status) => {
    const etag = (await ask()).headers.get('etag') ?? '';
    const response = await ask({ 'if-none-match': header(etag) });
    expect(response.status).toBe(status);
    expect(response.headers.get('etag')).toBe(etag);
    expect(response.headers.get('cache-control')).toBe('private, max-age=42');
    expect(response.headers.get('x-data-as-of')).toBe('1700000000');
    expect(await response.text()).toBe(status === 304 ? '' : BODY.toString());
  });

  it('have the same tag for the same bytes for every caller', async () => {
    const other = await app.key({ tier: 'PRO' });
    const first = await ask();
    const second = await ask({ 'x-api-key': other });
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
  });

  it('to HEAD are the headers of GET without the body', async () => {
    const response = await ask({}, 'HEAD');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(BODY.length));
    expect(response.headers.get('etag')).toMatch(/^"/);
    expect(response.headers.get('x-ratelimit-remaining')).not.toBeNull();
    expect(await response.text()).toBe('');
  });
});
