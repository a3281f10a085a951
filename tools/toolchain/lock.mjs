import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Refusal, say } from './paths.mjs';

const MINUTES = 60_000;
const ABANDONED_AFTER = 20 * MINUTES;
const NAMELESS_AFTER = 5_000;

/** Runs `work` while this process alone holds the lock directory; waits for another holder, not for a dead one. */
export async function exclusively(directory, waiting, work) {
  let hasSaid = false;
  while (!take(directory)) {
    if (isAbandoned(directory)) remove(directory);
    else {
      if (!hasSaid) say(waiting);
      hasSaid = true;
      await delay(250);
    }
  }
  const release = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

function take(directory) {
  try {
    mkdirSync(directory);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    if (error.code === 'EACCES' || error.code === 'EROFS') throw new Refusal(notWritable(directory), { cause: error });
    throw error;
  }
  writeFileSync(join(directory, 'owner.json'), JSON.stringify({ pid: process.pid, host: hostname() }));
  return true;
}

const notWritable = (directory) =>
  `${dirname(directory)} must be prepared (installed and built) first, and this user cannot write there. ` +
  'Run the command once as its owner.';

function isAbandoned(directory) {
  try {
    const age = Date.now() - statSync(directory).mtimeMs;
    const owner = ownerOf(directory);
    if (!owner) return age > NAMELESS_AFTER;
    return age > ABANDONED_AFTER || (owner.host === hostname() && !isAlive(owner.pid));
  } catch {
    return false;
  }
}

/** Moved aside first: of two waiters that see a dead holder, only one moves it. */
function remove(directory) {
  const aside = `${directory}.${process.pid}`;
  try {
    renameSync(directory, aside);
    rmSync(aside, { recursive: true, force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function ownerOf(directory) {
  try {
    return JSON.parse(readFileSync(join(directory, 'owner.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
