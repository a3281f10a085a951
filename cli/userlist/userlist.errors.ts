import { OperatorError } from '../../src/kernel/index.js';

/** The userlist cannot be made; the message says why and what to do, without any secret. */
export class UserlistError extends OperatorError {}
