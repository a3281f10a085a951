import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readProcessEnvironment } from './read-process-environment.js';

describe('readProcessEnvironment', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mt5gw-env-'));
    process.env['PLANTED_PORT'] = '1';
  });

  afterEach(() => {
    delete process.env['PLANTED_PORT'];
    rmSync(folder, { recursive: true });
  });

  it('lays the process environment over .env and keeps what only .env says out of the process', async () => {
    const file = join(folder, '.env');
    writeFileSync(file, "# Comment\nPLANTED_PORT=2\nPLANTED_SECRET='a # b'\nPLANTED_EMPTY=\n");
    const environment = await readProcessEnvironment(file);
    expect(environment).toMatchObject({ PLANTED_PORT: '1', PLANTED_SECRET: 'a # b', PLANTED_EMPTY: '' });
    expect(process.env['PLANTED_SECRET']).toBeUndefined();
  });

  it('is the process environment alone where there is no .env', async () => {
    expect(await readProcessEnvironment(join(folder, 'nowhere'))).toEqual(process.env);
  });
});
