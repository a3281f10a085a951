import { GatewayError, type ErrorCode } from '../../kernel/index.js';

/** The database refuses sums of usage for good; a repetition would fail too. */
export class UsageRefusedError extends GatewayError {
  readonly code: ErrorCode = 'internal';

  constructor(cause: unknown) {
    super('The database refuses rows of usage; they are lost.', { cause });
  }
}
