import { printable } from '../../kernel/index.js';
import { addressOf, type ConnectionTarget } from './connection-target.js';
import { driverError, errorCode, isDatabaseAway } from './database-away.js';
import { DatabaseConnectError } from './persistence.errors.js';

/** Turns pg's error of the first connection into one sentence for the operator, without secrets. */
export function connectFailure(error: unknown, target: ConnectionTarget): DatabaseConnectError {
  return new DatabaseConnectError(sentence(error, target), { cause: error });
}

function sentence(error: unknown, target: ConnectionTarget): string {
  const server = `Postgres at ${addressOf(target)}`;
  const inner = driverError(error);
  const message = inner instanceof Error ? inner.message : String(inner);
  const code = errorCode(error);
  if (code === 'ECONNREFUSED')
    return `${server} refuses the connection: is it running, and does DATABASE_URL name its port?`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `The host ${printable(target.host)} of DATABASE_URL cannot be found: check its spelling and the name server.`;
  }
  if (code === 'EMFILE' || code === 'ENFILE') {
    return `${server} cannot be dialed, there is no file descriptor left (${code}): raise the limit of open files (ulimit -n).`;
  }
  if (code === '28P01' || /password authentication failed|SASL authentication failed/i.test(message)) {
    return `${server} refuses the password of user "${printable(target.user)}": correct it in DATABASE_URL.`;
  }
  if (code === '3D000' || /no such database|database .* does not exist/i.test(message)) {
    return `${server} has no database "${printable(target.database)}": create it, or correct DATABASE_URL.`;
  }
  if (/no more connections allowed/.test(message)) {
    return `${server} is a PgBouncer that takes no more clients: raise its max_client_conn, or find who holds them.`;
  }
  if (isDatabaseAway(error) && code === '') {
    return `${server} did not answer in time or hung up: is it Postgres, and is it reachable from here?`;
  }
  return `${server} cannot be used: ${printable(message, 200)}${code === '' ? '' : ` (${printable(code)})`}.`;
}
