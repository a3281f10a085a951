import { type ErrorCode, isGatewayError } from '../../kernel/index.js';
import { problemSpec } from './problem.catalog.js';

/** Media type of every error answer (RFC 9457). */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** Default `retry_after` of a retryable problem, seconds. */
const DEFAULT_RETRY_AFTER_SECONDS = 5;

/** An error answer: the members of RFC 9457 and those of the original service. */
export interface ProblemDocument {
  readonly success: false;
  readonly error: string;
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly instance: string;
  readonly request_id: string;
  readonly retryable: boolean;
  /** Seconds; only on retryable problems. */
  readonly retry_after?: number;
  readonly [member: string]: unknown;
}

/** Content of a problem document. */
export interface ProblemFields {
  readonly code: ErrorCode;
  readonly detail: string;
  /** Path of the request, without the query (a key might have been in it). */
  readonly instance: string;
  readonly requestId: string;
  /** @default the catalog's */
  readonly status?: number;
  /** @default the catalog's */
  readonly retryable?: boolean;
  readonly retryAfterSeconds?: number | undefined;
  readonly members?: Readonly<Record<string, unknown>>;
}

/** URL of a code's explanation, relative to the gateway's origin. */
export function problemType(code: ErrorCode): string {
  return `/problems/${code}`;
}

/** Builds the document; members of the error can never overwrite the standard ones. */
export function problemDocument(parts: ProblemFields): ProblemDocument {
  const spec = problemSpec(parts.code);
  const retryable = parts.retryable ?? spec.retryable;
  return {
    ...parts.members,
    success: false,
    error: parts.detail,
    type: problemType(parts.code),
    title: spec.title,
    status: parts.status ?? spec.status,
    code: parts.code,
    detail: parts.detail,
    instance: parts.instance,
    request_id: parts.requestId,
    retryable,
    ...(retryable
      ? { retry_after: Math.max(1, Math.ceil(parts.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS)) }
      : {}),
  };
}

/** The fields that an error may show. Foreign errors show nothing of the inside. */
export function describeError(error: unknown): Omit<ProblemFields, 'instance' | 'requestId'> {
  if (!isGatewayError(error)) {
    return { code: 'internal', detail: 'The gateway failed to answer this request; quote its request_id.' };
  }
  const { code, message, members, retryAfterSeconds } = error;
  // An error is retryable by itself (`true`) or because its code is; one that names a delay is as well.
  const retryable = error.retryable || problemSpec(code).retryable || retryAfterSeconds !== undefined;
  return { code, detail: message, members, retryable, retryAfterSeconds };
}
