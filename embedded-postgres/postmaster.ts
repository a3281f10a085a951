import { execFileSync } from 'node:child_process';
import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A server that runs on a cluster. */
export interface Postmaster {
  readonly pid: number;
  /** Undefined while it is only just starting. */
  readonly port: number | undefined;
}

/**
 * The server that runs on a cluster, if one does. The file that it leaves there is not believed alone: after a crash its
 * number may belong to any other process.
 */
export async function runningPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  // Line 1 is the process, line 4 the port; the file is written in several steps.
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!(pid > 0) || !(await isServerOf(pid, cluster))) return undefined;
  return { pid, port: port > 0 ? port : undefined };
}

/**
 * Removes what a killed server left, because the next one refuses to start when the process number in it is in use again.
 * Only where it can be seen that no process of the old server is left: that file is what keeps two servers apart.
 */
export async function removeStaleLock(cluster: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const directory = await realpath(cluster);
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const directories = await Promise.all(processes.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  if (!directories.includes(directory)) await rm(join(cluster, 'postmaster.pid'), { force: true });
}

async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  if (process.platform === 'linux') {
    // The server's working directory is its cluster.
    const directory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    return directory === (await realpath(cluster));
  }
  if (process.platform === 'win32') return isAlive(pid);
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes('postgres');
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
