import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { DIST, run } from './program.js';

describe('a process that has no file descriptor left', () => {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    folder = mkdtempSync(join(tmpdir(), 'mt5gw-descriptors-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await database.drop();
  });

  it('counts spooled rows as not taken, says so in one line, names the cause at the database, and goes on when there are some', async () => {
    const program = join(import.meta.dirname, 'hog-descriptors.mjs');
    const command = `ulimit -n 64; exec "${process.execPath}" "${program}" "${DIST}" "${folder}" "${database.url}"`;
    const { code, stdout, stderr } = await run(['-c', command], { cwd: folder, node: 'sh' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      before: 1,
      during: [0, 0],
      unsynced: 0,
      after: 1,
      warnings: [`The audit spool in ${folder} cannot be used (EMFILE: no file descriptor is left, raise ulimit -n).`],
      database: expect.stringMatching(
        /^DatabaseConnectError: Postgres at \S+ cannot be dialed, .*\(EMFILE\): raise .*ulimit -n/,
      ),
      later: 'connected',
    });
  });
});
