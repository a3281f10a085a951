import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { EnvironmentSource } from './read-environment.js';

/**
 * The environment of this process over the `.env` file of the working folder, where there is one: what is set in the
 * process wins. The only place that looks at `process.env`.
 */
export function readProcessEnvironment(envFile = '.env'): EnvironmentSource {
  let fromFile: NodeJS.Dict<string> = {};
  try {
    fromFile = parseEnv(readFileSync(envFile, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return { ...fromFile, ...process.env };
}
