import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Only the owner may list, read and enter. */
const OWNER_ONLY = 0o700;
/** The pattern covers the file itself, so git never sees the folder. */
const IGNORE_ALL = '# mt5-gateway keeps its data here: nothing of it belongs in a repository.\n*\n';

/** Creates a folder that only its owner can read (0700) and that git ignores. An existing folder stays as it is. */
export function makePrivateFolder(path: string): void {
  if (mkdirSync(path, { recursive: true, mode: OWNER_ONLY }) !== undefined) hideFromGit(path);
}

/** Makes git ignore everything in a folder, whichever repository the folder lies in. */
export function hideFromGit(folder: string): void {
  try {
    writeFileSync(join(folder, '.gitignore'), IGNORE_ALL, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Restricts an existing folder to its owner. When this process is root, other users may still pass through (0711) but
 * read nothing: Postgres refuses to run as root, so its user must reach the cluster inside.
 */
export function closeFolder(path: string): void {
  chmodSync(path, process.getuid?.() === 0 ? 0o711 : OWNER_ONLY);
}
