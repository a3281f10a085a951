import { fileURLToPath } from 'node:url';

/** The root of the clone, whatever the working directory of the caller. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** One progress sentence for the person who waits. Standard output belongs to the task. */
export const say = (sentence) => process.stderr.write(`${sentence}\n`);

/** A fault whose message is all a person needs: it is printed without a stack. */
export class Refusal extends Error {}
