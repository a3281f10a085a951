import { OperatorError } from '../src/kernel/index.js';

/** The agent cannot start. */
export class AgentError extends OperatorError {}

/** A requested restart is impossible now; the message is for the requester. */
export class RestartRefusedError extends Error {
  constructor(
    message: string,
    /** Wait before the next attempt, milliseconds. */
    readonly retryAfterMs: number,
  ) {
    super(message);
    this.name = 'RestartRefusedError';
  }
}
