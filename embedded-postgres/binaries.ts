import { existsSync } from 'node:fs';
import { cp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres.errors.js';
import { run } from './program.js';
import type { SystemUser } from './system-user.js';

/** Paths of Postgres's programs. */
export interface Binaries {
  readonly initdb: string;
  readonly pg_ctl: string;
  readonly postgres: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

const PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'windows-x64'];

/**
 * Programs of this platform's optional dependency, with the links of their libraries in place.
 * @throws EmbeddedPostgresError when there are none for this platform, or when they were not installed
 */
export async function installedBinaries(): Promise<Binaries> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  if (!PLATFORMS.includes(platform)) {
    throw new EmbeddedPostgresError(
      `There is no embedded Postgres for ${platform}: set DATABASE_URL to a Postgres of yours.`,
    );
  }
  const name = `@embedded-postgres/${platform}`;
  try {
    const { initdb, pg_ctl, postgres } = (await import(name)) as Binaries;
    await restoreLinks(nativeFolder({ initdb, pg_ctl, postgres }));
    return { initdb, pg_ctl, postgres };
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The package ${name} cannot be used: run "npm install" with optional packages, or set DATABASE_URL.`,
      error,
    );
  }
}

/**
 * The same programs in a place where `user` can run them: the installed ones if a trial works, else a copy in `folder`.
 * @throws EmbeddedPostgresError when they do not run on this system
 */
export async function runnableBinaries(
  installed: Binaries,
  user: SystemUser | undefined,
  folder: string,
): Promise<Binaries> {
  const fault = await faultOf(installed, user);
  if (fault === undefined) return installed;
  if (user === undefined) throw notRunnable(fault);
  const copy = await copied(installed, folder);
  const copyFault = await faultOf(copy, user);
  if (copyFault !== undefined) throw notRunnable(copyFault);
  return copy;
}

function notRunnable(fault: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The embedded Postgres does not run on this system (${fault.slice(0, 200)}): set DATABASE_URL to a Postgres of yours.`,
  );
}

async function faultOf(binaries: Binaries, user: SystemUser | undefined): Promise<string | undefined> {
  for (const file of [binaries.postgres, binaries.initdb, binaries.pg_ctl]) {
    const { code, output } = await run({ file, parameters: ['--version'], cwd: '/', user });
    if (code !== 0) return output;
  }
  return undefined;
}

async function copied(installed: Binaries, folder: string): Promise<Binaries> {
  const native = nativeFolder(installed);
  const version = (await run({ file: installed.postgres, parameters: ['--version'], cwd: '/', user: undefined }))
    .output;
  const place = join(folder, version.replaceAll(/[^0-9A-Za-z.]+/g, '-') || 'postgres');
  if (!existsSync(place)) {
    const unfinished = `${place}.new`;
    await rm(unfinished, { recursive: true, force: true });
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, place);
  }
  const moved = (file: string): string => join(place, relative(native, file));
  return { initdb: moved(installed.initdb), pg_ctl: moved(installed.pg_ctl), postgres: moved(installed.postgres) };
}

/** npm packages hold no links, and install scripts, which would make them, may be switched off. */
async function restoreLinks(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as readonly Link[];
  const root = dirname(native);
  for (const { source, target } of links) {
    const place = join(root, target);
    if (!existsSync(place)) await symlink(relative(dirname(place), join(root, source)), place).catch(ignoreExisting);
  }
}

/** Another process made it meanwhile. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

function nativeFolder(binaries: Binaries): string {
  return dirname(dirname(binaries.postgres));
}
