import { execFileSync } from 'node:child_process';
import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A running server of a cluster. */
export interface Postmaster {
  readonly pid: number;
  /** Undefined while it is starting. */
  readonly port: number | undefined;
}

/**
 * The running server of a cluster, if any. The lock file alone is no proof: after a crash its process id may belong to
 * any other process.
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
 * Removes the lock file of a killed server, because the next server refuses to start when the process id in it is in
 * use again. Does so only when certainly no process of the old server is left: that file keeps two servers apart.
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
