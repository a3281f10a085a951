import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../src/kernel/index.js';
import { type Database, PostgresUsageStore, type UsageDimension, UsageLedger } from '../../src/persistence/index.js';
import { StoreUnavailableError } from '../../src/persistence/database/persistence.errors.js';
import { UsageRefusedError } from '../../src/persistence/usage/usage.errors.js';
import type { UsageRow } from '../../src/persistence/usage/usage-tally.js';
import { UsageSpool } from '../../src/persistence/usage/usage-spool.js';
import { openRoute, ROUTES, type DatabaseRoute } from '../support/database-route.js';
import { ManualClock } from '../support/manual-clock.js';
import { TcpSwitch } from '../support/tcp-switch.js';
import { connectDatabase, createTestDatabase, type TestDatabase, withAdmin } from '../support/test-database.js';
import { until } from '../support/until.js';

const row = (account: string, day: string, { route = 'getCandles', symbol = '', requests = 1 } = {}): UsageRow => [
  account,
  day,
  route,
  symbol,
  requests,
  requests,
  0,
  0,
  0,
  10 * requests,
];

const PERIOD = { from: '2026-01-01', to: '2026-02-01' };

describe.each(ROUTES)('usage %s', (way) => {
  let test: TestDatabase;
  let route: DatabaseRoute;
  let cable: TcpSwitch;
  let database: Database;
  let store: PostgresUsageStore;

  beforeAll(async () => {
    test = await createTestDatabase();
    route = await openRoute(way, test);
    cable = await TcpSwitch.before(route.url);
    database = await connectDatabase(cable.url, { poolTimeoutMs: 2000 });
    store = new PostgresUsageStore(database);
  });
  beforeEach(() => withAdmin((admin) => admin.query('TRUNCATE usage_day, usage_batch'), test.name));
  afterAll(async () => {
    await database?.close();
    await cable?.cut();
    await route?.close();
    await test?.drop();
  });

  const batches = (): Promise<string[]> =>
    withAdmin(
      async (admin) => (await admin.query<{ id: string }>('SELECT id FROM usage_batch')).rows.map(({ id }) => id),
      test.name,
    );
  const requests = async (): Promise<number> => (await store.total(PERIOD)).requests;

  it('adds a batch once, however often and from how many connections it comes', async () => {
    const batch = { id: randomUUID(), rows: [row('a', '2026-01-05', { requests: 3 }), row('b', '2026-01-05')] };
    await Promise.all(Array.from({ length: 5 }, () => store.add(batch)));
    expect(await requests()).toBe(4);
    const next = { id: randomUUID(), rows: batch.rows };
    await store.add(next, batch.id);
    expect(await requests()).toBe(8);
    expect(await batches()).toEqual([next.id]);
  });

  it('lets replicas add the same rows in any order without standing in each other’s way', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `account-${index}`);
    const add = (rows: readonly string[]) =>
      store.add({ id: randomUUID(), rows: rows.map((name) => row(name, '2026-01-05')) });
    await Promise.all(Array.from({ length: 24 }, (_, index) => add(index % 2 === 0 ? names : [...names].reverse())));
    expect(await requests()).toBe(24 * 40);
  });

  it('adds nothing of a batch with a row that no requests make', async () => {
    const rows = [row('a', '2026-01-05'), row('b', '2026-01-05', { requests: 0 })];
    await expect(store.add({ id: randomUUID(), rows })).rejects.toBeInstanceOf(UsageRefusedError);
    expect([await requests(), await batches()]).toEqual([0, []]);
  });

  it('tells groups apart, in order and in pages, and names the account', async () => {
    await withAdmin(
      (admin) =>
        admin.query(`INSERT INTO account (id, name, tier, state, created_at)
      VALUES ('a', 'Example Ltd', 'PRO', 'active', now()) ON CONFLICT DO NOTHING`),
      test.name,
    );
    await store.add({
      id: randomUUID(),
      rows: [
        row('a', '2026-01-05', { symbol: 'EURUSD', requests: 2 }),
        row('a', '2026-01-06', { symbol: 'XAUUSD', requests: 3 }),
        row('b', '2026-01-06', { route: 'listSymbols', requests: 4 }),
        row('b', '2026-02-01', { requests: 100 }),
        row('b', '2025-12-31', { requests: 100 }),
      ],
    });
    const groups = async (groupBy: UsageDimension[], more = {}) =>
      (await store.sums({ ...PERIOD, groupBy, limit: 10, ...more })).map(({ group, requests: sum }) => [...group, sum]);
    expect(await groups(['account'])).toEqual([
      ['a', 5],
      ['b', 4],
    ]);
    expect(await groups(['day'])).toEqual([
      ['2026-01-05', 2],
      ['2026-01-06', 7],
    ]);
    expect(await groups(['route', 'symbol'])).toEqual([
      ['getCandles', 'EURUSD', 2],
      ['getCandles', 'XAUUSD', 3],
      ['listSymbols', '', 4],
    ]);
    expect(await groups(['account', 'day'], { limit: 1, after: ['a', '2026-01-05'] })).toEqual([
      ['a', '2026-01-06', 3],
    ]);
    expect(await groups(['day'], { accountId: 'b' })).toEqual([['2026-01-06', 4]]);
    const [first, second] = await store.top({ ...PERIOD, limit: 2 });
    expect([first?.accountName, second?.accountName]).toEqual(['Example Ltd', undefined]);
    expect(await store.top({ ...PERIOD, limit: 1 })).toMatchObject([{ group: ['a'], counted: 5, bytes: 50 }]);
    expect(await store.total({ ...PERIOD, accountId: 'nobody' })).toMatchObject({ requests: 0, bytes: 0 });
  });

  describe('in the ledger', () => {
    let clock: ManualClock;
    let folder: string;
    let warnings: string[];
    const open = async (): Promise<UsageLedger> => {
      const warn = (message: string): void => void warnings.push(message);
      const now = (): number => clock.nowMs();
      const spool = new UsageSpool({ folder, database: test.name, maxBytes: 1_000_000, now, warn });
      const ledger = new UsageLedger({ store, spool, clock, random: new SeededRandom(1), warn });
      await ledger.open();
      return ledger;
    };
    const use = { accountId: 'a', route: 'getCandles', symbol: 'EURUSD', cost: 1, status: 200, bytes: 5 };

    beforeEach(async () => {
      clock = new ManualClock();
      warnings = [];
      folder = await mkdtemp(join(tmpdir(), 'mt5gw-usage-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    it('keeps what was recorded through an outage, a kill in it and a torn file, and counts it once', async () => {
      const killed = await open();
      const record = (ledger: UsageLedger): void => ledger.record({ ...use, atMs: clock.nowMs() });
      record(killed);
      await killed.settle();
      await cable.cut();
      for (let index = 0; index < 50; index++) record(killed);
      clock.advance(400);
      await until(() => killed.stats().spooledBatches === 1);
      await expect(killed.settle()).rejects.toBeInstanceOf(StoreUnavailableError);
      for (let index = 0; index < 7; index++) record(killed);
      clock.advance(400);
      await until(() => killed.stats().waitingRows === 0);
      // Killed: nothing closes it. The next process finds its files, the last one torn.
      const [file = ''] = await readdir(folder);
      await appendFile(join(folder, file), '0badc0de {"id":"half');
      await cable.mend();
      const next = await open();
      record(next);
      await next.settle();
      expect(await store.total(PERIOD)).toEqual({
        requests: 59,
        counted: 59,
        clientErrors: 0,
        limited: 0,
        serverErrors: 0,
        bytes: 295,
      });
      expect(await readdir(folder)).toEqual([]);
      await next.close();
      // The killed one was not dead after all.
      await killed.close();
      expect(await requests()).toBe(59);
      expect(warnings.filter((warning) => /lost/.test(warning))).toEqual([]);
      expect(clock.pendingTimers).toBe(0);
    });

    it('goes to disk when it is closed while the database is away, and is written by the next one', async () => {
      const ledger = await open();
      await cable.cut();
      for (const status of [200, 404, 429, 503]) ledger.record({ ...use, status, atMs: clock.nowMs() });
      await ledger.close();
      expect(ledger.stats()).toMatchObject({ waitingRows: 0, spooledBatches: 1, lost: 0 });
      await cable.mend();
      const next = await open();
      await next.close();
      expect(await store.total(PERIOD)).toMatchObject({ requests: 4, clientErrors: 1, limited: 1, serverErrors: 1 });
    });
  });
});
