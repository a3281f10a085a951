import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Database } from '../../src/persistence/index.js';
import { type PgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import { connectDatabase, createTestDatabase, type TestDatabase } from '../support/test-database.js';

const CLIENTS = 200;
const STATEMENTS = 20;
const WORKERS = 50;

/** What operators do to a PgBouncer that is in use, with real load on it. */
describe('PgBouncer under load', () => {
  let test: TestDatabase;
  let bouncer: PgBouncer;
  let console: pg.Client;
  let database: Database;

  beforeAll(async () => {
    test = await createTestDatabase();
    bouncer = await startPgBouncer();
    console = new pg.Client({ connectionString: bouncer.urlOf('pgbouncer') });
    await console.connect();
  });

  beforeEach(async () => {
    database = await connectDatabase(bouncer.urlOf(test.name), { poolSize: 5, maxOverflow: 10 });
  });

  afterEach(() => database.close());

  afterAll(async () => {
    await console?.end();
    await bouncer?.stop();
    await test?.drop();
  });

  /** 50 workers that go on until they are told to stop; every wrong answer counts as a failure. */
  const load = () => {
    let asked = 0;
    const run = { goesOn: true };
    const reached: { at: number; tell: () => void }[] = [];
    const worker = async (): Promise<void> => {
      while (run.goesOn) {
        const number = ++asked;
        const rows = await database.rows('SELECT $1::int * 2', [number]);
        expect(rows).toEqual([[number * 2]]);
        for (const { at, tell } of reached) if (asked >= at) tell();
      }
    };
    const workers = Promise.allSettled(Array.from({ length: WORKERS }, worker));
    return {
      /** Resolves when so many more statements were asked. */
      more: (count: number) => new Promise<void>((tell) => reached.push({ at: asked + count, tell })),
      stop: async () => {
        run.goesOn = false;
        const results = await workers;
        return { asked, failed: results.filter(({ status }) => status === 'rejected').length };
      },
    };
  };

  it('answers 200 clients with 20 parameterised statements each: 4000 of 4000 right', async () => {
    const client = async (id: number): Promise<number> => {
      const own = new pg.Client({ connectionString: bouncer.urlOf(test.name) });
      await own.connect();
      let right = 0;
      for (let round = 0; round < STATEMENTS; round++) {
        const { rows } = await own.query<{ n: number }>('SELECT $1::int + $2::int AS n', [id * 1000, round]);
        if (rows[0]?.n === id * 1000 + round) right++;
      }
      await own.end();
      return right;
    };
    const counts = await Promise.all(Array.from({ length: CLIENTS }, (_, id) => client(id)));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(CLIENTS * STATEMENTS);
  });

  it('is reloaded without a failed statement', async () => {
    const running = load();
    for (let round = 0; round < 5; round++) {
      await running.more(100);
      await console.query('RELOAD');
    }
    await running.more(100);
    expect(await running.stop()).toMatchObject({ failed: 0 });
    expect(database.stats().counts).toMatchObject({ invalidation: 0, disconnect: 0 });
  });

  it('is paused and resumed without a failed statement: callers only wait', async () => {
    const running = load();
    await running.more(200);
    // Returns when no transaction is open any more: from here on Postgres could be restarted.
    await console.query(`PAUSE ${test.name}`);
    const waiting = await console.query<{ database: string; cl_waiting: string }>('SHOW POOLS');
    await console.query(`RESUME ${test.name}`);
    await running.more(200);
    expect(await running.stop()).toMatchObject({ failed: 0 });
    expect(waiting.rows.some(({ database, cl_waiting }) => database === test.name && Number(cl_waiting) > 0)).toBe(
      true,
    );
    expect(database.stats().counts.invalidation).toBe(0);
  });
});
