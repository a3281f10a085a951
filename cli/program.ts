import { parseArgs, type ParseArgsConfig } from 'node:util';
import { OperatorError } from '../src/kernel/index.js';
import { explain } from './explain.js';

/** The command line is wrong; {@link runProgram} adds the usage to the message. */
export class UsageError extends OperatorError {}

/** Prints `usage` when the command line asks for help, else runs the program and explains its failure. */
export async function runProgram(name: string, usage: string, run: () => Promise<void>): Promise<void> {
  try {
    if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) print(usage);
    else await run();
  } catch (error) {
    explain(name, error instanceof UsageError ? new UsageError(`${error.message}\n${usage}`) : error);
  }
}

/** Parses the words of the command line. @throws UsageError */
export function readWords<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Finds the command of this name. @throws UsageError */
export function commandOf<T>(commands: Readonly<Record<string, T>>, name = ''): T {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command;
  throw new UsageError(name === '' ? 'name a command' : `there is no command '${name}'`);
}

/** Prints one line on standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
