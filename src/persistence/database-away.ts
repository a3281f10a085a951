import { QueryFailedError } from 'typeorm';

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * SQLSTATE classes and codes with which a server, or PgBouncer in front of it, says "not now": connection (08, used for
 * everything by PgBouncer), authorization (28), missing database (3D), resources (53), shutdown and start (57P), cancelled
 * statement (57014), lock timeout (55P03), session timeouts (25P), a standby after a failover (25006), broken storage (58).
 */
const AWAY_STATES = /^(08...|28...|3D000|53...|57P..|57014|55P03|25P0[345]|25006|58...)$/;

/** pg reports these as plain errors; there is nothing but the text to tell them by. */
const AWAY_MESSAGES = [
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Connection terminated',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
];

/** pg's own message when no slot of the pool got free, or no connection was made, in time. */
export const CHECKOUT_TIMEOUT_MESSAGE = 'timeout exceeded when trying to connect';

/** pg's own message when an answer did not arrive within `query_timeout`. */
export const QUERY_TIMEOUT_MESSAGE = 'Query read timeout';

/** The driver's error inside of TypeORM's wrapper, or the error itself. */
export function driverError(error: unknown): unknown {
  return error instanceof QueryFailedError ? error.driverError : error;
}

/** SQLSTATE or network code of an error, empty when it has none. */
export function errorCode(error: unknown): string {
  const inner = driverError(error);
  if (inner instanceof AggregateError && !hasCode(inner)) return errorCode(inner.errors[0]);
  return hasCode(inner) ? inner.code : '';
}

/** Whether the error means that the database cannot be used now, as opposed to a wrong statement. */
export function isDatabaseAway(error: unknown): boolean {
  const code = errorCode(error);
  if (code !== '') return NETWORK_CODES.has(code) || AWAY_STATES.test(code);
  const inner = driverError(error);
  return inner instanceof Error && AWAY_MESSAGES.some((message) => inner.message.startsWith(message));
}

function hasCode(error: unknown): error is { code: string } {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
}
