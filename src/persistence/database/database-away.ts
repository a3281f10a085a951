import { QueryFailedError, QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';

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
  // The host itself has run out of descriptors, ports or buffers.
  'EMFILE',
  'ENFILE',
  'EADDRNOTAVAIL',
  'ENOBUFS',
]);

/**
 * SQLSTATE classes and codes with which a server, or PgBouncer in front of it, says "not now": connection (08, used for
 * everything by PgBouncer), authorization (28), missing database (3D), resources (53), shutdown and start (57P),
 * canceled statement (57014), lock timeout (55P03), session timeouts (25P), a standby after a failover (25006), broken
 * storage (58).
 */
const AWAY_STATES = /^(08...|28...|3D000|53...|57P..|57014|55P03|25P0[345]|25006|58...)$/;

/** pg reports these as plain errors that only their text identifies. */
const AWAY_MESSAGES = [
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Connection terminated',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
];

/** pg's own message when no slot of the pool became free, or no connection was made, in time. */
export const CHECKOUT_TIMEOUT_MESSAGE = 'timeout exceeded when trying to connect';

/** pg's own message when an answer did not arrive within `query_timeout`. */
export const QUERY_TIMEOUT_MESSAGE = 'Query read timeout';

/** Network resets, and the SQLSTATEs of a server that ends a session (57P01 to 57P03, 08003, 08006). */
const LOST_CODES = /^(ECONNRESET|ECONNABORTED|EPIPE|57P0[123]|0800[36])$/;
const LOST_MESSAGES = /^(Connection terminated( unexpectedly)?$|Client has encountered a connection error)/;
/** PgBouncer has one SQLSTATE for everything. */
const LOST_BEHIND_POOLER = /^server (closed the connection|conn crashed|login failed|connection crashed)/i;

/** SQLSTATE and message of a failure, and the reason that operators read instead. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/timeout exceeded when trying to connect/, 'no connection of the pool became free in time'],
  [
    / (timeout expired|Connection terminated due to connection timeout)/,
    'it did not answer in time to a new connection',
  ],
  [/ Query read timeout/, 'a statement took longer than DB_STATEMENT_TIMEOUT'],
  [/^57014 .*statement timeout/, 'a statement took longer than the statement_timeout of its role'],
  [/^55P03 /, 'a lock was not granted in time'],
  [/query_wait_timeout/, 'PgBouncer had no server connection for it in time'],
  [/no more connections allowed/, 'PgBouncer takes no more clients (max_client_conn)'],
  [/^53300 /, 'Postgres takes no more connections (max_connections)'],
  [/^53100 /, 'its disk is full'],
  [/^ENFILE /, 'the host has no file descriptor left'],
  [/^EMFILE /, 'the gateway has no file descriptor left to dial it (ulimit -n)'],
  [/ECONNREFUSED/, 'no process listens there'],
];

/** The driver's error inside TypeORM's wrapper, or the error itself. */
export function driverError(error: unknown): unknown {
  return error instanceof QueryFailedError ? error.driverError : error;
}

/** SQLSTATE or network code of an error, empty when it has none. */
export function errorCode(error: unknown): string {
  const inner = driverError(error);
  if (inner instanceof AggregateError && !hasCode(inner)) return errorCode(inner.errors[0]);
  return hasCode(inner) ? inner.code : '';
}

/** Whether the database cannot be used now, as opposed to a wrong statement. */
export function isDatabaseAway(error: unknown): boolean {
  if (isConnectionGivenBack(error)) return true;
  const code = errorCode(error);
  if (code !== '') return NETWORK_CODES.has(code) || AWAY_STATES.test(code);
  const inner = driverError(error);
  return inner instanceof Error && AWAY_MESSAGES.some((message) => inner.message.startsWith(message));
}

/** TypeORM returns a broken connection of a transaction to the pool; the transaction's next statement finds none. */
function isConnectionGivenBack(error: unknown): boolean {
  return error instanceof QueryRunnerAlreadyReleasedError || error instanceof QueryRunnerProviderAlreadyReleasedError;
}

/** Deadlock and serialization failure: the transaction is rolled back and may succeed when it is repeated. */
export function isConflict(error: unknown): boolean {
  return /^(40P01|40001)$/.test(errorCode(error));
}

/**
 * Whether the connection itself broke under the statement: reset, closed, or ended by the server or by PgBouncer. False
 * for timeouts and refused connections, because another connection would fare no better.
 */
export function isConnectionLost(error: unknown): boolean {
  const code = errorCode(error);
  const inner = driverError(error);
  const message = inner instanceof Error ? inner.message : '';
  if (code === '08P01') return LOST_BEHIND_POOLER.test(message);
  if (code !== '') return LOST_CODES.test(code);
  return LOST_MESSAGES.test(message);
}

/** Reason for operators; empty where the error's own text says it better. */
export function awayReason(error: unknown): string {
  const code = errorCode(error);
  const inner = driverError(error);
  const message = inner instanceof Error ? inner.message : '';
  return REASONS.find(([pattern]) => pattern.test(`${code} ${message}`))?.[1] ?? '';
}

function hasCode(error: unknown): error is { code: string } {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
}
