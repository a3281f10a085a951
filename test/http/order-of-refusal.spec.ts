import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';
import { probe, ProbeController, ProbeError } from './probe.controller.js';

describe('order of refusal', () => {
  let app: TestGateway;
  let free: string;

  beforeAll(async () => {
    app = await gateway().withControllers(ProbeController).start();
    free = await app.key({ tier: 'FREE' });
  });
  afterAll(() => app.close());
  beforeEach(() => {
    app.clock.advance(60_000);
    probe.calls = 0;
  });

  /** Faults in the order in which they must be reported; each request has one fault less than the one before. */
  const faults = ['query-key', 'key', 'parameter', 'symbol', 'timeframe', 'tier', 'limit', 'terminal'] as const;
  const expected: Record<(typeof faults)[number], [number, string]> = {
    'query-key': [400, 'key-in-query'],
    key: [401, 'key-missing'],
    parameter: [400, 'invalid-parameter'],
    symbol: [404, 'symbol-not-found'],
    timeframe: [404, 'timeframe-not-supported'],
    tier: [403, 'tier-required'],
    limit: [429, 'quota-exceeded'],
    terminal: [503, 'terminal-disconnected'],
  };

  it.each(faults.map((fault, index) => [fault, faults.slice(index)] as const))(
    'names %s first, whatever else is wrong',
    async (fault, present) => {
      probe.act = () => ({});
      const has = (name: (typeof faults)[number]) => present.includes(name);
      const headers: Record<string, string> = has('key') ? {} : { 'x-api-key': free };
      if (present.includes('limit')) {
        for (let request = 0; request < 3; request++) {
          await fetch(`${app.url}/api/v1/probe/EURUSD/H1`, { headers: { 'x-api-key': free } });
        }
      }
      probe.act = () => {
        throw new ProbeError('terminal-disconnected', { members: { terminal_id: 'MT5_05' } });
      };
      const symbol = has('symbol') ? 'eurusd' : has('tier') ? 'AUDJPY' : 'EURUSD';
      const timeframe = has('timeframe') ? 'H3' : 'H1';
      const query = new URLSearchParams({
        ...(has('query-key') ? { api_key: free } : {}),
        ...(has('parameter') ? { bars: '99' } : {}),
      });
      const response = await fetch(`${app.url}/api/v1/probe/${symbol}/${timeframe}?${query.toString()}`, { headers });
      const body = (await response.json()) as { code: string };
      expect([response.status, body.code]).toEqual(expected[fault]);
    },
  );

  it('refuses an unknown symbol as unknown even when the quota is used up', async () => {
    probe.act = () => ({});
    const headers = { 'x-api-key': free };
    for (let request = 0; request < 3; request++) await fetch(`${app.url}/api/v1/probe/EURUSD/H1`, { headers });
    const response = await fetch(`${app.url}/api/v1/probe/NOPE/H1`, { headers });
    expect(response.status).toBe(404);
    expect(response.headers.get('x-ratelimit-remaining')).toBe('0');
  });
});
