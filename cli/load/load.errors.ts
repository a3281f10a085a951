import { OperatorError } from '../../src/kernel/index.js';

/** The command line is wrong; nothing was started. */
export class UsageError extends OperatorError {
  constructor(what: string) {
    super(`${what} See npm run load -- --help.`);
  }
}

/** There is no database to put load on. */
export class LoadTargetError extends OperatorError {}
