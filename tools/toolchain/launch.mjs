import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { runToTheEnd } from './child.mjs';
import { asksForHelp, helpTexts } from './help.mjs';
import { ensureInstalled } from './install.mjs';
import { pinnedNode } from './pinned-node.mjs';
import { Refusal, root, say } from './paths.mjs';
import { tasks } from './tasks.mjs';

/** Prepares the clone, runs one task under the pinned Node and ends this process as the task ended. */
export async function launch(name, args) {
  try {
    const task = Object.hasOwn(tasks, name ?? '') ? tasks[name] : undefined;
    if (!task) throw new Refusal(`There is no task "${name ?? ''}". Tasks: ${Object.keys(tasks).join(', ')}.`);
    if (asksForHelp(args) && Object.hasOwn(helpTexts, name)) return console.log(helpTexts[name]);
    await ensureInstalled();
    const node = pinnedNode();
    // Node keeps what it compiled there: a command that loads hundreds of modules starts a sixth faster.
    process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules/.cache/node');
    await build(node, task.build);
    if (task.command) await runToTheEnd(node, programOf(name, task, args));
  } catch (error) {
    say(error instanceof Refusal ? error.message : String(error?.stack ?? error));
    process.exitCode = 1;
  }
}

function programOf(name, task, args) {
  const command = task.command({ args });
  const file = command?.find((word) => /\.m?js$/.test(word));
  if (file && existsSync(join(root, file))) return command;
  throw new Refusal(`Nothing to run for "${[name, ...args].join(' ')}": ${file ?? 'name a program'} does not exist.`);
}

async function build(node, need) {
  if (need === 'none') return;
  try {
    await ensureBuilt(node);
  } catch (error) {
    if (need === 'required' || !(error instanceof Refusal)) throw error;
    say(`${error.message}\nGoing on with the build there is.`);
  }
}
