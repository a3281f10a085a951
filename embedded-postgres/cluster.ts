import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres.errors.js';
import type { Home } from './home.js';
import { run } from './program.js';

/** Role that owns everything in the cluster. */
export const OWNER = 'mt5gateway';

/**
 * Password of the owner, generated once.
 * @throws EmbeddedPostgresError when the cluster exists but its password is lost
 */
export async function ownerPassword(home: Home): Promise<string> {
  const stored = await readFile(home.passwordFile, 'utf8').catch(notThere);
  if (stored !== undefined && stored.trim() !== '') return stored.trim();
  if (existsSync(home.cluster)) {
    throw new EmbeddedPostgresError(
      `${home.passwordFile} is missing, so its database cannot be opened: restore the file, or remove ` +
        `${home.folder} to start with an empty database.`,
    );
  }
  const password = randomBytes(24).toString('base64url');
  await writeFile(`${home.passwordFile}.new`, `${password}\n`, { mode: 0o600 });
  await rename(`${home.passwordFile}.new`, home.passwordFile);
  return password;
}

/** Creates the cluster unless it exists. It appears by rename, and remains of an interrupted attempt are removed. */
export async function ensureCluster(
  home: Home,
  binaries: Binaries,
  options: { password: string; durable: boolean },
): Promise<void> {
  if (existsSync(join(home.cluster, 'PG_VERSION'))) return;
  if (existsSync(home.cluster)) {
    throw new EmbeddedPostgresError(`${home.cluster} is not a database: remove it, or choose another DATA_DIR.`);
  }
  const unfinished = join(home.folder, 'cluster.new');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await giveTo(home, unfinished);
  const passwordFile = join(unfinished, '..', 'initdb.password');
  await writeFile(passwordFile, options.password, { mode: 0o600 });
  await chmod(passwordFile, 0o600);
  await giveTo(home, passwordFile);
  const { code, output } = await run({
    file: binaries.initdb,
    parameters: initdbParameters(options.durable),
    cwd: home.folder,
    user: home.user,
  });
  await rm(passwordFile, { force: true });
  if (code !== 0)
    throw new EmbeddedPostgresError(`A new database could not be created in ${home.folder}: ${lastLines(output)}`);
  await rename(unfinished, home.cluster);
}

/** Paths are relative to the home, so that no shell misreads a character of its path. */
function initdbParameters(durable: boolean): string[] {
  const fixed = ['-D', 'cluster.new', '-U', OWNER, '--pwfile=initdb.password', '--auth=scram-sha-256'];
  return [...fixed, '--encoding=UTF8', '--locale=C', ...(durable ? [] : ['--no-sync'])];
}

/** Makes the server's user the owner of a file or folder. */
export async function giveTo(home: Home, path: string): Promise<void> {
  if (home.user !== undefined) await chown(path, home.user.uid, home.user.gid);
}

/** Last lines of an output, which hold the reason. */
export function lastLines(output: string): string {
  return output.trim().split('\n').slice(-3).join(' | ').slice(-400);
}

function notThere(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw new EmbeddedPostgresError(
    `A file of the database cannot be read (${error.message}): was it made by another user?`,
    error,
  );
}
