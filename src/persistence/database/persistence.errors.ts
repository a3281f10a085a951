import { GatewayError, type ErrorCode, type ErrorDetails } from '../../kernel/index.js';

/** Retry-After while the database is away, seconds. */
const RETRY_AFTER_SECONDS = 5;
/** Retry-After where the next attempt is likely to succeed, seconds. */
const SOON_SECONDS = 1;

/** The database cannot be used right now: refused, timed out, shutting down or out of connections. */
export class StoreUnavailableError extends GatewayError {
  readonly code: ErrorCode = 'reduced-capacity';
  override readonly retryable = true;

  constructor(message: string, cause?: unknown) {
    super(message, { retryAfterSeconds: RETRY_AFTER_SECONDS, cause });
  }
}

/** Too many callers wait for a connection already. Refused immediately, because one more would wait in vain. */
export class PoolBusyError extends GatewayError {
  readonly code: ErrorCode = 'reduced-capacity';
  override readonly retryable = true;

  constructor(waiters: number) {
    super(`All connections to the database are in use, and ${waiters} callers wait for one; try again.`, {
      retryAfterSeconds: SOON_SECONDS,
    });
  }
}

/** A concurrent change (deadlock, serialization) caused a rollback of this one; the caller may repeat it. */
export class StoreConflictError extends GatewayError {
  readonly code: ErrorCode = 'reduced-capacity';
  override readonly retryable = true;

  constructor(cause: unknown) {
    super('Another change to the same data was in the way, and this one was rolled back; try again.', {
      retryAfterSeconds: SOON_SECONDS,
      cause,
    });
  }
}

/** The database cannot be reached or used at the start; the message is one sentence for the operator. */
export class DatabaseConnectError extends GatewayError {
  readonly code: ErrorCode = 'internal';
}

/** The schema is not the one of this build; the message names the command that fixes it. */
export class SchemaMismatchError extends GatewayError {
  readonly code: ErrorCode = 'internal';
}

/** Bars that must not be stored: not ascending, outside their range, or implausible. */
export class BrokenBarsError extends GatewayError {
  readonly code: ErrorCode = 'internal';
}

/** A stored row holds what this build never writes. */
export class BrokenRowError extends GatewayError {
  readonly code: ErrorCode = 'internal';

  constructor(table: string, row: string, fault: string) {
    super(`Row ${row} of table ${table} cannot be used: ${fault}. Correct or delete it.`);
  }
}

/** A write refers to a row that does not exist. */
export class NotFoundInStoreError extends GatewayError {
  readonly code: ErrorCode = 'not-found';

  constructor(kind: 'account' | 'series', id: string | number) {
    super(`There is no ${kind} ${id}.`, { members: { kind, id: String(id) } });
  }
}

/** An account or a key with this id exists already, or another account has this external id. */
export class DuplicateInStoreError extends GatewayError {
  readonly code: ErrorCode = 'idempotency-conflict';

  constructor(
    readonly kind: 'account' | 'external id' | 'key',
    id: string,
    details?: ErrorDetails,
  ) {
    const what = { account: 'an account', 'external id': 'an account with the external id', key: 'a key' }[kind];
    super(`There is already ${what} ${id}.`, details);
  }
}

/** A `cursor` that this gateway did not hand out. */
export class InvalidCursorError extends GatewayError {
  readonly code: ErrorCode = 'invalid-parameter';

  constructor() {
    super('The cursor is not one of this gateway; start again without it.', {
      members: { errors: [{ parameter: 'cursor', message: 'must be a next_cursor of this list' }] },
    });
  }
}
