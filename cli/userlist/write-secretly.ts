import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes a file that only its owner may read, whole or not at all: PgBouncer may be reading the old one meanwhile. */
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
