import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { CLONE, isAlive } from './program.js';
import { until } from '../support/until.js';

const BUSY = join(CLONE, 'tools', 'toolchain', 'busy.mjs');

/** A program that keeps the cores busy and prints the ids of the loops. */
const STARTER = `
  import { readdirSync, readFileSync } from 'node:fs';
  import { keepCoresBusy } from ${JSON.stringify(BUSY)};
  const rest = keepCoresBusy({ limitMs: Number(process.argv[1]), env: process.env });
  const isLoop = (pid) => {
    try {
      return Number(/\\) . (\\d+)/.exec(readFileSync('/proc/' + pid + '/stat', 'utf8'))[1]) === process.pid;
    } catch {
      return false;
    }
  };
  console.log(readdirSync('/proc').filter((name) => /^\\d+$/.test(name) && isLoop(name)).join(' '));
  process.on('message', () => { rest(); process.disconnect(); });
`;

async function busyProgram(limitMs: number) {
  const program = spawn(process.execPath, ['--input-type=module', '-e', STARTER, String(limitMs)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [text] = (await once(program.stdout!.setEncoding('utf8'), 'data')) as [string];
  return { program, loops: text.trim().split(' ').map(Number) };
}

it.each([
  ['when they are told to', 600_000, (send: () => void) => send()],
  ['when the time is over', 500, () => undefined],
  ['when the program that started them was killed', 600_000, (_: () => void, kill: () => void) => kill()],
])('keeps one loop per core busy, and the loops end %s', async (_case, limitMs, end) => {
  const { program, loops } = await busyProgram(limitMs);
  expect(loops).toHaveLength(availableParallelism());
  end(
    () => program.send('rest'),
    () => program.kill('SIGKILL'),
  );
  await until(() => !loops.some(isAlive), 'the loops have ended', 60_000);
  program.kill('SIGKILL');
});
