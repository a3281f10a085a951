import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');

/** Lines that the word check prints for the files below `root`, and its exit code. */
function check(root: string): Promise<{ lines: string[]; code: number }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [join(ROOT, 'tools/words.mjs'), root], (_, stdout) => {
      resolve({ lines: stdout.split('\n').filter((line) => line !== ''), code: child.exitCode ?? -1 });
    });
  });
}

describe('the word check', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'words-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const plant = (file: string, text: string): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };

  it('finds no refused word in the folders that are clean', async () => {
    expect(await check(ROOT)).toEqual({ lines: [], code: 0 });
  });

  it.each([
    ['a phrase in a comment', '/** Told at once. */', '"at once": write immediately'],
    ['a phrase that a line break cuts', '/* The result has\n * to be kept. */', '"has to be": write must be'],
    ['a phrase in a text', "const text = 'nobody answers';", '"nobody"'],
    ['British spelling in a comment', '// A colour.', '"colour": write color'],
    ['a name of trading', 'const fillPrice = 1;', '"fillPrice": write backfill'],
    ['a type of trading', 'class AccountOrder {}', '"AccountOrder": write the thing itself'],
    ['an upper bound by another word', 'const MOST_KEYS = 1;', '"MOST_KEYS": write MAX_'],
    ['a name inside a type', 'type Deps = { crowded: boolean };', '"crowded": write terminalsWithoutClock'],
    ['a document that readers do not have', '// As in api.md.', '"api.md": write a document'],
  ])('refuses %s with file, line and the better word', async (_, text, refusal) => {
    plant('src/kernel/planted.ts', `export {};\n${text}\n`);
    const { lines, code } = await check(root);
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^src\/kernel\/planted\.ts:2 /)]);
    expect(lines[0]).toContain(refusal);
  });

  it.each([
    ['a method of JavaScript', 'new Uint8Array(4).fill(1);'],
    ['a name of trading in a sentence', '// The broker fills in two currencies.'],
    ['words that only begin alike', "const profile = 'besides the furthermost towers';"],
  ])('accepts %s', async (_, text) => {
    plant('src/kernel/planted.ts', text);
    expect(await check(root)).toEqual({ lines: [], code: 0 });
  });

  it('refuses nothing in a folder that is not on the list of clean ones', async () => {
    plant('attic/planted.ts', '// For whoever reads it.');
    expect(await check(root)).toEqual({ lines: [], code: 0 });
  });

  it('refuses an exception whose word its file does not hold', async () => {
    plant('src/terminals/upkeep/operations.ts', 'export {};');
    const { lines } = await check(root);
    expect(lines).toEqual(['src/terminals/upkeep/operations.ts: the exception for "cancelled" is not needed']);
  });
});
