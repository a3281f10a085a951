import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, mkdir, realpath, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { closeFolder } from '../src/kernel/index.js';
import { EmbeddedPostgresError } from './embedded-postgres.errors.js';
import { run } from './program.js';
import { isRoot, serverUser, type SystemUser } from './system-user.js';

/** Folder of one server: its cluster (owned by the server's user), password, port and log. */
export interface Home {
  readonly folder: string;
  readonly cluster: string;
  readonly passwordFile: string;
  readonly portFile: string;
  readonly logFile: string;
  /** Copy of the programs, for a user who cannot reach the installed ones. */
  readonly programs: string;
  readonly user: SystemUser | undefined;
}

/**
 * Finds or makes the home of a data folder. It is inside the data folder; but as root, when the server's user may not
 * enter there, it is outside, under a name derived from the data folder's path, so that the next start finds it again.
 * A trial decides whether a folder can be entered.
 * @throws EmbeddedPostgresError when no place works
 */
export async function findHome(dataDir: string): Promise<Home> {
  const candidates = await candidateFolders(dataDir);
  const existing = candidates.find((folder) => existsSync(join(folder, 'cluster', 'PG_VERSION')));
  const tried = existing === undefined ? candidates : [existing];
  for (const folder of tried) {
    const home = await homeIn(folder, folder === candidates[0]);
    if (home !== undefined) return home;
  }
  throw new EmbeddedPostgresError(
    `The database of ${dataDir} cannot be kept in ${tried.join(' or ')}: no user that Postgres accepts may write there. ` +
      'Correct the permissions, choose another DATA_DIR, or set DATABASE_URL.',
  );
}

async function candidateFolders(dataDir: string): Promise<string[]> {
  const wanted = resolve(dataDir);
  const inside = await mkdir(wanted, { recursive: true }).then(
    async () => join(await realpath(wanted), 'postgres'),
    (error: unknown) => {
      throw new EmbeddedPostgresError(
        `DATA_DIR ${wanted} cannot be created: choose another, or set DATABASE_URL.`,
        error,
      );
    },
  );
  if (!isRoot()) return [inside];
  const name = createHash('sha256').update(inside).digest('hex').slice(0, 16);
  return [inside, join('/var/lib/mt5-gateway', name), join(tmpdir(), `mt5-gateway-${name}`)];
}

/** The home in a folder; undefined when it does not work there. */
async function homeIn(folder: string, isInside: boolean): Promise<Home | undefined> {
  try {
    await mkdir(dirname(folder), { recursive: true, mode: 0o755 });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    closeFolder(folder);
  } catch {
    return undefined;
  }
  // In a temporary folder another user could have made this one before us, to read our files.
  if (!isInside && !(await isOwnFolder(folder))) return undefined;
  const home = homeOf(folder, await serverUser(join(folder, 'cluster')));
  if (await isUsable(home)) return home;
  await rmdir(folder).catch(() => undefined);
  return undefined;
}

function homeOf(folder: string, user: SystemUser | undefined): Home {
  return {
    folder,
    cluster: join(folder, 'cluster'),
    passwordFile: join(folder, 'password'),
    portFile: join(folder, 'port'),
    logFile: join(folder, 'server.log'),
    programs: join(folder, 'programs'),
    user,
  };
}

async function isOwnFolder(folder: string): Promise<boolean> {
  const found = await lstat(folder);
  return found.isDirectory() && found.uid === process.getuid?.();
}

/** Lets the server's user enter the path, which proves that it can be entered. */
async function isUsable(home: Home): Promise<boolean> {
  if (home.user === undefined) return true;
  const { code } = await run({
    file: '/bin/sh',
    parameters: ['-c', 'cd "$1"', 'sh', home.folder],
    cwd: '/',
    user: home.user,
  });
  return code === 0;
}
