/**
 * Every code that a caller can see, in one closed union (api.md, "Success and error bodies"). `http` maps each to its
 * status; a new code without a row there does not compile.
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
  /** How long a caller should wait before trying again, seconds. Only on retryable errors. */
  readonly retryAfterSeconds?: number;
  /** Extra members of the problem document, in the snake_case of the public interface. Never a secret. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/**
 * Base of all errors that the gateway raises on purpose. The message says what failed, for which thing, and what to do;
 * it may be shown to callers, so it never holds a secret. Nobody matches on the message: match on `code`.
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
 * A program cannot start or go on, and the person who started it can mend that: the message is a sentence for the
 * operator that says what to correct, never with a secret. Callers of the API never see it.
 */
export abstract class OperatorError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
  }
}
