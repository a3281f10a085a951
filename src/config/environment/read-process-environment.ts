import { ConfigModule } from '@nestjs/config';
import type { EnvironmentSource } from './section.js';

/**
 * The environment of this process over the `.env` file of the working folder, where there is one: what is set in the
 * process wins. Nest's ConfigModule reads and merges both; nothing else looks at `process.env`.
 */
export async function readProcessEnvironment(envFilePath = '.env'): Promise<EnvironmentSource> {
  let environment: EnvironmentSource = {};
  await ConfigModule.forRoot({
    envFilePath,
    validate: (merged) => {
      environment = merged;
      // ConfigModule copies what is returned into process.env, where child processes would see the secrets of .env.
      return {};
    },
  });
  return environment;
}
