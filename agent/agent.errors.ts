import { OperatorError } from '../src/kernel/index.js';

/** The agent cannot start. */
export class AgentError extends OperatorError {}

/** A restart that was asked for cannot happen now; the message is for whoever asked. */
export class RestartRefusedError extends Error {
  constructor(
    message: string,
    /** When asking again makes sense, milliseconds. */
    readonly retryAfterMs: number,
  ) {
    super(message);
    this.name = 'RestartRefusedError';
  }
}
