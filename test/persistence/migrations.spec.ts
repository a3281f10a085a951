import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { assertMigrated, migrate } from '../../src/persistence/index.js';
import { revertLastMigration } from '../../src/persistence/database/migrate.js';
import { SchemaMismatchError } from '../../src/persistence/database/persistence.errors.js';
import { MIGRATIONS } from '../../migrations/index.js';
import { connectDatabase, createEmptyDatabase, type TestDatabase, withAdmin } from '../support/test-database.js';

const ALL = MIGRATIONS.map((migration) => migration.name);

describe('migrations', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createEmptyDatabase();
  });

  afterEach(() => database.drop());

  const applied = (): Promise<string[]> =>
    withAdmin(async (admin) => {
      const { rows } = await admin.query<{ name: string }>('SELECT name FROM schema_migration ORDER BY id');
      return rows.map(({ name }) => name);
    }, database.name);

  const tables = (): Promise<string[]> =>
    withAdmin(async (admin) => {
      const { rows } = await admin.query<{ name: string }>(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1",
      );
      return rows.map(({ name }) => name);
    }, database.name);

  it('refuse an empty database and name the command that mends it', async () => {
    const connection = await connectDatabase(database.url);
    await expect(assertMigrated(connection)).rejects.toThrow(/npm run migrate/);
    await expect(assertMigrated(connection)).rejects.toBeInstanceOf(SchemaMismatchError);
    await connection.close();
  });

  it('run once when four processes start at the same time', async () => {
    const results = await Promise.all(Array.from({ length: 4 }, () => migrate(database.url)));
    expect(results.filter((ran) => ran.length === 0)).toHaveLength(3);
    expect(results.flat()).toEqual(ALL);
    expect(await applied()).toEqual(ALL);
  });

  it('leave a schema in which the entities find nothing to change', async () => {
    await migrate(database.url);
    const connection = await connectDatabase(database.url);
    const { upQueries } = await connection.dataSource.driver.createSchemaBuilder().log();
    await connection.close();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('keep, of several names of one symbol, the series opened last with its bars when names stop to count', async () => {
    await migrate(database.url);
    await withAdmin(async (admin) => {
      await admin.query(`
        INSERT INTO series (id, broker_server, symbol, timeframe, broker_symbol, terminal_id, digits, utc_offset_seconds,
          simulated, opened_at)
        SELECT id, 'S', 'EURUSD', 'H1', 'EURUSD' || id, 'T', 5, 0, false, to_timestamp(1e9 + ord)
        FROM unnest(ARRAY[1, 3, 2]) WITH ORDINALITY AS opened(id, ord)`);
      await admin.query(`
        INSERT INTO candle SELECT id, 60, 1, 1, 1, 1, 0, 0, 0 FROM series`);
    }, database.name);
    const after = MIGRATIONS.findIndex(({ name }) => name.startsWith('SeriesByBrokerName'));
    for (const _ of MIGRATIONS.slice(after)) await revertLastMigration(database.url);
    const ids = (statement: string) =>
      withAdmin(
        async (admin) => (await admin.query<{ id: number }>(statement)).rows.map(({ id }) => id),
        database.name,
      );
    expect(await ids('SELECT id FROM series')).toEqual([2]);
    expect(await ids('SELECT series_id AS id FROM candle')).toEqual([2]);
  });

  it('can be taken back one by one to nothing, and applied again', async () => {
    await migrate(database.url);
    for (const _ of ALL) await revertLastMigration(database.url);
    expect(await tables()).toEqual(['schema_migration']);
    expect(await migrate(database.url)).toEqual(ALL);
  });

  it('name what is missing when the last one was not applied', async () => {
    await migrate(database.url);
    await revertLastMigration(database.url);
    const connection = await connectDatabase(database.url);
    await expect(assertMigrated(connection)).rejects.toThrow(`lacks 1 of ${ALL.length} migrations`);
    await connection.close();
  });

  it('are refused by name when they are of a newer version', async () => {
    await migrate(database.url);
    await withAdmin(
      (admin) => admin.query("INSERT INTO schema_migration (timestamp, name) VALUES (1, 'Future1')"),
      database.name,
    );
    const connection = await connectDatabase(database.url);
    await expect(assertMigrated(connection)).rejects.toThrow(/newer version \(Future1\)/);
    await connection.close();
  });
});
