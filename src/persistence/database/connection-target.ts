import { printable } from '../../kernel/index.js';
import { DatabaseConnectError } from './persistence.errors.js';

/** Target of a database URL without its password: safe for logs and errors. */
export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

/**
 * Reads a postgres:// URL. Never puts the URL or the parser's own error into an error, because both hold the password.
 * @throws DatabaseConnectError when it is not a usable URL
 */
export function connectionTarget(url: string): ConnectionTarget {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(ql)?:$/.test(parsed.protocol) || parsed.hostname === '') {
    throw new DatabaseConnectError('The database URL is not of the form postgres://user:password@host:port/database.');
  }
  const user = decoded(parsed.username);
  const port = parsed.port === '' ? 5432 : Number(parsed.port);
  return { host: parsed.hostname, port, user, database: decoded(parsed.pathname.slice(1)) || user };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new DatabaseConnectError('The database URL has a % that is not followed by two hex digits; write it as %25.');
  }
}

/** `host:port`, printable. */
export function addressOf(target: ConnectionTarget): string {
  return `${printable(target.host)}:${target.port}`;
}
