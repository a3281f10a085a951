import type { DatabaseSettings } from '../src/config/index.js';
import { SystemClock, SystemRandom } from '../src/kernel/index.js';
import { assertMigrated, Database, poolOptions } from '../src/persistence/index.js';

/** Keeps the database open during `work`. @throws DatabaseConnectError, SchemaMismatchError */
export async function withDatabase<T>(
  settings: DatabaseSettings,
  work: (database: Database) => T | Promise<T>,
): Promise<T> {
  const database = await Database.connect(poolOptions(settings), new SystemRandom(), new SystemClock());
  try {
    await assertMigrated(database);
    return await work(database);
  } finally {
    await database.close();
  }
}
