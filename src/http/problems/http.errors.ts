import { ErrorExample, GatewayError } from '../../kernel/index.js';

/** A fault of one parameter. */
export interface ParameterFault {
  readonly parameter: string;
  /** What is allowed; never the value that was sent. */
  readonly message: string;
}

function sentence(faults: readonly ParameterFault[]): string {
  return faults.map(({ parameter, message }) => `${parameter} ${message}`).join('; ');
}

/** A parameter or a body member has a value that is not allowed (400 `invalid-parameter`). */
@ErrorExample('invalid-parameter', () => InvalidParameterError.of('body', 'must be a JSON object'))
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
@ErrorExample('unknown-parameter', () => {
  const message = 'is unknown; this route takes no parameters';
  return new UnknownParameterError([{ parameter: 'color', message }]);
})
export class UnknownParameterError extends GatewayError {
  override readonly code = 'unknown-parameter';

  constructor(readonly faults: readonly ParameterFault[]) {
    super(sentence(faults), { members: { errors: faults } });
  }
}

/** Something that a path names does not exist (404 `not-found`). */
@ErrorExample('not-found.problem', () => new NotFoundError('problem', 'no-such-code'))
@ErrorExample('not-found', () => new NotFoundError('account', '0'.repeat(26)))
export class NotFoundError extends GatewayError {
  override readonly code = 'not-found';

  constructor(kind: string, id: string) {
    super(`there is no ${kind} '${id}'`, { members: { kind, id } });
  }
}

/** The thing to change differs from what the caller has read (412 `precondition-failed`). */
@ErrorExample('precondition-failed', () =>
  PreconditionFailedError.changed('account', '01M7Z0HZM5T9M3ZSVHT2XANG17', [2, 3]),
)
export class PreconditionFailedError extends GatewayError {
  override readonly code = 'precondition-failed';

  constructor(message: string, members: Readonly<Record<string, unknown>> = {}) {
    super(message, { members });
  }

  /** The thing is at a later version than the one that the caller read. */
  static changed(kind: string, id: string, [read, version]: readonly [number, number]): PreconditionFailedError {
    const message = `${kind} ${id} is at version ${version}, not ${read}: read it again and repeat the change`;
    return new PreconditionFailedError(message, { kind, id, version });
  }
}

/** The body has another form than JSON in UTF-8 without a coding (415 `unsupported-media-type`). */
@ErrorExample('unsupported-media-type', () => new UnsupportedMediaTypeError())
export class UnsupportedMediaTypeError extends GatewayError {
  override readonly code = 'unsupported-media-type';

  constructor(message = 'send the body as application/json') {
    super(message);
  }
}

/** The Idempotency-Key belongs to another request, or to one without an answer yet (409 `idempotency-conflict`). */
@ErrorExample('idempotency-conflict', () => IdempotencyConflictError.ofOtherRequest())
export class IdempotencyConflictError extends GatewayError {
  override readonly code = 'idempotency-conflict';

  static ofOtherRequest(): IdempotencyConflictError {
    return new IdempotencyConflictError(
      'this Idempotency-Key was sent with a different request; use a new one for a new request',
    );
  }
}
