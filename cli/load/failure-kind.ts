import { printable } from '../../src/kernel/index.js';
import { PoolBusyError } from '../../src/persistence/index.js';

/** Kind of a query without an answer at the end of the test. */
export const UNFINISHED = 'unfinished';

/** The answer belongs to another query: a connection was reused with an unread answer. */
export class WrongAnswerError extends Error {}

const BY_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection lost',
  EPIPE: 'connection lost',
  ETIMEDOUT: 'connection lost',
  '57P01': 'connection lost',
  '57P02': 'connection lost',
  '57P03': 'server not ready',
  '57014': 'statement cancelled',
  '53300': 'server full',
};

/** Failures that only the text identifies; PgBouncer uses one code (08P01) for everything. */
const BY_MESSAGE: readonly (readonly [part: string, kind: string])[] = [
  ['timeout exceeded when trying to connect', 'checkout timeout'],
  ['Query read timeout', 'query timeout'],
  ['timeout expired', 'connect timeout'],
  ['query_wait_timeout', 'pgbouncer queue timeout'],
  ['no more connections allowed', 'pgbouncer full'],
  ['Connection terminated', 'connection lost'],
  ['server conn crashed', 'connection lost'],
  ['connection error and is not queryable', 'connection lost'],
];

/** Members of the errors of driver, network and gateway. */
interface Failure {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  /** One error for each address of a host. */
  readonly errors?: readonly unknown[];
}

/** Short name of a failure, equal for equal causes. */
export function failureKind(error: unknown): string {
  if (error instanceof WrongAnswerError) return 'wrong answer';
  if (error instanceof PoolBusyError) return 'waiting line full';
  if (typeof error !== 'object' || error === null) return 'other';
  const { name, message, code, cause, errors }: Failure = error;
  // The gateway's own errors wrap those of the driver.
  if (cause !== undefined) return failureKind(cause);
  const byMessage = BY_MESSAGE.find(([part]) => typeof message === 'string' && message.includes(part));
  if (byMessage !== undefined) return byMessage[1];
  if (typeof code === 'string') return BY_CODE[code] ?? printable(code, 40);
  if (Array.isArray(errors) && errors.length > 0) return failureKind(errors[0]);
  return typeof name === 'string' ? printable(name, 40) : 'other';
}
