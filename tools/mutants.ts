/**
 * `npm run mutants -- [words of a name or file]`: plants mistakes in copies of the MQL5 sources, one at a time, and tells
 * which of them the checks notice. Takes many minutes.
 */
import { join } from 'node:path';
import { asDecimal } from '../src/kernel/index.js';
import { readMutants } from './mutants/mutant-list.js';
import { Trial } from './mutants/trial.js';

const ROOT = join(import.meta.dirname, '..', '..');
const AT_ONCE = 2;
const ENOUGH = 0.9;

async function main(): Promise<void> {
  const mutants = readMutants(ROOT, process.argv.slice(2).join(' '));
  const trial = new Trial(ROOT);
  const sound = await trial.run(undefined);
  if (sound.by !== '') throw new Error(`the sources as they are fail already: ${sound.by}`);
  console.log(`the sources as they are pass (${asDecimal(sound.seconds)} s)`);
  const missed: string[] = [];
  const waiting = [...mutants];
  const work = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const { by, seconds } = await trial.run(mutant);
      if (by === '') missed.push(mutant.name);
      console.log(
        `${by === '' ? 'MISSED' : 'caught'} | ${mutant.file} | ${mutant.name} | ${by} | ${asDecimal(seconds)} s`,
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const after = await trial.run(undefined);
  if (after.by !== '') throw new Error(`the sources as they are fail at the end, so nothing is sure: ${after.by}`);
  const caught = mutants.length - missed.length;
  console.log(`${caught} of ${mutants.length} mutants caught (${Math.round((100 * caught) / mutants.length)} %)`);
  for (const name of missed) console.log(`missed: ${name}`);
  if (caught < ENOUGH * mutants.length) process.exitCode = 1;
}

await main().catch((error: unknown) => {
  console.error(`mutants: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
