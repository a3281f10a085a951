import { OperatorError } from '../src/kernel/index.js';

/** The command line or the settings of the suite are wrong; the message says what to correct. */
export class UsageError extends OperatorError {}
