import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const GRACE_MS = 20_000;
const LOOK_EVERY_MS = 100;

/**
 * Ends every process that was started with the given `NAME=value` in its environment and still runs after a short
 * grace; returns their command lines. Reads /proc, so elsewhere than on Linux it finds nothing.
 */
export async function endLeftovers(mark) {
  const deadline = performance.now() + GRACE_MS;
  while (marked(mark).length > 0 && performance.now() < deadline) await delay(LOOK_EVERY_MS);
  return marked(mark).map((pid) => {
    const command = read(pid, 'cmdline').replaceAll('\0', ' ').trim();
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile; it was left running all the same.
    }
    return command;
  });
}

function marked(mark) {
  const pids = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return pids.map(Number).filter((pid) => pid !== process.pid && read(pid, 'environ').split('\0').includes(mark));
}

/** Processes end while they are looked at, and those of other users cannot be read. */
function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
