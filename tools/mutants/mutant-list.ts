import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A plausible mistake in the MQL5 sources: one text, and its replacement. */
export interface Mutant {
  /** What goes wrong, in words. */
  readonly name: string;
  /** Below the folder `mql5`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const FILE = join('mql5-harness', 'mutants', 'mutants.json');

/** Every mutant of the list whose name or file holds `only`. @throws Error when there is none, or no list */
export function readMutants(root: string, only: string): Mutant[] {
  const mutants = JSON.parse(readFileSync(join(root, FILE), 'utf8')) as Mutant[];
  const chosen = mutants.filter(({ name, file }) => name.includes(only) || file.includes(only));
  if (chosen.length === 0) throw new Error(`no mutant of ${FILE} has '${only}' in its name or file`);
  return chosen;
}

/** A source with the mistake in it. @throws Error when the text is not there exactly once */
export function plant({ name, file, find, replace }: Mutant, source: string): string {
  const pieces = source.split(find);
  if (pieces.length !== 2) {
    throw new Error(
      `the mutant '${name}' wants a text once in mql5/${file}, and it is there ${pieces.length - 1} times`,
    );
  }
  return pieces.join(replace);
}
