import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewaySetup, type GatewayUnderTest } from '../support/gateway-under-test.js';
import { withAdmin } from '../support/test-database.js';
import { until } from '../support/until.js';

interface Event {
  readonly id: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: Record<string, unknown>;
  readonly seq: number | null;
  readonly hash: string | null;
}

interface Verification {
  readonly status: string;
  readonly sealed: { readonly seq: number };
  readonly unsealed: number;
  readonly last: { readonly verified: number; readonly fault: { readonly seq: number; readonly kind: string } | null };
}

describe('usage and audit', () => {
  let gateway: GatewayUnderTest;
  let admin: string;

  beforeAll(async () => {
    gateway = await new GatewaySetup().terminal('MT5_01', 'EURUSD').timeframes('H1').start();
    admin = await gateway.key({ kind: 'adm', scopes: ['usage', 'audit'] });
  });
  afterAll(() => gateway?.close());

  const ask = async <T>(path: string, method = 'GET'): Promise<T> =>
    (await gateway.ask<{ data: T }>(`/api/v1/admin${path}`, { key: admin, method })).body.data;
  /** Asks again until it is so: rows of the trail come and are sealed within a second, on a busy machine later. */
  const untilAnswer = async <T>(path: string, isSo: (data: T) => boolean): Promise<T> => {
    let data: T;
    await until(
      async () => isSo((data = await ask<T>(path))),
      () => `${path} is as expected, not ${JSON.stringify(data)}`,
    );
    return data!;
  };
  const verified = async (): Promise<Verification> => {
    await ask('/audit/verification', 'POST');
    return untilAnswer('/audit/verification', ({ status }: Verification) => status !== 'running');
  };

  it('tell customers and bills the same, by symbol and route, to the last request', async () => {
    const key = await gateway.key({ name: '=cmd|"/c calc"!A1', tier: 'PRO' });
    for (let request = 0; request < 3; request++) await gateway.fetch('/api/v1/candles/EURUSD/H1?bars=10', { key });
    await gateway.fetch('/api/indicators/EURUSD/H1?bars=1', { key });
    await gateway.fetch('/api/v1/candles/NOSUCH/H1', { key });
    const { body } = await gateway.ask<{ data: { account_id: string; usage: object[]; total: object } }>(
      '/api/v1/usage?group_by=symbol',
      { key },
    );
    expect(body.data.usage).toMatchObject([
      { symbol: '', requests: 2, counted: 1, client_errors: 2 },
      { symbol: 'EURUSD', requests: 3, counted: 3, client_errors: 0 },
    ]);
    expect(body.data.total).toMatchObject({ requests: 5, counted: 4, server_errors: 0 });
    const routes = await ask(`/usage?account_id=${body.data.account_id}&group_by=route,symbol`);
    expect(routes).toMatchObject([
      { route: 'getCandles', symbol: '', requests: 1 },
      { route: 'getCandles', symbol: 'EURUSD', requests: 3 },
      { route: 'getIndicators', symbol: '', requests: 1, counted: 0 },
      { route: 'getUsage', symbol: '', requests: 1, counted: 0 },
    ]);
    const table = await gateway.fetch(`/api/v1/admin/usage?format=csv&account_id=${body.data.account_id}`, {
      key: admin,
    });
    expect(await table.text()).toContain(`${body.data.account_id},"'=cmd|""/c calc""!A1",6,4,`);
    expect(await gateway.metrics()).toMatch(/^mt5gw_usage_written_total [1-9]/m);
    expect(await gateway.metrics()).not.toContain(body.data.account_id);
  });

  it('show what keys and terminals did, and who was refused', async () => {
    const wrong = `mt5g_live_${'0'.repeat(10)}_${'0'.repeat(49)}`;
    await gateway.fetch('/api/v1/me', { key: wrong });
    const refused = await untilAnswer<Event[]>('/audit?action=key.refused', (events) => events.length > 0);
    expect(refused).toMatchObject([
      { actor: 'anonymous', action: 'key.refused', target: '', detail: { reason: 'key-invalid', route: '/api/v1/me' } },
    ]);
    expect(JSON.stringify(refused)).not.toContain(wrong);
    const terminals = await untilAnswer<Event[]>(
      '/audit?target_kind=terminal&target_id=MT5_01',
      (events) => events.length > 0,
    );
    expect(terminals.map(({ action }) => action)).toContain('terminal.ready');
    const made = await ask<Event[]>('/audit?action=key.created&target_kind=key&limit=1');
    expect(made).toHaveLength(1);
    expect(await ask(`/audit/${made[0]?.id}`)).toMatchObject({ id: made[0]?.id, action: 'key.created' });
    expect(await ask<Event[]>('/audit?to=2001-01-01T00:00:00Z&from=2000-01-01T00:00:00Z')).toEqual([]);
    const table = await gateway.fetch('/api/v1/admin/audit?format=csv&action=key.refused', { key: admin });
    expect(table.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"');
    expect(await table.text()).toMatch(/^id,at,recorded_at,actor,.*\r\n\d+,.*,anonymous,key\.refused,,"\{/);
  });

  it('hold a handful of rows after a flood of requests without a key, and a valid key is served meanwhile', async () => {
    const rows = async () => (await ask<Event[]>('/audit?action=key.refused&limit=1000')).length;
    const before = await rows();
    const statuses = new Map<number, number>();
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => gateway.fetch('/api/v1/admin/keys', { key: null })),
      );
      for (const answer of answers) {
        await answer.arrayBuffer();
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }
    }
    expect((await gateway.fetch('/api/v1/admin/audit', { key: admin })).status).toBe(200);
    expect(new Set(statuses.keys())).toEqual(new Set([401, 429]));
    await untilAnswer<Event[]>('/audit?action=key.refused&limit=1000', (events) => events.length >= before + 2);
    // Two windows at most, each with the first refusals and the repeated ones of two kinds.
    expect(await rows()).toBeLessThanOrEqual(before + 8);
  });

  it.each([
    ['/audit?target_id=x', 400],
    ['/audit?from=2026-11-31T25:00:00Z', 400],
    ['/audit?from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z', 400],
    ['/audit?action=%25', 400],
    ['/audit?cursor=bm8', 400],
    ['/audit?actor=a%0Ab&limit=0&format=pdf', 400],
    ['/audit/0', 404],
    [`/audit/${'9'.repeat(40)}`, 404],
    ['/audit/%00', 404],
  ])('answer %s with %i', async (path, status) => {
    expect((await gateway.fetch(`/api/v1/admin${path}`, { key: admin })).status).toBe(status);
  });

  it('belong to those who have their scopes', async () => {
    const paths = ['/audit', '/audit/1', '/audit/verification', '/usage'];
    for (const key of [await gateway.key(), await gateway.key({ kind: 'adm', scopes: ['keys'] })]) {
      for (const path of paths) expect((await gateway.fetch(`/api/v1/admin${path}`, { key })).status).toBe(403);
      const started = await gateway.fetch('/api/v1/admin/audit/verification', { key, method: 'POST' });
      expect(started.status).toBe(403);
    }
  });

  it('show that a row was changed behind the gateway’s back', async () => {
    const { status, last, sealed } = await verified();
    expect([status, last.fault]).toEqual(['holds', null]);
    expect(sealed.seq).toBeGreaterThan(0);
    await withAdmin(async (owner) => {
      await owner.query('ALTER TABLE audit_event DISABLE TRIGGER audit_event_immutable');
      await owner.query(`UPDATE audit_event SET detail = '{}' WHERE seq = 1`);
      await owner.query('ALTER TABLE audit_event ENABLE TRIGGER audit_event_immutable');
    }, gateway.database.name);
    expect(await verified()).toMatchObject({
      status: 'broken',
      last: { verified: 0, fault: { kind: 'altered', seq: 1 } },
    });
    expect(await gateway.metrics()).toMatch(/^mt5gw_audit_chain_broken 1$/m);
    const asked = await untilAnswer<Event[]>('/audit?action=audit.', (events) => events.length === 2);
    expect(asked.map(({ action }) => action)).toEqual(['audit.verification_started', 'audit.verification_started']);
  });
});
