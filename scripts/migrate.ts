import { loadDatabaseSettings, readProcessEnvironment } from '../src/config/index.js';
import { isGatewayError } from '../src/kernel/index.js';
import { migrate } from '../src/persistence/index.js';

/** `npm run migrate`: brings the database of the settings to the schema of this build. */
try {
  const ran = await migrate(loadDatabaseSettings(readProcessEnvironment()).migrateUrl);
  console.log(ran.length === 0 ? 'The database is up to date.' : `Migrated: ${ran.join(', ')}.`);
} catch (error) {
  const isReadable = isGatewayError(error) || (error instanceof Error && error.name === 'ConfigurationError');
  console.error(isReadable ? error.message : error);
  process.exitCode = 1;
}
