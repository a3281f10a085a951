import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Asking, GatewaySetup, type GatewayUnderTest } from '../support/gateway-under-test.js';
import { withAdmin } from '../support/test-database.js';
import { expectProblem } from './problem.js';

const WEDNESDAY = Date.UTC(2026, 2, 11, 14, 37, 12) / 1000;

interface Page {
  readonly data: { readonly candles: readonly object[]; readonly metadata: Readonly<Record<string, unknown>> };
}

describe('what an admin does to terminals of a running gateway', () => {
  let gateway: GatewayUnderTest;
  let admin: string;

  beforeAll(async () => {
    gateway = await new GatewaySetup()
      .terminal('MT5_05', 'EURUSD', 'AUDJPY')
      .timeframes('H1')
      .simulating({ startTime: WEDNESDAY, clockRate: 0, symbolAffix: '.m' })
      .start();
    admin = await gateway.key({ kind: 'adm' });
  });
  afterAll(() => gateway?.close());

  const manage = (path: string, asking: Asking = {}): Promise<Answer<{ data: Readonly<Record<string, unknown>> }>> =>
    gateway.ask(`/api/v1/admin${path}`, { key: admin, ...asking });
  const candles = async (symbol: string, bars = 1000) =>
    (await gateway.ask<Page>(`/api/v1/candles/${symbol}/H1?bars=${bars}`)).body.data.candles;
  const rows = (statement: string): Promise<readonly Record<string, unknown>[]> =>
    withAdmin(async (client) => (await client.query<Record<string, unknown>>(statement)).rows, gateway.database.name);
  const MAPPING = '/symbol-mappings/MT5_05/EURUSD';

  it('reads a symbol under the name that he gives, without one bar of the other, and back again', async () => {
    const [euro, yen] = [await candles('EURUSD'), await candles('AUDJPY')];
    expect(euro).not.toEqual(yen);
    const put = (broker_name: string, version: string) =>
      manage(MAPPING, { method: 'PUT', body: { broker_name }, headers: { 'If-Match': version } });
    // Two admins who saw the same version: one wins, whoever is first.
    const answers = await Promise.all([put('AUDJPY.m', '"v1"'), put('AUDJPY.m', '"v1"')]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
    await gateway.untilLive('EURUSD');
    expect(await candles('EURUSD')).toEqual(yen);
    // Also from before the bars in memory.
    expect(await candles('EURUSD', 5000)).toEqual(await candles('AUDJPY', 5000));
    expect((await gateway.ask<{ data: object }>('/api/v1/symbols/EURUSD')).body.data).toMatchObject({
      broker_symbol: 'AUDJPY.m',
      digits: 3,
    });
    const removed = await manage(MAPPING, { method: 'DELETE', headers: { 'If-Match': '"v2"' } });
    expect([removed.status, removed.headers.get('etag')]).toEqual([200, '"v3"']);
    await gateway.untilLive('EURUSD');
    expect(await candles('EURUSD')).toEqual(euro);
    const series = await rows(`SELECT broker_symbol FROM series WHERE symbol = 'EURUSD' ORDER BY broker_symbol`);
    expect(series).toEqual([{ broker_symbol: 'AUDJPY.m' }, { broker_symbol: 'EURUSD.m' }]);
    const audit = await rows(`SELECT action, detail FROM audit_event WHERE action LIKE 'symbol-mapping.%' ORDER BY id`);
    expect(audit.map(({ action, detail }) => [action, JSON.parse(detail as string)])).toEqual([
      ['symbol-mapping.changed', { before: { broker_name: null }, after: { broker_name: 'AUDJPY.m' }, checked: true }],
      ['symbol-mapping.removed', { before: { broker_name: 'AUDJPY.m' }, after: { broker_name: null }, checked: true }],
    ]);
  });

  it('drains a terminal, and customers are told so', async () => {
    expect((await manage('/terminals/MT5_05/drain', { method: 'POST' })).body.data).toMatchObject({
      state: 'draining',
    });
    const refused = await expectProblem(gateway, '/api/v1/candles/EURUSD/H1', [503, 'terminal-disconnected']);
    expect(refused.body).toMatchObject({
      error: 'MT5 terminal for EURUSD is currently drained by its operator',
      terminal_id: 'MT5_05',
    });
    const kept = await gateway.ask<Page>('/api/v1/candles/EURUSD/H1?bars=10&stale=allow');
    expect(kept.body.data).toMatchObject({ metadata: { stale: true } });
    expect(kept.body.data.candles).toHaveLength(10);
    // A drained terminal that dials back stays drained.
    const { epoch } = gateway.pool.getTerminal('MT5_05');
    expect((await manage('/terminals/MT5_05/reconnect', { method: 'POST' })).status).toBe(202);
    await gateway.until(() => (gateway.pool.getTerminal('MT5_05').epoch ?? 0) > epoch!);
    expect(gateway.pool.stats()).toMatchObject({ connected: 0, byState: { draining: 1 } });
    await manage('/terminals/MT5_05/resume', { method: 'POST' });
    await gateway.untilLive();
    expect(await candles('EURUSD', 10)).toHaveLength(10);
  });

  it('purges what is kept in memory, and nothing is different afterwards', async () => {
    const path = '/api/v1/indicators/EURUSD/H1?bars=100';
    const before = await (await gateway.fetch(path)).text();
    const purge = (body: unknown, key = admin) =>
      gateway.fetch('/api/v1/admin/cache/purge', { method: 'POST', body, key });
    const all = (await (await purge({})).json()) as { data: { answers: number } };
    expect(all).toEqual({
      success: true,
      data: { answers: expect.any(Number), keys: true, series_refilled: [], series_unfed: [] },
    });
    expect(all.data.answers).toBeGreaterThan(0);
    expect(await (await gateway.fetch(path)).text()).toBe(before);
    const refilled = await purge({ symbol: 'EURUSD', timeframe: 'H1', answers: false, keys: false, series: true });
    expect(await refilled.json()).toMatchObject({ data: { answers: 0, keys: false, series_refilled: ['EURUSD/H1'] } });
    await gateway.until(() => gateway.series.find(gateway.pool.symbols[1]!, 'H1')!.state === 'live');
    expect(await (await gateway.fetch(path)).text()).toBe(before);
    const odd: [unknown, string][] = [
      [{ symbol: 'eurusd' }, 'symbol'],
      [{ timeframe: 'M1' }, 'timeframe'],
      [{ timeframe: 'constructor' }, 'timeframe'],
      [{ keys: 'yes' }, 'keys'],
      [{ answers: null }, 'answers'],
      [{ series: true }, 'symbol'],
      [{ everything: true }, 'everything'],
    ];
    for (const [body, parameter] of odd) {
      const answer = await purge(body);
      const { errors } = (await answer.json()) as { errors: { parameter: string }[] };
      expect([answer.status, errors[0]?.parameter]).toEqual([400, parameter]);
    }
    const asking = { method: 'POST', key: admin, body: { symbol: 'EURUSX' } };
    const unknown = await expectProblem(gateway, '/api/v1/admin/cache/purge', [404, 'symbol-not-found'], asking);
    expect(unknown.body).toMatchObject({ suggestions: ['EURUSD'] });
    const other = { method: 'POST', key: await gateway.key({ kind: 'adm', scopes: ['terminals'] }), body: {} };
    await expectProblem(gateway, '/api/v1/admin/cache/purge', [403, 'scope-required'], other);
    const audit = await rows(`SELECT detail FROM audit_event WHERE action = 'cache.purged' ORDER BY id`);
    expect(audit.map(({ detail }) => JSON.parse(detail as string))).toEqual([
      { answers: true, keys: true, series: false },
      { symbol: 'EURUSD', timeframe: 'H1', answers: false, keys: false, series: true },
    ]);
  });
});
