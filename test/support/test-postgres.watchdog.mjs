import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Waits for the end of its standard input, which closes with the process that holds the other end, even if that one was
 * killed. Then stops the test server at once (its data are thrown away) and removes the folder.
 */
const [folder] = process.argv.slice(2);
const GIVE_UP_MS = 10_000;

process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.stdin.resume();
process.stdin.on('end', () => void finish());

async function finish() {
  const cluster = join(folder, 'postgres', 'cluster');
  const pid = serverPid(cluster);
  if (pid !== undefined) {
    signal(pid, 'SIGQUIT');
    for (let waitedMs = 0; signal(pid, 0) && waitedMs < GIVE_UP_MS; waitedMs += 20) await wait(20);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}

function serverPid(cluster) {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return pid > 0 ? pid : undefined;
}

function signal(pid, name) {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
