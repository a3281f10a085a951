import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { DatabaseSettings } from '../../src/config/index.js';
import { SystemClock, SystemRandom } from '../../src/kernel/index.js';
import { Database, migrate, poolOptions } from '../../src/persistence/index.js';
import { changed, USUAL_SETTINGS } from './usual-settings.js';

/** Any number; keeps workers from making the template at the same time. */
const TEMPLATE_LOCK = 77_001;
const TEMPLATE = 'migrated_template';

/** A database of its own for one spec file. */
export interface TestDatabase {
  readonly name: string;
  /** Direct URL. */
  readonly url: string;
  /** Drops the database, also when somebody is still connected. */
  drop(): Promise<void>;
}

/** A migrated, empty database: a copy of a template that is migrated once a run. Drop it in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return withAdmin(async (admin) => {
    // A lock of the session is safe here: this connection is direct and ends below.
    await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [TEMPLATE]);
    if (rowCount === 0) await makeTemplate(admin);
    return makeDatabase(admin, TEMPLATE);
  });
}

/** A database without any table. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return withAdmin((admin) => makeDatabase(admin, 'template0'));
}

/** Settings as in production, small and quick. */
export function databaseSettings(url: string, changes: Partial<DatabaseSettings> = {}): DatabaseSettings {
  return changed(USUAL_SETTINGS.database, {
    url,
    migrateUrl: url,
    usePgbouncer: false,
    poolSize: 4,
    maxOverflow: 2,
    maxWaiters: 1000,
    pgbouncerAdminUrl: undefined,
    leakAfterMs: 60_000,
    poolTimeoutMs: 5000,
    poolRecycleMs: 600_000,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 10_000,
    ...changes,
  });
}

/** Connects as the gateway does. Close it before the database is dropped. */
export function connectDatabase(url: string, changes: Partial<DatabaseSettings> = {}): Promise<Database> {
  return Database.connect(poolOptions(databaseSettings(url, changes)), new SystemRandom(), new SystemClock());
}

/** Runs statements as the owner of the test server, past the pool under test. */
export async function withAdmin<T>(work: (admin: pg.Client) => Promise<T>, database = 'postgres'): Promise<T> {
  const client = new pg.Client({ connectionString: urlOf(database) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The direct URL of a database on the test server. */
export function urlOf(database: string): string {
  const url = process.env.TEST_POSTGRES_URL;
  if (url === undefined) throw new Error('There is no test server: specs that need Postgres belong into test/.');
  return Object.assign(new URL(url), { pathname: `/${database}` }).href;
}

/** Under another name until it is complete, so that a failed migration leaves no half template. */
async function makeTemplate(admin: pg.Client): Promise<void> {
  await admin.query('DROP DATABASE IF EXISTS unfinished_template WITH (FORCE)');
  await admin.query('CREATE DATABASE unfinished_template');
  await migrate(urlOf('unfinished_template'));
  await admin.query(`ALTER DATABASE unfinished_template RENAME TO ${TEMPLATE}`);
}

async function makeDatabase(admin: pg.Client, template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const drop = (): Promise<void> =>
    withAdmin(async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    });
  return { name, url: urlOf(name), drop };
}
