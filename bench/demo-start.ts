import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { elapsedMs, median, reportLine } from './measure.js';

/** From the start of the demo to demo.json: in an empty folder, and in one that has its database already. */
const ROUNDS = 2;
const BUDGET_MS = 150_000;
const START_BUDGET_MS = 90_000;
const LOOK_EVERY_MS = 20;
const DEMO = join(import.meta.dirname, '..', 'cli', 'demo.js');

async function oneStart(folder: string): Promise<{ ready: number; stopped: number }> {
  const child = spawn(process.execPath, [DEMO], {
    env: { ...process.env, DATA_DIR: folder, PORT: '0', BRIDGE_PORT: '0' },
    // The channel tells the demo when this process is gone.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  try {
    const hasEnded = () => child.exitCode !== null;
    const ready = await elapsedMs(() => untilReady(folder, hasEnded));
    await until(() => isStored(folder), performance.now() + START_BUDGET_MS, hasEnded);
    child.kill('SIGTERM');
    return { ready, stopped: await elapsedMs(() => exited) };
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

async function untilReady(folder: string, hasEnded: () => boolean): Promise<void> {
  const deadline = performance.now() + START_BUDGET_MS;
  const file = join(folder, 'demo.json');
  // Removes what an earlier start left.
  if (existsSync(file)) await until(() => !existsSync(file), deadline, hasEnded);
  await until(() => existsSync(file), deadline, hasEnded);
}

/** Whether the database has every bar of the memory. */
async function isStored(folder: string): Promise<boolean> {
  const { url } = JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8')) as { url: string };
  return /^mt5gw_series_unwritten 0$/m.test(await (await fetch(`${url}/metrics`)).text());
}

async function until(isSo: () => boolean | Promise<boolean>, deadline: number, hasEnded: () => boolean): Promise<void> {
  while (!(await isSo())) {
    if (hasEnded() || performance.now() > deadline) throw new Error('the demo does not become ready');
    await wait(LOOK_EVERY_MS);
  }
}

const times = { first: [] as number[], second: [] as number[], stop: [] as number[] };
const begin = performance.now();
while (times.first.length < ROUNDS && performance.now() - begin < BUDGET_MS) {
  const folder = mkdtempSync(join(tmpdir(), 'mt5-gateway-bench-'));
  chmodSync(folder, 0o755);
  try {
    const first = await oneStart(folder);
    const second = await oneStart(folder);
    times.first.push(first.ready);
    times.second.push(second.ready);
    times.stop.push(first.stopped, second.stopped);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
process.stdout.write(
  'demo\n' +
    reportLine('first start to ready', times.first) +
    reportLine('second start to ready', times.second) +
    reportLine('stop', times.stop) +
    `first : second = ${(median(times.first) / median(times.second)).toFixed(1)}\n`,
);
