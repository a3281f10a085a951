import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CLONE, Program } from './program.js';

const { scripts } = JSON.parse(readFileSync(join(CLONE, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

describe('--help', () => {
  it.each(Object.keys(scripts))('of npm run %s prints how the command is used, and does nothing else', async (name) => {
    const program = new Program(['tools/run.mjs', name, '--help'], { cwd: CLONE });
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.stdout).toMatch(/usage|npm run \S+ -- /i);
    expect(program.stderr).not.toMatch(/error|cannot|FAIL/i);
  });
});
