/** `npm run migrate`: migrates the configured database to the schema of this build. */
import 'reflect-metadata';
import { DatabaseSettings, readProcessEnvironment } from '../src/config/index.js';
import { migrate } from '../src/persistence/index.js';
import { explain } from './explain.js';

try {
  const ran = await migrate(DatabaseSettings.load(await readProcessEnvironment()).migrateUrl);
  process.stdout.write(ran.length === 0 ? 'The database is up to date.\n' : `Migrated: ${ran.join(', ')}.\n`);
} catch (error) {
  explain('migrate', error);
}
