import { OperatorError } from '../../src/kernel/index.js';

/** The userlist cannot be made; the message gives reason and remedy, without secrets. */
export class UserlistError extends OperatorError {}
