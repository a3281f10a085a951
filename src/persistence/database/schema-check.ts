import { MIGRATIONS } from '../../../migrations/index.js';
import { MIGRATIONS_TABLE } from './data-source.js';
import type { Database } from './database.js';
import { SchemaMismatchError } from './persistence.errors.js';

/** @throws SchemaMismatchError when migrations are pending, or when a newer build has already changed the schema */
export async function assertMigrated(database: Database): Promise<void> {
  const applied = await appliedMigrations(database);
  const known = MIGRATIONS.map((migration) => migration.name);
  const pending = known.filter((name) => !applied.has(name));
  if (pending.length > 0) {
    throw new SchemaMismatchError(
      `The database lacks ${pending.length} of ${known.length} migrations: run "npm run migrate" and start again.`,
    );
  }
  const unknown = [...applied].filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new SchemaMismatchError(
      `The database was migrated by a newer version (${unknown.join(', ')}): start that version, or restore a backup.`,
    );
  }
}

async function appliedMigrations(database: Database): Promise<ReadonlySet<string>> {
  const [[table] = []] = await database.rows('SELECT to_regclass($1)', [MIGRATIONS_TABLE]);
  if (table === null) return new Set();
  const rows = await database.rows(`SELECT name FROM ${MIGRATIONS_TABLE} ORDER BY id`, []);
  return new Set(rows.map(([name]) => String(name)));
}
