import { OperatorError } from '../src/kernel/index.js';

/** The suite was started in a way that it cannot make sense of; the message says what to correct. */
export class UsageError extends OperatorError {}
