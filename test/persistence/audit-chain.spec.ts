import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { MIGRATIONS } from '../../migrations/index.js';
import {
  AuditSealer,
  type AuditEntry,
  type Database,
  migrate,
  readAnchors,
  verifyAuditChain,
} from '../../src/persistence/index.js';
import { AuditPartitions } from '../../src/persistence/audit/audit-partitions.js';
import { linkHash } from '../../src/persistence/audit/audit-chain.js';
import { revertLastMigration } from '../../src/persistence/database/migrate.js';
import { StoreSchedule } from '../../src/persistence/store-schedule.js';
import { auditColumns, auditRow, INSERT_AUDIT_ROWS } from '../../src/persistence/audit/audit-rows.js';
import { openRoute, ROUTES, type DatabaseRoute } from '../support/database-route.js';
import { ManualClock } from '../support/manual-clock.js';
import {
  connectDatabase,
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
  withAdmin,
} from '../support/test-database.js';
import { until } from '../support/until.js';

const DAY_MS = 86_400_000;

const entry = (target: string, at = new Date()): AuditEntry => ({
  at,
  actor: 'key:abc',
  action: 'key.used',
  target,
  detail: { text: `ü ${target}` },
  requestId: target.length % 2 === 0 ? undefined : 'r1',
});

/** Written by SQL alone: what an auditor without this program would compute. */
const INDEPENDENT = `
  WITH field AS (
    SELECT seq, hash, lag(hash, 1, decode(repeat('00', 32), 'hex')) OVER (ORDER BY seq) AS previous,
      (SELECT string_agg(coalesce(octet_length(part) || ':' || part, '-') || ',', '' ORDER BY number)
       FROM unnest(ARRAY[seq::text, id::text, entry_id::text, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
         to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor, action, target, detail, request_id])
         WITH ORDINALITY AS parts(part, number)) AS fields
    FROM audit_event WHERE seq IS NOT NULL
  )
  SELECT count(*)::int AS rows, count(*) FILTER (WHERE hash = sha256(previous || convert_to(fields, 'UTF8')))::int AS good
  FROM field`;

describe.each(ROUTES)('audit chain %s', (way) => {
  let test: TestDatabase;
  let route: DatabaseRoute;
  let database: Database;
  let sealer: AuditSealer;

  beforeAll(async () => {
    test = await createTestDatabase();
    route = await openRoute(way, test);
    database = await connectDatabase(route.url);
  });

  beforeEach(async () => {
    sealer = new AuditSealer(database);
    await asOwner((admin) =>
      admin.query(
        `TRUNCATE audit_event, audit_anchor; UPDATE audit_chain SET seq = 0, hash = decode(repeat('00', 32), 'hex')`,
      ),
    );
  });

  afterAll(async () => {
    await database?.close();
    await route?.close();
    await test?.drop();
  });

  const asOwner = <T>(work: (admin: pg.Client) => Promise<T>): Promise<T> => withAdmin(work, test.name);

  /** As somebody who may do everything to the table, its guard included. */
  const tamper = (text: string): Promise<void> =>
    asOwner(async (admin) => {
      await admin.query('ALTER TABLE audit_event DISABLE TRIGGER audit_event_immutable');
      await admin.query(text);
      await admin.query('ALTER TABLE audit_event ENABLE TRIGGER audit_event_immutable');
    });

  const insert = async (...entries: AuditEntry[]): Promise<void> => {
    await database.rows(INSERT_AUDIT_ROWS, auditColumns(entries.map(auditRow)));
  };

  const insertMany = (count: number): Promise<void> =>
    insert(...Array.from({ length: count }, (_, index) => entry(`t${index}`)));

  const fault = async (): Promise<string> => {
    const report = await verifyAuditChain(database);
    return report.fault === undefined ? 'none' : `${report.fault.kind} ${report.fault.seq}`;
  };

  const sealed = (): Promise<unknown[]> =>
    asOwner(async (admin) =>
      (await admin.query('SELECT target FROM audit_event ORDER BY seq')).rows.map((row) => row.target),
    );

  it('seals rows in the order in which they came, without gaps, as SQL alone can recompute', async () => {
    const names = Array.from({ length: 2500 }, (_, index) => `t${index}`);
    await insertMany(2500);
    expect(await sealer.sealAll()).toBe(2500);
    expect(await sealed()).toEqual(names);
    expect(await asOwner(async (admin) => (await admin.query(INDEPENDENT)).rows)).toEqual([{ rows: 2500, good: 2500 }]);
    const report = await verifyAuditChain(database);
    expect(report).toMatchObject({
      fault: undefined,
      verified: 2500,
      head: { seq: 2500, hash: sealer.stats().headHash },
    });
    expect(report.unsealed).toEqual({ count: 0, overdue: [] });
  });

  it('stays one chain when writers and two sealers work at the same time', async () => {
    const other = await connectDatabase(route.url);
    const second = new AuditSealer(other);
    const writing = new Set(Array.from({ length: 6 }, (_, writer) => writer));
    const writers = Array.from(writing, async (writer) => {
      for (let round = 0; round < 8; round++) {
        await insert(...Array.from({ length: 40 }, (_, index) => entry(`${writer}-${round * 40 + index}`)));
      }
      writing.delete(writer);
    });
    const sealing = [sealer, second].map(async (one) => {
      while (writing.size > 0) await one.sealAll();
    });
    await Promise.all([...writers, ...sealing]);
    await sealer.sealAll();
    await other.close();
    expect(sealer.stats().sealed + second.stats().sealed).toBe(1920);
    expect(await verifyAuditChain(database)).toMatchObject({ fault: undefined, verified: 1920 });
    const order = (await sealed()).map(String).filter((target) => target.startsWith('3-'));
    expect(order).toEqual(Array.from({ length: 320 }, (_, index) => `3-${index}`));
  });

  it('seals rows of a slow transaction that come after later ones', async () => {
    await asOwner(async (admin) => {
      await admin.query('BEGIN');
      await admin.query(INSERT_AUDIT_ROWS, auditColumns([auditRow(entry('slow'))]));
      await insert(entry('quick'));
      await sealer.sealAll();
      await admin.query('COMMIT');
    });
    await sealer.sealAll();
    expect(await sealed()).toEqual(['quick', 'slow']);
    expect(await fault()).toBe('none');
  });

  it('writes an entry that is written again only once', async () => {
    const rows = auditColumns([auditRow(entry('once'))]);
    await database.rows(INSERT_AUDIT_ROWS, rows);
    await database.rows(INSERT_AUDIT_ROWS, rows);
    await sealer.sealAll();
    expect(await sealed()).toEqual(['once']);
  });

  it('lets nobody change a row but to seal it, and that once', async () => {
    await insertMany(2);
    await expect(database.rows(`UPDATE audit_event SET actor = 'x'`, [])).rejects.toThrow(/cannot be changed/);
    await expect(database.rows(`UPDATE audit_event SET at = at + interval '9 years'`, [])).rejects.toThrow(/cannot be/);
    await sealer.sealAll();
    await expect(database.rows('UPDATE audit_event SET seq = seq + 10', [])).rejects.toThrow(/cannot be changed/);
    await expect(database.rows('UPDATE audit_event SET seq = NULL, hash = NULL', [])).rejects.toThrow(/cannot be/);
  });

  describe('finds', () => {
    beforeEach(async () => {
      await insertMany(30);
      await sealer.sealAll();
    });

    it.each(['actor', 'action', 'target', 'detail', 'request_id'])('a changed %s', async (column) => {
      await tamper(`UPDATE audit_event SET ${column} = 'x' WHERE seq = 17`);
      expect(await fault()).toBe('altered 17');
    });

    it.each(['at', 'recorded_at'])('a changed %s, by one microsecond', async (column) => {
      await tamper(`UPDATE audit_event SET ${column} = ${column} + interval '1 microsecond' WHERE seq = 30`);
      expect(await fault()).toBe('altered 30');
    });

    it('a deleted row', async () => {
      await tamper('DELETE FROM audit_event WHERE seq = 9');
      expect(await fault()).toBe('missing 9');
    });

    it('deleted rows at the end, also when the head is moved to hide them', async () => {
      const { head } = await verifyAuditChain(database);
      await tamper('DELETE FROM audit_event WHERE seq > 25');
      expect(await fault()).toBe('missing 26');
      await tamper('UPDATE audit_chain SET (seq, hash) = (SELECT seq, hash FROM audit_event WHERE seq = 25)');
      expect(await fault()).toBe('none');
      expect((await verifyAuditChain(database, { expected: head })).fault).toMatchObject({ kind: 'head', seq: 25 });
    });

    it('two rows that changed places', async () => {
      await tamper('UPDATE audit_event SET seq = CASE seq WHEN 5 THEN 8 ELSE 5 END WHERE seq IN (5, 8)');
      expect(await fault()).toBe('reordered 5');
    });

    it('a row that was put in between with a number of its own', async () => {
      await insert(entry('false'));
      await tamper(`UPDATE audit_event SET seq = 12, hash = decode(repeat('11', 32), 'hex') WHERE seq IS NULL`);
      expect(await fault()).toBe('reordered 12');
      await tamper("UPDATE audit_event SET seq = 31 WHERE target = 'false'");
      expect(await fault()).toBe('head 30');
      await tamper(`UPDATE audit_event SET seq = -1 WHERE target = 'false'`);
      expect(await fault()).toBe('reordered 30');
    });

    it('a chain that was written anew from a row on, when an earlier head was kept elsewhere', async () => {
      const { head } = await verifyAuditChain(database);
      await tamper(`UPDATE audit_event SET actor = 'x' WHERE seq = 20`);
      await asOwner(async (admin) => {
        const { rows } = await admin.query('SELECT seq FROM audit_event WHERE seq >= 20');
        expect(rows).toHaveLength(11);
      });
      await tamper(`UPDATE audit_event SET seq = NULL, hash = NULL WHERE seq >= 20`);
      await tamper('UPDATE audit_chain SET (seq, hash) = (SELECT seq, hash FROM audit_event WHERE seq = 19)');
      await sealer.sealAll();
      expect(await fault()).toBe('none');
      expect((await verifyAuditChain(database, { expected: head })).fault).toMatchObject({ kind: 'head', seq: 30 });
    });
  });

  it('names rows that nobody has sealed for more than ten seconds', async () => {
    await insertMany(2);
    await asOwner((admin) =>
      admin.query(`ALTER TABLE audit_event ALTER recorded_at SET DEFAULT now() - interval '1 hour'`),
    );
    await insert(entry('old'));
    await asOwner((admin) => admin.query('ALTER TABLE audit_event ALTER recorded_at SET DEFAULT clock_timestamp()'));
    const { unsealed, fault: found } = await verifyAuditChain(database);
    expect(found).toBeUndefined();
    expect(unsealed.count).toBe(3);
    expect(unsealed.overdue).toHaveLength(1);
  });

  it('distinguishes rows whose fields run into each other', () => {
    const row = {
      id: '1',
      entry_id: 'e',
      at: 'a',
      recorded_at: 'r',
      action: 'x',
      target: 't',
      detail: '{}',
      request_id: null,
    };
    const previous = Buffer.alloc(32);
    const hashes = ['ab', 'a', ''].map((actor, index) =>
      linkHash(previous, 1, { ...row, actor, action: ['x', 'bx', 'abx'][index]! }).toString('hex'),
    );
    const missing = linkHash(previous, 1, { ...row, actor: 'ab', request_id: '' }).toString('hex');
    expect(new Set([...hashes, missing]).size).toBe(4);
  });

  describe('partitions', () => {
    const partitions = (): Promise<string[]> =>
      asOwner(async (admin) => {
        const { rows } = await admin.query<{ name: string }>(
          `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'audit_event'::regclass ORDER BY 1`,
        );
        return rows.map(({ name }) => name);
      });
    const monthsAgo = (months: number): Date => {
      const now = new Date();
      return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 15));
    };
    const nameOf = (at: Date): string =>
      `audit_event_y${at.getUTCFullYear()}m${String(at.getUTCMonth() + 1).padStart(2, '0')}`;

    it('are made three months ahead by any number of replicas at once, and take in rows outside of every month', async () => {
      const clock = new ManualClock(Date.UTC(2031, 10, 20));
      await insert(entry('stray', new Date(Date.UTC(2032, 1, 1))), entry('lost', new Date(Date.UTC(2200, 1, 1))));
      await sealer.sealAll();
      const rounds = await Promise.all([1, 2, 3].map(() => new AuditPartitions(database, clock, 1200).run()));
      expect(rounds.map(({ rowsOutsidePartitions }) => rowsOutsidePartitions)).toEqual([1, 1, 1]);
      const made = ['10', '11', '12'].map((month) => `audit_event_y2031m${month}`);
      expect(await partitions()).toEqual(
        expect.arrayContaining([...made, 'audit_event_y2032m01', 'audit_event_y2032m02', 'audit_event_default']),
      );
      const homes = await asOwner((admin) =>
        admin.query(`SELECT target, tableoid::regclass::text AS home FROM audit_event ORDER BY target`),
      );
      expect(homes.rows).toEqual([
        { target: 'lost', home: 'audit_event_default' },
        { target: 'stray', home: 'audit_event_y2032m02' },
      ]);
      expect(await fault()).toBe('none');
      await expect(insert(entry('new', new Date(Date.UTC(2031, 11, 31))))).resolves.toBeUndefined();
    });

    it('are dropped by the month when they are too old; the chain goes on from anchors', async () => {
      const old = monthsAgo(14);
      const clock = new ManualClock(old.getTime());
      await new AuditPartitions(database, clock, 1200).run();
      // Late events make the two months share a stretch of the chain.
      const next = new Date(old.getTime() + 31 * DAY_MS);
      const previous = new Date(old.getTime() - 31 * DAY_MS);
      for (const at of [previous, old, next, old, next, new Date()]) await insert(entry('x', at), entry('y', at));
      await sealer.sealAll();
      clock.advance(Date.now() - clock.nowMs());
      const keeper = new AuditPartitions(database, clock, 13);
      expect((await keeper.run()).dropped).toEqual([nameOf(previous), nameOf(old)]);
      expect((await keeper.run()).dropped).toEqual([]);
      expect(
        (await readAnchors(database)).map(({ firstSeq, lastSeq, partition }) => [firstSeq, lastSeq, partition]),
      ).toEqual([
        [1, 2, nameOf(previous)],
        [3, 4, nameOf(old)],
        [7, 8, nameOf(old)],
      ]);
      await sealer.sealAll();
      expect(await verifyAuditChain(database)).toMatchObject({
        fault: undefined,
        verified: 8,
        dropped: 6,
        head: { seq: 14 },
      });
      await tamper(`UPDATE audit_anchor SET last_seq = 9 WHERE first_seq = 7`);
      expect(await fault()).not.toBe('none');
      await tamper(`UPDATE audit_anchor SET last_seq = 8, previous_hash = last_hash WHERE first_seq = 7`);
      expect(await fault()).toBe('anchor 7');
      await tamper('DELETE FROM audit_anchor WHERE first_seq = 3');
      expect(await fault()).toBe('missing 3');
      const events = await asOwner((admin) =>
        admin.query(`SELECT target, detail FROM audit_event WHERE action = 'audit.partition_dropped' ORDER BY id`),
      );
      expect(events.rows.map(({ target }) => target)).toEqual([nameOf(previous), nameOf(old)]);
    });

    it('stay while they hold rows that are not sealed, and for three months whoever asks', async () => {
      const old = monthsAgo(5);
      await new AuditPartitions(database, new ManualClock(old.getTime()), 1200).run();
      await insert(entry('unsealed', old));
      const keeper = new AuditPartitions(database, new ManualClock(Date.now()), 4);
      await expect(keeper.run()).rejects.toThrow(/not sealed yet/);
      await sealer.sealAll();
      expect((await keeper.run()).dropped).toContain(nameOf(old));
      const greedy = new AuditPartitions(database, new ManualClock(Date.now() + 9 * 365 * DAY_MS), 3);
      await greedy.run();
      expect(await partitions()).toContain(nameOf(monthsAgo(2)));
      expect(await fault()).toBe('none');
    });
  });

  it('is sealed twice a second and cared for once an hour, by the clock', async () => {
    const clock = new ManualClock(Date.now());
    const logged: string[] = [];
    const schedule = new StoreSchedule({
      clock,
      sealer,
      partitions: new AuditPartitions(database, clock, 1200),
      candles: { run: () => Promise.resolve(0) },
      log: (message) => logged.push(message),
      warn: (message) => logged.push(message),
    });
    schedule.start();
    await insertMany(3);
    clock.advance(500);
    await until(() => sealer.stats().sealed >= 3, 'the sealer has sealed three events');
    clock.advance(4500);
    await until(() => logged.length > 0, 'the head of the chain is logged');
    expect(logged).toEqual([`Audit chain: event 3 has the hash ${sealer.stats().headHash}`]);
    await insertMany(1);
    await schedule.stop();
    expect(sealer.stats().head).toBe(4);
    expect(clock.pendingTimers).toBe(0);
  });
});

/** The migration to the chain and all that came after it. */
const SINCE_PLAIN_TABLE = MIGRATIONS.slice(3);

describe('the migration to the audit chain', () => {
  it('keeps events that were there before, seals them in their order, and gives them back', async () => {
    const test = await createEmptyDatabase();
    await migrate(test.url);
    for (const _ of SINCE_PLAIN_TABLE) await revertLastMigration(test.url);
    const events = (order: string): Promise<unknown[]> =>
      withAdmin(
        async (admin) => (await admin.query(`SELECT id, target FROM audit_event ORDER BY ${order}`)).rows,
        test.name,
      );
    await withAdmin(
      (admin) =>
        admin.query(`INSERT INTO audit_event (at, actor, action, target, detail)
          SELECT at, 'cli', 'key.created', at::text, '{}'
          FROM unnest(ARRAY[now(), now() - interval '8 months', '-infinity', '1970-01-01', now()]::timestamptz[]) AS at`),
      test.name,
    );
    const before = await events('id');
    expect(before).toHaveLength(5);
    await migrate(test.url);
    const database = await connectDatabase(test.url);
    await new AuditSealer(database).sealAll();
    expect(await events('seq')).toEqual(before);
    expect(await verifyAuditChain(database)).toMatchObject({ fault: undefined, verified: 5 });
    await database.rows(INSERT_AUDIT_ROWS, auditColumns([auditRow(entry('next'))]));
    await database.close();
    for (const _ of SINCE_PLAIN_TABLE) await revertLastMigration(test.url);
    expect(await events('id')).toEqual([...before, { id: '6', target: 'next' }]);
    await test.drop();
  });
});
