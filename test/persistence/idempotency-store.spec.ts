import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Database } from '../../src/persistence/index.js';
import type { IdempotentRequest } from '../../src/persistence/idempotency/idempotency-store.js';
import { PostgresIdempotencyStore } from '../../src/persistence/idempotency/postgres-idempotency-store.js';
import { openRoute, ROUTES, type DatabaseRoute } from '../support/database-route.js';
import { connectDatabase, createTestDatabase, type TestDatabase, withAdmin } from '../support/test-database.js';

let serial = 0;
const request = (changes: Partial<IdempotentRequest> = {}): IdempotentRequest => ({
  keyId: 'admin00001',
  idempotencyKey: `order-${++serial}`,
  fingerprint: randomBytes(32),
  ...changes,
});

describe.each(ROUTES)('idempotency store %s', (way) => {
  let test: TestDatabase;
  let route: DatabaseRoute;
  let database: Database;
  let store: PostgresIdempotencyStore;

  beforeAll(async () => {
    test = await createTestDatabase();
    route = await openRoute(way, test);
    database = await connectDatabase(route.url);
    store = new PostgresIdempotencyStore(database);
  });

  afterAll(async () => {
    await database?.close();
    await route?.close();
    await test?.drop();
  });

  const asAdmin = (statement: string, values: unknown[] = []) =>
    withAdmin((admin) => admin.query(statement, values), test.name);

  it('gives a request to one of many who claim it at the same time', async () => {
    const wanted = request();
    const claims = await Promise.all(Array.from({ length: 8 }, () => store.claim(wanted)));
    expect(claims.filter(({ state }) => state === 'new')).toHaveLength(1);
    expect(claims.filter(({ state }) => state === 'open')).toHaveLength(7);
  });

  it('knows the answer, tells another request from the same, and keeps the names of keys apart', async () => {
    const first = request();
    await store.claim(first);
    await store.answer(first, '{"status":201}');
    expect(await store.claim(first)).toEqual({ state: 'answered', answer: '{"status":201}' });
    expect(await store.claim({ ...first, fingerprint: randomBytes(32) })).toEqual({ state: 'different' });
    expect(await store.claim({ ...first, keyId: 'admin00002' })).toEqual({ state: 'new' });
  });

  it('forgets what is released, but never what was answered', async () => {
    const refused = request();
    await store.claim(refused);
    await store.release(refused);
    expect(await store.claim(refused)).toEqual({ state: 'new' });
    await store.answer(refused, 'done');
    await store.release(refused);
    expect(await store.claim(refused)).toMatchObject({ state: 'answered' });
  });

  it('tells how long a request without an answer is under way', async () => {
    const lost = request();
    await store.claim(lost);
    await asAdmin(
      `UPDATE idempotent_request SET started_at = started_at - interval '2 minutes'
      WHERE idempotency_key = $1`,
      [lost.idempotencyKey],
    );
    const claim = await store.claim(lost);
    expect(claim).toMatchObject({ state: 'open' });
    expect((claim as { ageSeconds: number }).ageSeconds).toBeGreaterThanOrEqual(120);
  });

  it('forgets answers after a day, and clears away more than it takes in', async () => {
    await asAdmin('DELETE FROM idempotent_request');
    const old = request();
    await store.claim(old);
    await store.answer(old, 'old');
    await asAdmin(`INSERT INTO idempotent_request (key_id, idempotency_key, fingerprint, started_at)
      SELECT 'gone', 'n' || n, '', now() FROM generate_series(1, 30) AS n`);
    await asAdmin(`UPDATE idempotent_request SET started_at = started_at - interval '25 hours'`);
    expect(await store.claim({ ...old, fingerprint: randomBytes(32) })).toEqual({ state: 'new' });
    await store.claim(request());
    const { rows } = await asAdmin(`SELECT count(*)::int AS left FROM idempotent_request WHERE key_id = 'gone'`);
    expect(rows).toEqual([{ left: 0 }]);
  });

  it('keeps at most a thousand of one key, the newest', async () => {
    const keyId = 'busy000001';
    await asAdmin(
      `INSERT INTO idempotent_request (key_id, idempotency_key, fingerprint, started_at)
      SELECT $1, 'n' || n, '', now() - n * interval '1 second' FROM generate_series(1, 1005) AS n`,
      [keyId],
    );
    const newest = request({ keyId });
    await store.claim(newest);
    const { rows } = await asAdmin(
      `SELECT count(*)::int AS kept, bool_or(idempotency_key = $2) AS newest, bool_or(idempotency_key = 'n1005') AS oldest
       FROM idempotent_request WHERE key_id = $1`,
      [keyId, newest.idempotencyKey],
    );
    expect(rows).toEqual([{ kept: 1000, newest: true, oldest: false }]);
  });
});
