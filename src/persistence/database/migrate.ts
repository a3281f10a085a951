import { MigrationExecutor, type QueryRunner } from 'typeorm';
import { SystemClock, SystemRandom } from '../../kernel/index.js';
import { Database } from './database.js';

/** Arbitrary, but equal in every version of the gateway. */
const MIGRATION_LOCK = 5_001_001;

const CONNECT_TIMEOUT_MS = 10_000;
const ONE_HOUR_MS = 3_600_000;

/**
 * Migrates the database to the schema of this build. Any number of processes may call it concurrently: one works, the
 * others wait and find nothing to do. Safe through PgBouncer, but a direct URL is better for long migrations.
 * @returns the names of the migrations that ran, in order; empty when the schema was current
 * @throws DatabaseConnectError when the database cannot be reached
 */
export function migrate(url: string): Promise<string[]> {
  return underLock(url, async (executor, runner) => {
    const ran = await executor.executePendingMigrations();
    // A database whose gateway was away for months accepts audit events immediately.
    await runner.query('SELECT audit_make_partitions(now(), 3)');
    return ran.map(({ name }) => name);
  });
}

/** Reverts the last migration. For development and tests: its tables and their rows are lost. */
export function revertLastMigration(url: string): Promise<void> {
  return underLock(url, (executor) => executor.undoLastMigration());
}

/**
 * Runs `work` in one transaction that begins with the lock. The lock ends with it, also when the process is killed; no
 * other kind holds behind a pooler in transaction mode.
 */
async function underLock<T>(
  url: string,
  work: (executor: MigrationExecutor, runner: QueryRunner) => Promise<T>,
): Promise<T> {
  const database = await Database.connect(migrationPool(url), new SystemRandom(), new SystemClock());
  try {
    const runner = database.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      await liftLimits(runner);
      await runner.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
      const result = await work(new MigrationExecutor(database.dataSource, runner), runner);
      await runner.commitTransaction();
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  } finally {
    await database.close();
  }
}

/** Lifts the role's limits, which are made for requests: a migration may run and wait for long. */
async function liftLimits(runner: QueryRunner): Promise<void> {
  await runner.query('SET LOCAL statement_timeout = 0');
  await runner.query('SET LOCAL lock_timeout = 0');
}

function migrationPool(url: string): Parameters<typeof Database.connect>[0] {
  return {
    url,
    applicationName: 'mt5-gateway migrate',
    size: 1,
    overflow: 1,
    checkoutTimeoutMs: CONNECT_TIMEOUT_MS,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    queryTimeoutMs: undefined,
    recycleMs: ONE_HOUR_MS,
  };
}
