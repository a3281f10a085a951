/**
 * Every code that a caller can see, in one closed union. `http` maps each to its status; a new code without a row there
 * does not compile.
 */
export const ERROR_CODES = [
  'invalid-parameter',
  'unknown-parameter',
  'key-in-query',
  'key-missing',
  'key-invalid',
  'key-expired',
  'key-not-yet-valid',
  'key-revoked',
  'tier-required',
  'scope-required',
  'account-suspended',
  'address-not-allowed',
  'symbol-not-found',
  'timeframe-not-supported',
  'not-found',
  'route-not-found',
  'method-not-allowed',
  'idempotency-conflict',
  'precondition-failed',
  'payload-too-large',
  'unsupported-media-type',
  'quota-exceeded',
  'concurrency-exceeded',
  'internal',
  'terminal-error',
  'terminal-timeout',
  'terminal-disconnected',
  'history-loading',
  'reduced-capacity',
  'shutting-down',
] as const;

/** A stable, public error code. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What an error carries besides its message. */
export interface ErrorDetails {
  /** Wait before the next attempt, seconds. Only on retryable errors. */
  readonly retryAfterSeconds?: number;
  /** Extra members of the problem document, in the snake_case of the public interface. Never a secret. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/**
 * Base of all errors that the gateway raises on purpose. The message says what failed, for which thing, and what to do.
 * Callers may see it, so it never holds a secret. Match on `code`, never on the message.
 */
export abstract class GatewayError extends Error {
  abstract readonly code: ErrorCode;
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean = false;
  readonly retryAfterSeconds: number | undefined;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.members = details.members ?? {};
  }
}

/** Tells a {@link GatewayError} from everything else. */
export function isGatewayError(error: unknown): error is GatewayError {
  return error instanceof GatewayError;
}

/**
 * A program cannot start or continue, and its operator can fix that. The message tells the operator what to correct and
 * never holds a secret. Callers of the API never see it.
 */
export abstract class OperatorError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
  }
}
