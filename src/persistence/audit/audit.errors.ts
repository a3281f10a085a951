import { GatewayError, type ErrorCode } from '../../kernel/index.js';

/** The chain of the audit trail cannot be continued or read; its message says why. */
export class AuditChainError extends GatewayError {
  readonly code: ErrorCode = 'internal';
}
