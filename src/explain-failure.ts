import { isGatewayError, OperatorError } from './kernel/index.js';

/**
 * Reason of a program's end for the person who started it. An expected failure, such as a wrong setting or an
 * unreadable file, is one sentence; everything else is a fault of the program and includes its stack.
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
