import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AuditQuery,
  type AuditRecord,
  AuditSealer,
  AuditVerifier,
  type Database,
  encodeKeyset,
  InvalidCursorError,
} from '../../src/persistence/index.js';
import { PostgresAuditTrail } from '../../src/persistence/audit/postgres-audit-trail.js';
import { openRoute, ROUTES, type DatabaseRoute } from '../support/database-route.js';
import { ManualClock } from '../support/manual-clock.js';
import { connectDatabase, createTestDatabase, type TestDatabase, withAdmin } from '../support/test-database.js';
import { until } from '../support/until.js';

interface Planted {
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly at?: string;
}

describe.each(ROUTES)('the audit trail %s', (way) => {
  let test: TestDatabase;
  let route: DatabaseRoute;
  let database: Database;
  let trail: PostgresAuditTrail;

  beforeAll(async () => {
    test = await createTestDatabase();
    route = await openRoute(way, test);
    database = await connectDatabase(route.url);
    trail = new PostgresAuditTrail(database);
  });
  beforeEach(() =>
    withAdmin(
      (admin) =>
        admin.query(`TRUNCATE audit_event; UPDATE audit_chain SET seq = 0, hash = decode(repeat('00', 32), 'hex')`),
      test.name,
    ),
  );
  afterAll(async () => {
    await database?.close();
    await route?.close();
    await test?.drop();
  });

  const plant = async (...events: readonly Planted[]): Promise<void> => {
    for (const { actor = 'cli', action = 'key.created', target = '', at = '2026-11-21T12:00:00Z' } of events) {
      await database.rows(
        `INSERT INTO audit_event (at, entry_id, actor, action, target, detail) VALUES ($1, $2, $3, $4, $5, '{}')`,
        [at, randomUUID(), actor, action, target],
      );
    }
  };
  const list = async (query: Partial<AuditQuery> = {}) => trail.list({ limit: 100, ...query });
  const targets = async (query: Partial<AuditQuery> = {}): Promise<string[]> =>
    (await list(query)).items.map(({ target }) => target);

  it('finds events by actor, beginning of the action, target and time, newest first', async () => {
    await plant(
      { target: 'key:1', at: '2026-11-01T00:00:00.000001Z' },
      { target: 'key:12', actor: 'key:abc', action: 'key.revoked', at: '2026-11-02T00:00:00Z' },
      { target: 'keyring:1', action: 'keyring.made', at: '2026-11-03T00:00:00Z' },
      { target: 'k%y:1', action: 'key_created', at: '2026-10-03T00:00:00Z' },
    );
    expect(await targets()).toEqual(['keyring:1', 'key:12', 'key:1', 'k%y:1']);
    expect(await targets({ actor: 'key:abc' })).toEqual(['key:12']);
    expect(await targets({ action: 'key.' })).toEqual(['key:12', 'key:1']);
    expect(await targets({ action: 'key_' })).toEqual(['k%y:1']);
    expect(await targets({ targetPrefix: 'key:' })).toEqual(['key:12', 'key:1']);
    expect(await targets({ targetPrefix: 'k%y:' })).toEqual(['k%y:1']);
    expect(await targets({ target: 'key:1' })).toEqual(['key:1']);
    expect(await targets({ from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-11-02T00:00:00Z') })).toEqual([
      'key:1',
    ]);
    expect(await targets({ actor: 'cli', action: 'keyring', targetPrefix: 'key:' })).toEqual([]);
  });

  it('gives every event once in pages, also of one moment, while others come in', async () => {
    await plant(...Array.from({ length: 25 }, (_, index) => ({ target: `old:${index}` })));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit: 7, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map(({ target }) => target));
      cursor = page.nextCursor;
      await plant({ target: 'new:1', at: '2026-11-21T12:00:01Z' }, { target: 'new:2', at: '2026-11-21T12:00:00Z' });
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `old:${24 - index}`));
  });

  it('refuses every cursor that it never gave', async () => {
    const strangers = [
      'x',
      encodeKeyset(['2026-11-21T12:00:00.000000Z']),
      encodeKeyset(['2026-02-30T12:00:00.000000Z', '1']),
      encodeKeyset(["'; DROP TABLE audit_event", '1']),
      encodeKeyset(['2026-11-21T12:00:00.000000Z', '-1']),
      Buffer.from('{}').toString('base64url'),
      `${encodeKeyset(['2026-11-21T12:00:00.000000Z', '1'])}A`,
    ];
    for (const cursor of strangers) await expect(list({ cursor })).rejects.toBeInstanceOf(InvalidCursorError);
  });

  it('shows an event by its id, sealed or not, and none for an id that there is not', async () => {
    await plant({ target: 'key:1' });
    const [{ id } = { id: '' }] = (await list()).items;
    expect(await trail.find(id)).toMatchObject({ id, target: 'key:1', seal: undefined, requestId: undefined });
    expect(await trail.chain()).toMatchObject({ head: { seq: 0 }, unsealed: { count: 1 } });
    await new AuditSealer(database).sealAll();
    const sealed = (await trail.find(id)) as AuditRecord;
    expect(sealed.seal).toEqual({ seq: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await trail.chain()).toMatchObject({ head: sealed.seal, unsealed: { count: 0, overdue: [] } });
    for (const nobody of ['0', '999999999999999999', 'x', '1 OR 1=1', '9'.repeat(30)]) {
      expect(await trail.find(nobody)).toBeUndefined();
    }
  });

  it('needs an index for each filter and no sort of everything', async () => {
    const explain = async (condition: string): Promise<string> =>
      withAdmin(async (admin) => {
        await admin.query('BEGIN; SET LOCAL enable_seqscan = off');
        const { rows } = await admin.query<{ 'QUERY PLAN': string }>(
          `EXPLAIN SELECT id FROM audit_event WHERE ${condition} ORDER BY at DESC, id DESC LIMIT 10`,
        );
        await admin.query('ROLLBACK');
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      }, test.name);
    expect(await explain("actor = 'x'")).toMatch(/_actor_at_idx/);
    expect(await explain("target = 'key:1'")).toMatch(/_target_at_idx/);
    expect(await explain("action LIKE 'key.revoked%'")).toMatch(/_action_at_idx/);
    expect(await explain('id = 5')).toMatch(/_id_idx1?/);
    expect(await explain('true')).toMatch(/_pkey/);
  });

  describe('verified in the background', () => {
    let clock: ManualClock;
    let errors: string[];
    const verifier = (): AuditVerifier =>
      new AuditVerifier({ database, clock, error: (message) => void errors.push(message) });
    const finish = (running: AuditVerifier): Promise<void> =>
      until(async () => {
        if (running.state().running !== undefined) await clock.advanceAsync(50);
        return running.state().running === undefined;
      }, 'the verification has ended');

    beforeEach(async () => {
      clock = new ManualClock();
      errors = [];
      await plant(...Array.from({ length: 5 }, (_, index) => ({ target: `key:${index}` })));
      await new AuditSealer(database).sealAll();
    });

    it('holds, then names the first row that somebody changed', async () => {
      const running = verifier();
      expect(running.state()).toEqual({ running: undefined, last: undefined, failure: undefined });
      running.verify();
      running.verify();
      await finish(running);
      expect(running.state().last).toMatchObject({ verified: 5, head: { seq: 5 }, fault: undefined });
      await withAdmin(async (admin) => {
        await admin.query('ALTER TABLE audit_event DISABLE TRIGGER audit_event_immutable');
        await admin.query(`UPDATE audit_event SET actor = 'somebody else' WHERE seq >= 3`);
        await admin.query('ALTER TABLE audit_event ENABLE TRIGGER audit_event_immutable');
      }, test.name);
      running.verify();
      await finish(running);
      expect(running.state().last).toMatchObject({ verified: 2, head: { seq: 2 }, fault: { kind: 'altered', seq: 3 } });
      expect(errors).toEqual([expect.stringContaining('tampered with: At 3 stands event')]);
      await running.stop();
    });

    it('runs once a day by itself, says why a try failed, and stops in the middle of a run', async () => {
      const running = verifier();
      running.start();
      clock.advance(3_600_000);
      await finish(running);
      expect(running.state().last).toMatchObject({ verified: 5 });
      await withAdmin((admin) => admin.query('ALTER TABLE audit_chain RENAME TO hidden'), test.name);
      clock.advance(23 * 3_600_000);
      await finish(running);
      expect(running.state().failure).toContain('audit_chain');
      await withAdmin((admin) => admin.query('ALTER TABLE hidden RENAME TO audit_chain'), test.name);
      running.verify();
      await until(() => (running.state().running?.verified ?? 0) > 0, 'the verification has begun');
      await running.stop();
      expect(running.state()).toMatchObject({ running: undefined, last: { verified: 5 } });
    });
  });
});
