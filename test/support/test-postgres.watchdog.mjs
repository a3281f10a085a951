import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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
  for (const pid of serverPids()) {
    signal(pid, 'SIGQUIT');
    for (let waitedMs = 0; signal(pid, 0) && waitedMs < GIVE_UP_MS; waitedMs += 20) await wait(20);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}

/** The server of the run, and those that a test has started in its folder and was not able to stop. */
function serverPids() {
  const locks = readdirSync(folder, { recursive: true }).filter((name) => basename(name) === 'postmaster.pid');
  const servers = locks.map((name) => ({ cluster: dirname(join(folder, name)), file: join(folder, name) }));
  return servers
    .map(({ cluster, file }) => ({ cluster, pid: Number(readFileSync(file, 'utf8').split('\n')[0]) }))
    .filter(({ cluster, pid }) => pid > 0 && runsIn(pid, cluster))
    .map(({ pid }) => pid);
}

/** A lock that a test has forged, or that a killed server has left, may name any process. */
function runsIn(pid, cluster) {
  if (process.platform !== 'linux') return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
  } catch {
    return false;
  }
}

function signal(pid, name) {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
