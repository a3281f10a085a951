import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SeededRandom } from '../../src/kernel/index.js';
import { type AuditEntry, type Database, StoreUnavailableError, TypeOrmAuditLog } from '../../src/persistence/index.js';
import { openRoute, ROUTES, type DatabaseRoute } from '../support/database-route.js';
import { ManualClock } from '../support/manual-clock.js';
import { TcpSwitch } from '../support/tcp-switch.js';
import { connectDatabase, createTestDatabase, type TestDatabase, withAdmin } from '../support/test-database.js';

const entry = (target: string, changes: Partial<AuditEntry> = {}): AuditEntry => ({
  at: new Date(Date.UTC(2026, 0, 5)),
  actor: 'key:abc',
  action: 'key.used',
  target,
  detail: { route: '/candles' },
  requestId: undefined,
  ...changes,
});

describe.each(ROUTES)('audit log %s', (way) => {
  let test: TestDatabase;
  let route: DatabaseRoute;
  let cable: TcpSwitch;
  let database: Database;
  let clock: ManualClock;
  let log: TypeOrmAuditLog;

  beforeAll(async () => {
    test = await createTestDatabase();
    route = await openRoute(way, test);
    cable = await TcpSwitch.before(route.url);
    database = await connectDatabase(cable.url, { poolTimeoutMs: 2000 });
  });

  beforeEach(async () => {
    clock = new ManualClock();
    log = new TypeOrmAuditLog(database, clock, new SeededRandom(1));
    await withAdmin((admin) => admin.query('TRUNCATE audit_event'), test.name);
  });

  afterEach(() => log.close());

  afterAll(async () => {
    await database?.close();
    await cable?.cut();
    await route?.close();
    await test?.drop();
  });

  const targets = (): Promise<string[]> =>
    withAdmin(async (admin) => {
      const { rows } = await admin.query<{ target: string }>('SELECT target FROM audit_event ORDER BY id');
      return rows.map(({ target }) => target);
    }, test.name);

  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };

  it('writes what was recorded half a second later, in order', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `t${index}`);
    for (const name of names) log.record(entry(name));
    expect(log.stats()).toEqual({ waiting: 20, written: 0, dropped: 0 });
    clock.advance(500);
    await until(() => log.stats().waiting === 0);
    expect(await targets()).toEqual(names);
  });

  it('does not wait when 500 are there', async () => {
    for (let index = 0; index < 500; index++) log.record(entry('x'));
    await until(() => log.stats().written === 500);
    expect(log.stats().waiting).toBe(0);
  });

  it('keeps everything in order while the database is away, and writes it when it is back', async () => {
    const names = Array.from({ length: 1200 }, (_, index) => `t${index}`);
    for (const name of names.slice(0, 3)) log.record(entry(name));
    await cable.cut();
    clock.advance(500);
    await until(() => clock.pendingTimers === 1);
    for (const name of names.slice(3)) log.record(entry(name));
    expect(log.stats()).toEqual({ waiting: 1200, written: 0, dropped: 0 });
    await expect(log.write(entry('now'))).rejects.toBeInstanceOf(StoreUnavailableError);
    await cable.mend();
    clock.advance(2000);
    await until(() => log.stats().waiting === 0);
    expect(await targets()).toEqual(names);
  });

  it('counts what does not fit instead of growing', () => {
    const away = { rows: () => Promise.reject(new StoreUnavailableError('away')) };
    const full = new TypeOrmAuditLog(away, clock, new SeededRandom(1));
    for (let index = 0; index < 50_010; index++) full.record(entry('x'));
    expect(full.stats()).toEqual({ waiting: 50_000, written: 0, dropped: 10 });
    return full.close();
  });

  it('goes on with the next batch when the database refuses one', async () => {
    await withAdmin(
      (admin) => admin.query(`ALTER TABLE audit_event ADD CONSTRAINT planted CHECK (target <> 'bad')`),
      test.name,
    );
    for (let index = 0; index < 500; index++) log.record(entry('bad'));
    for (let index = 0; index < 3; index++) log.record(entry('good'));
    await until(() => log.stats().waiting === 0);
    await withAdmin((admin) => admin.query('ALTER TABLE audit_event DROP CONSTRAINT planted'), test.name);
    expect(log.stats()).toEqual({ waiting: 0, written: 3, dropped: 500 });
  });

  it('has written an entry when write resolves', async () => {
    await log.write(entry('sure'));
    expect(await targets()).toEqual(['sure']);
  });

  it('writes what waits when it is closed, and leaves no timer', async () => {
    log.record(entry('last'));
    await log.close();
    log.record(entry('too late'));
    expect(await targets()).toEqual(['last']);
    expect(log.stats()).toEqual({ waiting: 0, written: 1, dropped: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('gives up after three seconds when it is closed while the database hangs, and counts the loss', async () => {
    const hung = new TypeOrmAuditLog({ rows: () => new Promise(() => undefined) }, clock, new SeededRandom(1));
    hung.record(entry('lost'));
    const closed = hung.close();
    clock.advance(3000);
    await closed;
    expect(hung.stats()).toEqual({ waiting: 0, written: 0, dropped: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('stores hostile texts and details without losing the event', async () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    const quotes = `'"\\{},$1;-- \u0000 \u{1f600}`;
    log.record(entry('a\0b', { actor: 'x'.repeat(100_000), detail: loop }));
    log.record(entry(quotes, { detail: { text: quotes }, at: new Date(NaN), requestId: 'r\n1' }));
    log.record(entry('big', { detail: { text: 'y'.repeat(1_000_000), number: 1n } }));
    await log.close();
    expect(log.stats()).toEqual({ waiting: 0, written: 3, dropped: 0 });
    expect((await targets())[0]).toBe('a?b');
  });
});
