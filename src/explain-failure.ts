import { isGatewayError, OperatorError } from './kernel/index.js';

/**
 * Why a program ends, for the person who started it. What can be expected to happen, a wrong setting or a file that may
 * not be read, is told in a sentence; everything else is a fault of the program and comes with its stack.
 */
export function explainFailure(program: string, error: unknown): string {
  return `${program}: ${isExpected(error) ? error.message : stackOf(error)}\n`;
}

/** The operating system's refusals name the file or the address themselves. */
function isExpected(error: unknown): error is Error {
  if (isGatewayError(error) || error instanceof OperatorError) return true;
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
