import { GatewayError } from '../../kernel/index.js';

/** What is wrong with one parameter. */
export interface ParameterFault {
  readonly parameter: string;
  /** What is allowed; never the value that was sent. */
  readonly message: string;
}

function sentence(faults: readonly ParameterFault[]): string {
  return faults.map(({ parameter, message }) => `${parameter} ${message}`).join('; ');
}

/** A parameter or a body member has a value that is not allowed (400 `invalid-parameter`). */
export class InvalidParameterError extends GatewayError {
  override readonly code = 'invalid-parameter';

  constructor(readonly faults: readonly ParameterFault[]) {
    super(sentence(faults), { members: { errors: faults } });
  }

  /** For a rule that only the handler can check, e.g. a time outside the kept history. */
  static of(parameter: string, message: string): InvalidParameterError {
    return new InvalidParameterError([{ parameter, message }]);
  }
}

/** A query parameter that the route does not have (400 `unknown-parameter`). */
export class UnknownParameterError extends GatewayError {
  override readonly code = 'unknown-parameter';

  constructor(readonly faults: readonly ParameterFault[]) {
    super(sentence(faults), { members: { errors: faults } });
  }
}

/** Something that a path names does not exist (404 `not-found`). */
export class NotFoundError extends GatewayError {
  override readonly code = 'not-found';

  constructor(kind: string, id: string) {
    super(`there is no ${kind} '${id}'`, { members: { kind, id } });
  }
}

/** What the caller wants to change is not as the caller believes (412 `precondition-failed`). */
export class PreconditionFailedError extends GatewayError {
  override readonly code = 'precondition-failed';

  constructor(message: string, members: Readonly<Record<string, unknown>> = {}) {
    super(message, { members });
  }
}

/** The body has another form than JSON in UTF-8 without a coding (415 `unsupported-media-type`). */
export class UnsupportedMediaTypeError extends GatewayError {
  override readonly code = 'unsupported-media-type';
}

/** The Idempotency-Key belongs to another request, or to one without an answer yet (409 `idempotency-conflict`). */
export class IdempotencyConflictError extends GatewayError {
  override readonly code = 'idempotency-conflict';
}
