import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { buildProgram } from './build.js';
import { ProgramProcess, type ProgramRun } from './program-process.js';

/** How the programs of the harness end; a sanitizer ends them with 1. */
const [SANITIZER, CRITICAL, STRICT, LEAK] = [1, 70, 71, 73] as const;

describe('the model of the terminal', () => {
  const before = process.env['MQL5_SOURCES'];
  let path: string;

  beforeAll(async () => {
    process.env['MQL5_SOURCES'] = join(import.meta.dirname, 'mistakes');
    ({ path } = await buildProgram('Scripts/Mistakes.mq5'));
  });
  afterAll(() => {
    if (before === undefined) delete process.env['MQL5_SOURCES'];
    else process.env['MQL5_SOURCES'] = before;
  });

  const run = async (mistake: number, changes: ProgramRun = {}) => {
    const program = new ProgramProcess(path, { ...changes, inputs: { InpMistake: mistake } });
    const code = await program.end();
    return { code, journal: program.journal };
  };

  it.each([
    [1, 'a cell past the end of an array', CRITICAL, /critical error: array out of range[\s\S]*Mistakes\.mq5:15/],
    [
      2,
      'a format that does not fit its argument',
      STRICT,
      /strict fault: a format for an integer[\s\S]*Mistakes\.mq5:16/,
    ],
    [3, 'a socket that is not closed', LEAK, /leak: 1 sockets/],
    [4, 'a division by zero', SANITIZER, /Mistakes\.mq5:18:.*division by zero/],
    [5, 'an integer that overflows', SANITIZER, /Mistakes\.mq5:19:.*signed integer overflow/],
    [6, 'a double that no integer can hold', SANITIZER, /Mistakes\.mq5:20:.*outside the range/],
    [8, 'an array copied onto itself', STRICT, /strict fault: ArrayCopy[\s\S]*Mistakes\.mq5:22/],
  ])('ends a program at mistake %d: %s, and names the line', async (mistake, _what, code, words) => {
    const ended = await run(mistake);
    expect(ended).toEqual({ code, journal: expect.stringMatching(words) });
  });

  it('fills fresh cells with what the run asks for, so that a program that reads them shows', async () => {
    const values = await Promise.all((['00', 'a5', '5a'] as const).map((poison) => run(7, { poison })));
    expect(values.map(({ journal }) => journal.trim())).toEqual([
      'fresh: 0',
      'fresh: -1515870811',
      'fresh: 1515870810',
    ]);
  });

  it('ends a program that makes none with 0', async () => {
    expect(await run(0)).toEqual({ code: 0, journal: 'no mistake\n' });
  });
});
