import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database, PoolBusyError, PoolHealth, poolOptions } from '../../src/persistence/index.js';
import type { PoolOptions } from '../../src/persistence/database/pool/pool-options.js';
import { QueryDatabaseHealth } from '../../src/persistence/database/query-database-health.js';
import { StoreConflictError, StoreUnavailableError } from '../../src/persistence/database/persistence.errors.js';
import type { DatabaseSettings } from '../../src/config/index.js';
import { SystemClock, SystemRandom } from '../../src/kernel/index.js';
import { openRoute, ROUTES, type DatabaseRoute } from '../support/database-route.js';
import { ManualClock } from '../support/manual-clock.js';
import { TcpSwitch } from '../support/tcp-switch.js';
import {
  connectDatabase,
  createTestDatabase,
  databaseSettings,
  type TestDatabase,
  withAdmin,
} from '../support/test-database.js';
import { until } from '../support/until.js';

describe.each(ROUTES)('pool %s', (way) => {
  let test: TestDatabase;
  let route: DatabaseRoute;
  let cable: TcpSwitch;
  let database: Database;

  beforeAll(async () => {
    test = await createTestDatabase();
    route = await openRoute(way, test);
  });

  beforeEach(async () => {
    cable = await TcpSwitch.before(route.url);
  });

  afterEach(async () => {
    await database?.close();
    await cable.cut();
  });

  afterAll(async () => {
    await route?.close();
    await test?.drop();
  });

  const open = async (changes: Partial<DatabaseSettings> = {}): Promise<void> => {
    database = await connectDatabase(cable.url, changes);
  };
  /** With time in the hands of the test, and core connections kept open. */
  const openStill = async (clock: ManualClock, changes: Partial<PoolOptions> = {}): Promise<void> => {
    const options = { ...poolOptions(databaseSettings(cable.url)), ...changes };
    database = await Database.connect(options, new SystemRandom(), clock);
  };
  const untilDisconnected = (times: number): Promise<void> =>
    new Promise((resolve) => {
      const enough = database.stats().counts.disconnect + times;
      const unsubscribe = database.onPoolEvent(() => {
        if (database.stats().counts.disconnect < enough) return;
        unsubscribe();
        resolve();
      });
    });
  const answer = async (): Promise<unknown> => (await database.rows('SELECT 42', []))[0]?.[0];

  it('destroys a connection whose answer came too late, so that nobody gets that answer', async () => {
    await open({ poolSize: 1, maxOverflow: 0, statementTimeoutMs: 1500 });
    await expect(database.read((manager) => manager.query('SELECT pg_sleep(5), 13 AS late'))).rejects.toBeInstanceOf(
      StoreUnavailableError,
    );
    expect(await database.read((manager) => manager.query('SELECT 42 AS n'))).toEqual([{ n: 42 }]);
    await expect(database.rows('SELECT pg_sleep(5), 13 AS late', [])).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(await answer()).toBe(42);
    expect(database.stats()).toMatchObject({ size: 1, checkedOut: 0, counts: { connect: 3, invalidation: 2 } });
  });

  it('destroys the connection of a transaction that got stuck, and the transaction with it', async () => {
    await open({ poolSize: 1, maxOverflow: 0, statementTimeoutMs: 1500 });
    const stuck = database.transaction(async (manager) => {
      await manager.query(`INSERT INTO account VALUES ('stuck', 'n', 'FREE', 'active', now())`);
      await manager.query('SELECT pg_sleep(5)');
    });
    await expect(stuck).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(await answer()).toBe(42);
    expect(await database.rows(`SELECT id FROM account WHERE id = 'stuck'`, [])).toEqual([]);
  });

  it('goes on by itself after every backend was killed', async () => {
    await open({ poolSize: 4 });
    await Promise.all(Array.from({ length: 4 }, () => database.rows('SELECT pg_sleep(0.05)', [])));
    const before = database.stats().size;
    expect(before).toBeGreaterThan(1);
    await killBackends(test.name);
    const results = await Promise.allSettled(Array.from({ length: 12 }, answer));
    for (const result of results.filter(({ status }) => status === 'rejected')) {
      expect((result as PromiseRejectedResult).reason).toBeInstanceOf(StoreUnavailableError);
    }
    expect(await answer()).toBe(42);
  });

  it('reports a statement that was killed while it ran as unavailable, not as a bug', async () => {
    await open();
    const running = database.rows(`SELECT pg_sleep(20) /* ${test.name} */`, []).catch((error: unknown) => error);
    await untilRunning(test.name);
    await killBackends(test.name);
    expect(await running).toBeInstanceOf(StoreUnavailableError);
    expect(await answer()).toBe(42);
  });

  it('says that the store is unavailable while the line is cut, and works when it is mended', async () => {
    await open();
    await cable.cut();
    const error = await database.rows('SELECT 1', []).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error).toMatchObject({ code: 'reduced-capacity', retryable: true, retryAfterSeconds: 5 });
    await cable.mend();
    expect(await answer()).toBe(42);
  });

  it('refuses to wait for ever for a free connection, and counts who had to give up', async () => {
    // A new connection has as long as a caller waits: enough for a busy machine to open one.
    await open({ poolSize: 1, maxOverflow: 0, poolTimeoutMs: 5000 });
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const holder = database.transaction(() => held);
    await until(() => database.stats().checkedOut === 1, 'the only connection is held');
    const waiters = await Promise.allSettled(Array.from({ length: 5 }, answer));
    expect(waiters.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'rejected'));
    expect(database.stats()).toMatchObject({ size: 1, checkedOut: 1, waiters: 0, counts: { timeout: 5 } });
    release();
    await holder;
    expect(await answer()).toBe(42);
  });

  it('opens no more connections than pool size and overflow together', async () => {
    await open({ poolSize: 2, maxOverflow: 1 });
    await Promise.all(Array.from({ length: 60 }, () => database.rows('SELECT pg_sleep(0.01)', [])));
    expect(database.stats()).toMatchObject({
      size: 3,
      overflow: 1,
      checkedOut: 0,
      checkedIn: 3,
      counts: { connect: 3 },
    });
  });

  it('opens the core at start, closes overflow when it is idle, and replaces what is missing of the core', async () => {
    const clock = new ManualClock();
    await openStill(clock, { size: 3, overflow: 3, overflowIdleMs: 3000 });
    await database.keepCoreOpen(60_000);
    expect(database.stats()).toMatchObject({ size: 3, checkedIn: 3, overflow: 0, counts: { connect: 3 } });
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const holders = Array.from({ length: 6 }, () => database.transaction(() => held));
    await until(() => database.stats().checkedOut === 6, 'six connections are held');
    expect(database.stats()).toMatchObject({ size: 6, overflow: 3 });
    release();
    await Promise.all(holders);
    await untilDisconnected(3);
    expect(database.stats()).toMatchObject({ size: 3, overflow: 0, counts: { invalidation: 0 } });
    const gone = untilDisconnected(3);
    await cable.cut();
    await gone;
    await cable.mend();
    const enough = database.stats().counts.connect + 3;
    const back = new Promise<void>((resolve) => {
      database.onPoolEvent(() => database.stats().counts.connect === enough && resolve());
    });
    clock.advance(5000);
    await back;
    expect(await answer()).toBe(42);
    expect(database.stats().size).toBe(3);
    await database.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('lets no more callers wait than the line is long, and refuses the next at once', async () => {
    await open({ poolSize: 1, maxOverflow: 1, maxWaiters: 3 });
    const startCheckouts = database.stats().counts.checkout;
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => database.rows('SELECT pg_sleep(0.1)', [])),
    );
    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as Error);
    expect(refused).toHaveLength(3);
    for (const error of refused) {
      expect(error).toBeInstanceOf(PoolBusyError);
      expect(error).toMatchObject({ code: 'reduced-capacity', retryable: true, retryAfterSeconds: 1 });
    }
    expect(database.stats()).toMatchObject({ waiters: 0, counts: { rejection: 3, checkout: 8 - 3 + startCheckouts } });
    expect(await answer()).toBe(42);
  });

  it('takes the wait for a connection off the time that a statement may take', async () => {
    await open({ poolSize: 1, maxOverflow: 0, poolTimeoutMs: 60_000, statementTimeoutMs: 5000 });
    const first = database.rows('SELECT pg_sleep(3)', []);
    const second = database.rows('SELECT pg_sleep(3)', []);
    await expect(second).rejects.toThrow(/longer than DB_STATEMENT_TIMEOUT/);
    await first;
    // The next statement has all of its time again.
    expect(await database.rows('SELECT pg_sleep(3), 42', [])).toEqual([['', 42]]);
  });

  it('tells once of a connection that is held too long, and where it was taken', async () => {
    const clock = new ManualClock();
    await openStill(clock, { size: 1, overflow: 0 });
    await database.keepCoreOpen(20_000);
    const leaks: unknown[] = [];
    database.onPoolEvent((event) => event.type === 'leak' && leaks.push([event.heldMs, event.place.frames.join('\n')]));
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let taken = (): void => undefined;
    const begun = new Promise<void>((resolve) => (taken = resolve));
    const forgetfulCaller = async (): Promise<void> => {
      await database.transaction(async () => {
        taken();
        await held;
      });
    };
    const forgetful = forgetfulCaller();
    await begun;
    const waiting = answer();
    clock.advance(60_000);
    expect(leaks).toEqual([[25_000, expect.stringMatching(/^at forgetfulCaller .*pool\.spec\.ts/)]]);
    const pool = { name: 'default', database: test.name, stats: () => database.stats() };
    expect(new PoolHealth(pool, undefined).report()).toMatchObject({ status: 'critical', waiters: 1 });
    expect(database.stats().waitingMs).toBe(60_000);
    release();
    await Promise.all([forgetful, waiting]);
    expect(database.stats()).toMatchObject({ waitingMs: 0, checkedOut: 0, counts: { leak: 1 } });
  });

  it.each([true, false])('repeats a read on another connection when its own was dead (%s)', async (poolPrePing) => {
    await open({ poolPrePing });
    let attempts = 0;
    const reading = database.read(async (manager) => {
      attempts++;
      if (attempts === 1) await manager.query('SELECT pg_terminate_backend(pg_backend_pid())');
      return manager.query<unknown>('SELECT 42 AS n');
    });
    if (poolPrePing) expect(await reading).toEqual([{ n: 42 }]);
    else await expect(reading).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(attempts).toBe(poolPrePing ? 2 : 1);
    expect(database.stats().counts.invalidation).toBe(1);
  });

  it('never repeats a write', async () => {
    await open();
    let attempts = 0;
    const writing = database.transaction(async (manager) => {
      attempts++;
      await manager.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    await expect(writing).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(attempts).toBe(1);
  });

  it('tells a deadlock as a conflict that may be tried again, and undoes one side only', async () => {
    await open();
    const both = [gate(), gate()] as const;
    const locker = (first: number, own: Gate, other: Gate) =>
      database.transaction(async (manager) => {
        await manager.query('SELECT pg_advisory_xact_lock($1)', [first]);
        own.open();
        await other.opened;
        await manager.query('SELECT pg_advisory_xact_lock($1)', [3 - first]);
      });
    const results = await Promise.allSettled([locker(1, both[0], both[1]), locker(2, both[1], both[0])]);
    const failed = results.filter((result) => result.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(failed[0]?.reason).toBeInstanceOf(StoreConflictError);
    expect(failed[0]?.reason).toMatchObject({ code: 'reduced-capacity', retryable: true });
  });

  it("names the role's statement timeout as the reason, and keeps the connection", async () => {
    await open();
    const slow = database.transaction(async (manager) => {
      await manager.query(`SET LOCAL statement_timeout = '50ms'`);
      await manager.query('SELECT pg_sleep(5)');
    });
    await expect(slow).rejects.toThrow(/cannot be used right now: a statement took longer than the statement_timeout/);
    expect(database.stats().counts.invalidation).toBe(0);
  });

  it('replaces connections by age, each at its own time', async () => {
    await open({ poolSize: 3, maxOverflow: 0, poolRecycleMs: 200 });
    await Promise.all(Array.from({ length: 3 }, () => database.rows('SELECT pg_sleep(0.02)', [])));
    const events = database.dataSource.driver as unknown as { master: NodeJS.EventEmitter };
    const removed = Array.from({ length: 3 }, () => once(events.master, 'remove'));
    await Promise.all(removed);
    expect(await answer()).toBe(42);
    expect(database.stats()).toMatchObject({ counts: { invalidation: 0 } });
  });

  it('lets an error of a statement pass as it is', async () => {
    await open();
    const error = await database.rows('SELECT no_such_column', []).catch((caught: unknown) => caught);
    expect(error).not.toBeInstanceOf(StoreUnavailableError);
    expect(error).toMatchObject({ code: '42703' });
    expect(database.stats().counts).toMatchObject({ invalidation: 0, disconnect: 0 });
  });

  it('closes with no connection left, and refuses work afterwards', async () => {
    await open();
    await answer();
    await database.close();
    expect(database.stats()).toMatchObject({ size: 0, checkedOut: 0 });
    await expect(answer()).rejects.toBeInstanceOf(StoreUnavailableError);
  });

  describe('health', () => {
    it('is up, then down with the reason, then up again', async () => {
      await open();
      const health = new QueryDatabaseHealth(database, new SystemClock());
      expect(await health.check()).toEqual({ status: 'up', tookMs: expect.any(Number) });
      expect(health.lastFailure).toBeUndefined();
      await cable.cut();
      expect((await health.check()).status).toBe('down');
      await cable.mend();
      expect((await health.check()).status).toBe('up');
      expect(health.lastFailure?.message).toMatch(/^The database at 127\.0\.0\.1:\d+ cannot be used right now/);
    });

    it('is down after two seconds without an answer, and leaves no timer', async () => {
      const clock = new ManualClock();
      const health = new QueryDatabaseHealth({ rows: () => new Promise(() => undefined) }, clock);
      const [first, second] = [health.check(), health.check()];
      clock.advance(2000);
      expect(await first).toEqual({ status: 'down', tookMs: 2000 });
      expect(await second).toEqual(await first);
      expect(clock.pendingTimers).toBe(0);
    });
  });
});

interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

function killBackends(database: string): Promise<unknown> {
  return withAdmin((admin) =>
    admin.query(
      'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
      [database],
    ),
  );
}

/** Waits, in the database, until the marked statement is seen to run. */
function untilRunning(mark: string): Promise<void> {
  return withAdmin(async (admin) => {
    await until(async () => {
      const { rowCount } = await admin.query(
        `SELECT FROM pg_stat_activity WHERE query LIKE $1 AND state = 'active' AND pid <> pg_backend_pid()`,
        [`%pg_sleep%${mark}%`],
      );
      return rowCount !== null && rowCount > 0;
    }, `a statement with ${mark} runs`);
  });
}
