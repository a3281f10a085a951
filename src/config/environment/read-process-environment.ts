import { ConfigModule } from '@nestjs/config';
import type { EnvironmentSource } from './section.js';

/**
 * The environment of this process over the `.env` file of the working folder, if there is one: the process wins. Nest's
 * ConfigModule reads and merges both; no other code reads `process.env`.
 */
export async function readProcessEnvironment(envFilePath = '.env'): Promise<EnvironmentSource> {
  let environment: EnvironmentSource = {};
  await ConfigModule.forRoot({
    envFilePath,
    validate: (merged) => {
      environment = merged;
      // ConfigModule copies the returned values into process.env, where child processes would see the secrets of .env.
      return {};
    },
  });
  return environment;
}
