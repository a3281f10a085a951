import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes a file for its owner's eyes atomically, because PgBouncer may read the old one meanwhile. */
export async function writeSecretly(file: string, content: string): Promise<void> {
  const unfinished = join(dirname(file), `.userlist.${randomUUID()}`);
  try {
    await writeFile(unfinished, content, { mode: 0o600, flag: 'wx' });
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
