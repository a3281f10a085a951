import { appendFile, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { SeededRandom } from '../../src/kernel/index.js';
import { type AuditEntry, AuditSpool, type Database, PostgresAuditLog } from '../../src/persistence/index.js';
import type { AuditLogDeps } from '../../src/persistence/audit/postgres-audit-log.js';
import { StoreUnavailableError } from '../../src/persistence/database/persistence.errors.js';
import { openRoute, ROUTES, type DatabaseRoute } from '../support/database-route.js';
import { ManualClock } from '../support/manual-clock.js';
import { TcpSwitch } from '../support/tcp-switch.js';
import { connectDatabase, createTestDatabase, type TestDatabase, withAdmin } from '../support/test-database.js';
import { until } from '../support/until.js';

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
  let log: PostgresAuditLog;
  let folder: string;
  let warnings: string[];

  const openLog = (changes: Partial<AuditLogDeps> = {}): PostgresAuditLog =>
    new PostgresAuditLog({
      database,
      clock,
      random: new SeededRandom(1),
      spool: openSpool(),
      warn: (message) => warnings.push(message),
      ...changes,
    });

  const openSpool = (maxBytes = 10_000_000): AuditSpool =>
    new AuditSpool({
      folder,
      database: test.name,
      maxBytes,
      now: () => clock.nowMs(),
      warn: (message) => warnings.push(message),
    });

  beforeAll(async () => {
    test = await createTestDatabase();
    route = await openRoute(way, test);
    cable = await TcpSwitch.before(route.url);
    database = await connectDatabase(cable.url, { poolTimeoutMs: 2000 });
  });

  beforeEach(async () => {
    clock = new ManualClock();
    warnings = [];
    folder = await mkdtemp(join(tmpdir(), 'mt5gw-spool-'));
    log = openLog();
    await withAdmin((admin) => admin.query('TRUNCATE audit_event'), test.name);
  });

  afterEach(async () => {
    await log.close();
    await rm(folder, { recursive: true });
  });

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

  /** Somebody holds the table, as a migration would. */
  const lockTable = async (): Promise<{ release(): Promise<void> }> => {
    const client = new pg.Client({ connectionString: test.url });
    await client.connect();
    await client.query('BEGIN; LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE');
    return { release: () => client.end() };
  };

  /** Whether a statement waits for that table. */
  const isBlocked = (): Promise<boolean> =>
    withAdmin(async (admin) => {
      const { rows } = await admin.query(
        `SELECT FROM pg_locks WHERE relation = 'audit_event'::regclass AND NOT granted`,
      );
      return rows.length > 0;
    }, test.name);

  it('writes what was recorded half a second later, in order', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `t${index}`);
    for (const name of names) log.record(entry(name));
    expect(log.stats()).toMatchObject({ waiting: 20, written: 0, dropped: 0 });
    clock.advance(500);
    await until(() => log.stats().waiting === 0);
    expect(await targets()).toEqual(names);
  });

  it('does not wait when 500 are there', async () => {
    for (let index = 0; index < 500; index++) log.record(entry('x'));
    await until(() => log.stats().written === 500);
    expect(log.stats().waiting).toBe(0);
  });

  it('keeps everything in order on disk while the database is away, and writes it when it is back', async () => {
    const names = Array.from({ length: 1200 }, (_, index) => `t${index}`);
    for (const name of names.slice(0, 3)) log.record(entry(name));
    await cable.cut();
    clock.advance(500);
    await until(() => log.stats().spooled === 3);
    for (const name of names.slice(3)) log.record(entry(name));
    await until(() => log.stats().spooled === 1200 && clock.pendingTimers === 1);
    expect(log.stats()).toEqual({ waiting: 0, spooled: 1200, written: 0, dropped: 0, damaged: 0 });
    await expect(log.write(entry('now'))).rejects.toBeInstanceOf(StoreUnavailableError);
    await cable.mend();
    clock.advance(2000);
    await until(() => log.stats().written === 1200);
    expect(await targets()).toEqual(names);
    await until(() => log.stats().spooled === 0);
    expect(await readdir(folder)).toEqual([]);
  });

  it('loses nothing that is on disk when it is killed, and writes it once after the restart', async () => {
    await cable.cut();
    for (let index = 0; index < 600; index++) log.record(entry(`t${index}`));
    await until(() => log.stats().spooled === 600);
    // Killed: nobody closes the log, the next process finds its files, one of them with a torn last line.
    const [file = ''] = await readdir(folder);
    await appendFile(join(folder, file), '0badc0de ["half of a li');
    expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    await cable.mend();
    const next = openLog();
    await next.open();
    expect(next.stats().spooled).toBe(600);
    next.record(entry('newer'));
    clock.advance(500);
    await until(() => next.stats().written === 601);
    await next.close();
    // The killed one was not dead after all: what it spools again is recognised by its entry ids.
    expect(await targets()).toEqual([...Array.from({ length: 600 }, (_, index) => `t${index}`), 'newer']);
    expect(next.stats()).toMatchObject({ spooled: 0, dropped: 0, damaged: 1 });
    log = openLog();
  });

  it('counts a database that takes two seconds for a batch as away, and writes the batch only once', async () => {
    const locked = await lockTable();
    log.record(entry('slow'));
    clock.advance(500);
    await until(isBlocked);
    clock.advance(2000);
    await until(() => log.stats().spooled === 1 && clock.pendingTimers === 1);
    await locked.release();
    clock.advance(2000);
    await until(() => log.stats().spooled === 0);
    expect(await targets()).toEqual(['slow']);
  });

  it('counts what fits neither on disk nor into memory, tells it once, and takes new entries at once', async () => {
    const away = { rows: () => Promise.reject(new StoreUnavailableError('away')) };
    const full = openLog({ database: away, spool: openSpool(10_000) });
    full.record(entry('first'));
    clock.advance(500);
    await until(() => full.stats().spooled === 1);
    for (let index = 0; index < 50_060; index++) full.record(entry('x'));
    await until(() => full.stats().spooled > 40);
    const { waiting, spooled, dropped } = full.stats();
    expect(waiting + spooled + dropped).toBe(50_061);
    expect(dropped).toBeGreaterThan(0);
    await full.close();
    expect(warnings.filter((warning) => /spool .* full/.test(warning))).toHaveLength(1);
    expect(warnings.filter((warning) => /are lost/.test(warning))).toHaveLength(1);
    const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(10_000);
  });

  it('keeps entries in memory when there is no disk to spool to', async () => {
    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file where the folder should be');
    await cable.cut();
    for (let index = 0; index < 3; index++) log.record(entry(`t${index}`));
    clock.advance(500);
    await until(() => warnings.length > 0 && clock.pendingTimers === 1);
    expect(warnings).toEqual([`The audit spool in ${folder} cannot be used (ENOTDIR).`]);
    await cable.mend();
    clock.advance(2000);
    await until(() => log.stats().written === 3);
    expect(await targets()).toEqual(['t0', 't1', 't2']);
  });

  it('keeps a quarter of the spool for other events than refusals, however many refusals came first', async () => {
    const away = { rows: () => Promise.reject(new StoreUnavailableError('away')) };
    const spool = openSpool(20_000);
    const full = openLog({ database: away, spool });
    for (let index = 0; index < 400; index++) full.record(entry('', { action: 'key.refused', actor: 'anonymous' }));
    full.record(entry('restart', { action: 'terminal.restarted' }));
    clock.advance(500);
    await until(() => full.stats().spooled > 0 && full.stats().waiting < 401);
    await full.close();
    const read: string[] = [];
    await openSpool().drain(async (rows) => void read.push(...rows.map(([, , , action]) => action)));
    expect(read.filter((action) => action === 'terminal.restarted')).toHaveLength(1);
    expect(read.length).toBeGreaterThan(20);
    expect(full.stats().dropped).toBe(401 - read.length);
    expect(warnings.filter((warning) => /spool .* full/.test(warning))).toHaveLength(1);
  });

  it('loses only what the database refuses for good, and not what stands beside it', async () => {
    await withAdmin(
      (admin) => admin.query(`ALTER TABLE audit_event ADD CONSTRAINT planted CHECK (target <> 'bad')`),
      test.name,
    );
    for (let index = 0; index < 20; index++) log.record(entry('bad'));
    for (let index = 0; index < 3; index++) log.record(entry('good'));
    clock.advance(500);
    await until(() => log.stats().waiting === 0);
    await withAdmin((admin) => admin.query('ALTER TABLE audit_event DROP CONSTRAINT planted'), test.name);
    expect(log.stats()).toMatchObject({ waiting: 0, written: 3, dropped: 20 });
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
    expect(log.stats()).toMatchObject({ waiting: 0, written: 1, dropped: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('goes to disk when it is closed while the database hangs', async () => {
    const hung = openLog({ database: { rows: () => new Promise(() => undefined) } });
    hung.record(entry('kept'));
    const closed = hung.close();
    clock.advance(1);
    await until(() => clock.pendingTimers === 1);
    clock.advance(3000);
    await closed;
    expect(hung.stats()).toMatchObject({ waiting: 0, spooled: 1, dropped: 0 });
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
    expect(log.stats()).toMatchObject({ waiting: 0, written: 3, dropped: 0 });
    expect((await targets())[0]).toBe('a?b');
  });
});
