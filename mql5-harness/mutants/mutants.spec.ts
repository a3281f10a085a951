import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { plant, readMutants } from '../../tools/mutants/mutant-list.js';

const ROOT = join(import.meta.dirname, '..', '..');

describe('the list of mutants', () => {
  const mutants = readMutants(ROOT, '');

  it('has at least thirty, each with its own name', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
    expect(mutants.length).toBeGreaterThanOrEqual(30);
  });

  it.each(mutants)('finds its place in $file: $name', (mutant) => {
    const source = readFileSync(join(ROOT, 'mql5', mutant.file), 'utf8');
    expect(plant(mutant, source)).not.toBe(source);
  });

  it('fails when the sources no longer have the text', () => {
    expect(() => plant(mutants[0]!, 'something else')).toThrow('it is there 0 times');
    expect(() => readMutants(ROOT, 'no such name')).toThrow('no mutant of');
  });
});
