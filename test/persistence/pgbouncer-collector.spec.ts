import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { type Database, PoolHealth } from '../../src/persistence/index.js';
import {
  type ConsoleRow,
  type ConsoleSnapshot,
  PgBouncerConsole,
} from '../../src/persistence/pgbouncer/pgbouncer-console.js';
import { PgBouncerCollector } from '../../src/persistence/pgbouncer/pgbouncer-collector.js';
import { registerPgBouncerMetrics } from '../../src/persistence/pgbouncer/pgbouncer.metrics.js';
import { SystemClock } from '../../src/kernel/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { type PgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import { connectDatabase, createTestDatabase, type TestDatabase } from '../support/test-database.js';

const LIMIT_MS = 500;

/** The metrics as a scrape sees them. */
function scrape(collector: PgBouncerCollector): Promise<string> {
  const registry = new Registry();
  registerPgBouncerMetrics(registry, () => collector.state);
  return registry.metrics();
}

describe('PgBouncer collector', () => {
  let test: TestDatabase;
  let bouncer: PgBouncer;
  let database: Database;
  let collector: PgBouncerCollector;

  beforeAll(async () => {
    test = await createTestDatabase();
  });

  afterEach(async () => {
    await collector?.close();
    await database?.close();
    await bouncer?.stop();
  });

  afterAll(() => test.drop());

  const open = async (settings: Readonly<Record<string, string>> = {}): Promise<void> => {
    bouncer = await startPgBouncer(settings);
    database = await connectDatabase(bouncer.urlOf(test.name), { poolSize: 1, statementTimeoutMs: 1000 });
    collector = new PgBouncerCollector(new PgBouncerConsole(bouncer.urlOf('pgbouncer'), LIMIT_MS), new SystemClock());
  };

  it('shows pools, databases, figures and lists of a real PgBouncer', async () => {
    await open();
    await database.rows('SELECT 1', []);
    await collector.collect();
    const text = await scrape(collector);
    const labels = `database="${test.name}",user="mt5gateway"`;
    expect(text).toMatch(/^pgbouncer_up 1$/m);
    expect(text).toContain(`pgbouncer_pools_cl_active{${labels}} 1`);
    expect(text).toContain(`pgbouncer_pools_cl_waiting{${labels}} 0`);
    expect(text).toContain(`pgbouncer_pools_maxwait{${labels}} 0`);
    expect(text).toMatch(new RegExp(`^pgbouncer_databases_pool_size\\{database="${test.name}"\\} 10$`, 'm'));
    expect(text).toMatch(
      new RegExp(`^pgbouncer_databases_current_connections\\{database="${test.name}"\\} [1-9]`, 'm'),
    );
    expect(text).toMatch(new RegExp(`^pgbouncer_stats_queries_total\\{database="${test.name}"\\} [1-9]`, 'm'));
    expect(text).toMatch(/^pgbouncer_lists_items\{list="used_servers"\} [0-9]+$/m);
    const pool = { name: 'default', database: test.name, stats: () => database.stats() };
    expect(new PoolHealth(pool, () => collector.state).report()).toMatchObject({
      status: 'healthy',
      pgbouncer: { up: true, clientsActive: 1, clientsWaiting: 0, maxwaitSeconds: 0 },
    });
  });

  it('tells within its limit that a frozen PgBouncer is away, and finds it again', async () => {
    await open();
    await collector.collect();
    process.kill(bouncer.pid, 'SIGSTOP');
    await collector.collect();
    expect(collector.state).toEqual({ up: false, error: 'Query read timeout' });
    const text = await scrape(collector);
    expect(text).toMatch(/^pgbouncer_up 0$/m);
    expect(text).not.toMatch(/^pgbouncer_pools_[a-z_]+\{/m);
    await expect(database.rows('SELECT 1', [])).rejects.toThrow(/longer than DB_STATEMENT_TIMEOUT/);
    process.kill(bouncer.pid, 'SIGCONT');
    await collector.collect();
    expect(collector.state.up).toBe(true);
    expect(await database.rows('SELECT 42', [])).toEqual([[42]]);
  });

  it('survives that PgBouncer is killed, and says nothing of a password', async () => {
    await open();
    await collector.collect();
    process.kill(bouncer.pid, 'SIGKILL');
    await bouncer.stop();
    await collector.collect();
    await collector.collect();
    expect(collector.state).toMatchObject({ up: false, error: expect.stringMatching(/ECONNREFUSED/) });
    const { password } = new URL(bouncer.urlOf('x'));
    expect(JSON.stringify(collector.state)).not.toContain(password);
  });

  it('reports a user who may not look, and a PgBouncer that takes no more clients', async () => {
    await open({ admin_users: 'somebody_else', max_client_conn: '1' });
    await collector.collect();
    expect(collector.state).toMatchObject({
      up: false,
      error: expect.stringMatching(/not allowed|no more connections/),
    });
    await expect(connectDatabase(bouncer.urlOf(test.name), {})).rejects.toThrow(
      /takes no more clients: raise its max_/,
    );
    expect(await database.rows('SELECT 42', [])).toEqual([[42]]);
  });

  it('names the reason when PgBouncer has no server connection for a statement in time', async () => {
    await open({ default_pool_size: '1', query_wait_timeout: '1', reserve_pool_size: '0' });
    const other = await connectDatabase(bouncer.urlOf(test.name), { poolSize: 1 });
    const holder = other.rows('SELECT pg_sleep(2.5)', []);
    await expect(other.rows('SELECT 1', [])).rejects.toThrow(/: PgBouncer had no server connection for it in time\.$/);
    await holder;
    expect(await database.rows('SELECT 42', [])).toEqual([[42]]);
    await other.close();
  });
});

describe('PgBouncer of any version', () => {
  const collecting = (pools: readonly ConsoleRow[], others: Partial<ConsoleSnapshot> = {}) => {
    const snapshot = { pools, databases: [], stats: [], lists: [], ...others };
    const console = { snapshot: () => Promise.resolve(snapshot), close: () => Promise.resolve() };
    return new PgBouncerCollector(console, new ManualClock());
  };

  it('tolerates columns that are unknown, missing, or no numbers', async () => {
    const collector = collecting(
      [
        { database: 'a', user: 'u', cl_active: '3', cl_waiting_cancel_req: '9', maxwait: '2', maxwait_us: '500000' },
        { database: 'b', user: 'u', cl_active: null, cl_waiting: 'many', sv_idle: '', maxwait: '-1' },
        { cl_active: '1' },
      ],
      {
        databases: [
          { name: 'a', reserve_pool_size: '5' },
          { name: 'b', reserve_pool: '7' },
        ],
      },
    );
    await collector.collect();
    const text = await scrape(collector);
    expect(text).toContain('pgbouncer_pools_cl_active{database="a",user="u"} 3');
    expect(text).toContain('pgbouncer_pools_maxwait{database="a",user="u"} 2.5');
    expect(text).toContain('pgbouncer_pools_cl_active{database="",user=""} 1');
    expect(text).toContain('pgbouncer_databases_reserve_pool{database="a"} 5');
    expect(text).toContain('pgbouncer_databases_reserve_pool{database="b"} 7');
    expect(text).not.toMatch(/database="b",user/);
    expect(text).not.toContain('cancel_req');
    expect(text).not.toMatch(/NaN|undefined/);
  });

  it('is asked every five seconds and never twice at once; a scrape waits for nobody', async () => {
    const clock = new ManualClock();
    let asked = 0;
    const console = {
      snapshot: () => {
        asked++;
        return new Promise<ConsoleSnapshot>(() => undefined);
      },
      close: () => Promise.resolve(),
    };
    const collector = new PgBouncerCollector(console, clock);
    collector.start();
    clock.advance(60_000);
    expect(asked).toBe(1);
    expect(await scrape(collector)).toMatch(/^pgbouncer_up 0$/m);
  });

  it('tells of each change once', async () => {
    const answers: (ConsoleSnapshot | Error)[] = [];
    const empty: ConsoleSnapshot = { pools: [], databases: [], stats: [], lists: [] };
    const console = {
      snapshot: () => {
        const next = answers.shift() ?? empty;
        return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
      },
      close: () => Promise.resolve(),
    };
    const collector = new PgBouncerCollector(console, new ManualClock());
    const told: boolean[] = [];
    collector.onChange(({ up }) => told.push(up));
    answers.push(empty, empty, new Error('a\nb'), new Error('a\nb'), empty);
    for (let round = 0; round < 5; round++) await collector.collect();
    expect(told).toEqual([true, false, true]);
  });
});
