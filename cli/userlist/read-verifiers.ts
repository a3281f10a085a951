import pg from 'pg';
import { printable } from '../../src/kernel/index.js';
import type { RoleVerifier } from './userlist.js';
import { UserlistError } from './userlist.errors.js';

const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 10_000;

const VERIFIERS = `
  SELECT rolname AS name, rolpassword AS stored, rolcanlogin AS "mayLogIn", rolsuper AS "isSuperuser"
  FROM pg_authid WHERE rolname = ANY($1) ORDER BY array_position($1, rolname::text)`;

/**
 * Reads the wanted roles in the given order.
 * @throws UserlistError when the server cannot be read or has no such role
 */
export async function readVerifiers(url: string, wanted: readonly string[]): Promise<RoleVerifier[]> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'mt5-gateway generate-userlist',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
  });
  // The query on a broken connection reports the failure.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<RoleVerifier>(VERIFIERS, [wanted]);
    const missing = wanted.filter((name) => !rows.some((row) => row.name === name));
    if (missing.length > 0) {
      const names = missing.map((name) => printable(name)).join(', ');
      throw new UserlistError(`The server has no role ${names}: run docker/postgres/roles.sql, or correct --role.`);
    }
    return rows;
  } catch (error) {
    throw error instanceof UserlistError ? error : unreadable(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function unreadable(error: unknown): UserlistError {
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  if (code === '42501') {
    return new UserlistError(
      'The user of USERLIST_DATABASE_URL may not read pg_authid: it must be a superuser.',
      error,
    );
  }
  const what = code === '28P01' ? 'it refuses the password' : printable(message || code, 200);
  return new UserlistError(`The server of USERLIST_DATABASE_URL cannot be queried: ${what}.`, error);
}
