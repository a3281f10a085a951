import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { FREE, PRO } from '../support/gateway-settings.js';
import { probe, ProbeController, ProbeError } from './probe.controller.js';

const PATH = '/api/v1/probe/EURUSD/H1';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const TIERS = [{ ...FREE, limits: { perMinute: 3, perDay: 5, concurrent: 2 } }, PRO];

describe('the policies of an account', () => {
  let app: TestGateway;
  let headers: Record<string, string>;

  beforeEach(async () => {
    app = await gateway()
      .withControllers(ProbeController)
      .withTiers(...TIERS)
      .start();
    headers = { 'x-api-key': await app.key({ tier: 'FREE' }) };
    probe.act = () => ({});
  });
  afterEach(() => app.close());

  const ask = async (path = PATH, more: Record<string, string> = {}) => {
    const response = await fetch(app.url + path, { headers: { ...headers, ...more } });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body };
  };
  const use = async (times: number) => {
    for (let time = 0; time < times; time++) expect((await ask()).status).toBe(200);
  };
  const limits = async (more: Record<string, string> = {}) =>
    (await ask('/api/v1/limits', more)).body['data'] as {
      policies: { name: string; remaining: number; reset_after: number }[];
    };
  const left = async () => (await limits()).policies.map(({ remaining }) => remaining);

  it('must all allow a request: the day ends it while the minute still has some left', async () => {
    await use(3);
    app.clock.advance(MINUTE_MS);
    await use(2);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({
      code: 'quota-exceeded',
      error: 'the limit of 5 requests per day is used up; wait 86340 seconds',
      violated_policies: ['day'],
      retry_after: 86_340,
    });
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'retry-after': '86340',
      'ratelimit-policy': '"minute";q=3;w=60, "day";q=5;w=86400',
      ratelimit: '"minute";r=1;t=60, "day";r=0;t=86340',
      'x-ratelimit-limit': '3',
      'x-ratelimit-remaining': '1',
    });
    app.clock.advance(DAY_MS - MINUTE_MS - 1);
    expect((await ask()).status).toBe(429);
    app.clock.advance(1);
    await use(3);
  });

  it('are all named when all are used up, with the longest wait, and counted one by one', async () => {
    await use(2);
    app.clock.advance(MINUTE_MS);
    await use(3);
    const refused = await ask();
    expect(refused.body).toMatchObject({
      error: 'the limits of 3 requests per minute and 5 requests per day are used up; wait 86340 seconds',
      violated_policies: ['minute', 'day'],
    });
    expect(refused.headers.get('retry-after')).toBe('86340');
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    for (const policy of ['minute', 'day']) {
      expect(metrics).toContain(`mt5gw_rate_limited_total{tier="FREE",policy="${policy}"} 1\n`);
    }
  });

  it('get back what costs nothing, in each window that it was taken from', async () => {
    await use(1);
    probe.act = () => {
      app.clock.advance(MINUTE_MS);
      throw new ProbeError('terminal-timeout');
    };
    expect((await ask()).status).toBe(504);
    probe.act = () => ({});
    await use(1);
    expect(await left()).toEqual([2, 3]);
  });

  it('cost an unknown symbol in each of them, and answer it as unknown when nothing is left', async () => {
    for (let time = 0; time < 7; time++) expect((await ask('/api/v1/probe/NOPE/H1')).status).toBe(404);
    expect(await left()).toEqual([0, 0]);
  });

  it('are those of the account, not those of the tier that X-User-Tier asks for', async () => {
    const pro = { 'x-api-key': await app.key({ tier: 'PRO' }), 'x-user-tier': 'FREE' };
    for (let time = 0; time < 6; time++) expect((await ask(PATH, pro)).status).toBe(200);
    const answer = await ask(PATH, pro);
    expect(answer.headers.get('ratelimit-policy')).toBe('"minute";q=600;w=60');
    expect(answer.headers.get('ratelimit')).toBe('"minute";r=593;t=60');
    expect(await limits(pro)).toMatchObject({ tier: 'PRO', policies: [{ name: 'minute', limit: 600 }] });
  });

  it('are told by /limits with what is left, when it comes back, and how many are open', async () => {
    await use(2);
    app.clock.advance(12_500);
    const answer = await ask('/api/limits');
    const now = app.clock.nowMs();
    const accountId = [...app.stores.accounts.keys.values()][0]?.accountId;
    expect(answer.body).toEqual({
      success: true,
      data: {
        account_id: accountId,
        tier: 'FREE',
        policies: [
          {
            name: 'minute',
            limit: 3,
            window: 60,
            remaining: 1,
            reset_after: 48,
            reset: Math.ceil((now + 47_500) / 1000),
          },
          {
            name: 'day',
            limit: 5,
            window: 86_400,
            remaining: 3,
            reset_after: 86_388,
            reset: Math.ceil((now + DAY_MS - 12_500) / 1000),
          },
        ],
        concurrency: { limit: 2, in_use: 0 },
      },
    });
    expect(answer.headers.has('ratelimit')).toBe(false);
  });

  it('can be read as often as one likes, also when all are used up', async () => {
    await use(3);
    for (let time = 0; time < 10; time++) expect(await left()).toEqual([0, 2]);
    expect((await ask('/api/v1/limits?x=1')).body).toMatchObject({ code: 'unknown-parameter' });
    expect((await ask('/api/v1/limits', { 'x-api-key': '' })).body).toMatchObject({ code: 'key-missing' });
  });
});
