import { explainFailure } from '../src/explain-failure.js';
import { EmbeddedPostgresError } from '../embedded-postgres/embedded-postgres.js';

/** Tells on standard error why a command failed, and sets the exit code. */
export function explain(command: string, error: unknown): void {
  // The supervisor of Postgres stands on nothing of ours, so its error is not one of the kernel's kinds.
  const text =
    error instanceof EmbeddedPostgresError ? `${command}: ${error.message}\n` : explainFailure(command, error);
  process.stderr.write(text);
  process.exitCode = 1;
}
