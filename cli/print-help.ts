/** Prints `usage` when the command line asks for help. @returns whether it did, so that nothing else is to be done */
export function printHelp(usage: string): boolean {
  const asked = process.argv.slice(2).some((word) => word === '--help' || word === '-h');
  if (asked) process.stdout.write(`${usage}\n`);
  return asked;
}
