import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectDocumented } from '../support/documented-calls.js';
import { GatewaySetup, type GatewayUnderTest } from '../support/gateway-under-test.js';
import { type PgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { expectProblem } from './problem.js';

const ROUTE = '/api/v1/admin/database/pool';
/** PgBouncer is asked when the gateway starts, which takes a moment. */
const TRIES = 200;

interface PoolAnswer {
  readonly data: { readonly overflow: number; readonly pgbouncer: { readonly up: boolean; readonly error?: string } };
}

describe('the pool of a gateway behind PgBouncer', () => {
  let test: TestDatabase;
  let bouncer: PgBouncer;
  let gateway: GatewayUnderTest;
  let admin: string;

  beforeAll(async () => {
    test = await createTestDatabase();
    bouncer = await startPgBouncer();
    gateway = await new GatewaySetup()
      .terminal('MT5_01', 'EURUSD')
      .timeframes('H1')
      .environment({ DATABASE_URL: bouncer.urlOf(test.name), USE_PGBOUNCER: 'true', DB_POOL_SIZE: '5' })
      .start();
    admin = await gateway.key({ kind: 'adm', scopes: ['database'] });
  });

  afterAll(async () => {
    await gateway?.close();
    await bouncer?.stop();
    await test?.drop();
  });

  const pool = () => gateway.ask<PoolAnswer>(ROUTE, { key: admin });
  const untilPgBouncer = async (up: boolean): Promise<PoolAnswer> => {
    for (let left = TRIES; left > 0; left--) {
      const { body } = await pool();
      if (body.data.pgbouncer.up === up) return body;
    }
    throw new Error('PgBouncer was never asked.');
  };

  it('is told to admins in the form of the guide', async () => {
    const { data } = await untilPgBouncer(true);
    await expectDocumented('GET', ROUTE, await gateway.fetch(ROUTE, { key: admin }));
    await expectDocumented('GET', '/health/ready', await gateway.fetch('/health/ready', { key: null }));
    expect(data).toEqual({
      ...{ pool: 'default', status: 'healthy', checked_out: expect.any(Number), waiters: 0 },
      // The five of the core, and those that the start still needs beside them.
      ...{ size: 5 + data.overflow, overflow: expect.any(Number) },
      ...{ checked_in: expect.any(Number), utilization_percent: expect.any(Number), total_capacity: 15 },
      pgbouncer: {
        ...{ up: true, as_of: expect.stringMatching(/^\d{4}-.*Z$/), cl_active: expect.any(Number) },
        ...{ sv_active: expect.any(Number), sv_idle: expect.any(Number) },
        // A client may have been waiting for its first connection at the moment when PgBouncer was asked.
        ...{ cl_waiting: expect.any(Number), maxwait: expect.any(Number) },
      },
    });
  });

  it('needs the scope of its own', async () => {
    const other = await gateway.key({ kind: 'adm', scopes: ['terminals'] });
    expect((await gateway.ask(ROUTE, { key: other })).status).toBe(403);
    await expectProblem(gateway, ROUTE, [403, 'scope-required']);
  });

  it('is part of readiness, and of the metrics with its label', async () => {
    const ready = await gateway.ask('/health/ready', { key: null });
    expect(ready).toMatchObject({
      status: 200,
      body: {
        details: { database: { status: 'up', pool: { pool: 'default', status: 'healthy', total_capacity: 15 } } },
      },
    });
    const text = await gateway.metrics();
    const families = text.match(/^db_pool_[a-z_]+(?=\{)/gm) ?? [];
    expect(new Set(families).size).toBeGreaterThanOrEqual(17);
    expect(text.match(/^db_pool_.*$/gm)?.filter((line) => !line.includes('pool="default"'))).toEqual([]);
    expect(text).toMatch(/^db_pool_capacity\{pool="default"\} 15$/m);
    expect(text).toMatch(/^db_pool_checkout_duration_seconds_count\{pool="default"\} [1-9]/m);
    expect(text).toMatch(/^pgbouncer_up 1$/m);
    expect(text).toMatch(/^pgbouncer_pools_cl_active\{database="test_[a-f0-9]+",user="mt5gateway"\} [1-9]/m);
  });
});
