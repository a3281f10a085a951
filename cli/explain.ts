import { explainFailure } from '../src/explain-failure.js';
import { EmbeddedPostgresError } from '../embedded-postgres/embedded-postgres.js';

/** Prints on standard error why a command failed, and sets the exit code. */
export function explain(command: string, error: unknown): void {
  // The embedded Postgres imports nothing of src, so its error is none of the kernel's.
  const text =
    error instanceof EmbeddedPostgresError ? `${command}: ${error.message}\n` : explainFailure(command, error);
  process.stderr.write(text);
  process.exitCode = 1;
}
