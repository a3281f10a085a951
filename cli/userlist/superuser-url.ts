import { readFileSync } from 'node:fs';
import type { EnvironmentSource } from '../../src/config/index.js';
import { UserlistError } from './userlist.errors.js';

const NAME = 'USERLIST_DATABASE_URL';

/**
 * URL for reading the verifiers. No setting of the gateway, which must never hold a superuser's password.
 * @throws UserlistError when it is missing or no Postgres URL
 */
export function superuserUrl(environment: EnvironmentSource): string {
  const url = environment[NAME] || fromFile(environment[`${NAME}_FILE`]);
  if (!url) throw new UserlistError(`${NAME} (or ${NAME}_FILE) is missing: it must be the URL of a superuser.`);
  if (!/^postgres(ql)?:\/\/.+/.test(url) || !URL.canParse(url)) {
    throw new UserlistError(`${NAME} must be a URL postgres://user:password@host:port/database.`);
  }
  return url;
}

function fromFile(file: string | undefined): string | undefined {
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error';
    throw new UserlistError(`${NAME}_FILE names a file that cannot be read (${code}).`, error);
  }
}
