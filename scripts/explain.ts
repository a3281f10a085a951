/**
 * Tells why a command failed and sets the exit code. Errors that we raise on purpose are sentences; everything else is a
 * fault of the program and comes with its stack.
 */
export function explain(command: string, error: unknown): void {
  const expected =
    error instanceof Error && error.name !== 'Error' && !/^(Type|Range|Reference|Syntax)Error$/.test(error.name);
  process.stderr.write(`${command}: ${expected ? error.message : String((error as Error)?.stack ?? error)}\n`);
  process.exitCode = 1;
}
