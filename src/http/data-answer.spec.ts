import { describe, expect, it } from '@jest/globals';
import { etagOf, matchesEtag } from './data-answer.js';

describe('ETags', () => {
  it('depend on the bytes and on nothing else', () => {
    expect(etagOf(Buffer.from('a'))).toBe(etagOf(Buffer.from('a')));
    expect(etagOf(Buffer.from('a'))).not.toBe(etagOf(Buffer.from('b')));
    expect(etagOf(Buffer.alloc(0))).toMatch(/^"[\w-]{27}"$/);
  });

  it.each([
    [undefined, false],
    ['', false],
    ['"x"', true],
    ['W/"x"', true],
    ['"y", "x"', true],
    ['"y","z"', false],
    [' * ', true],
    ['"*"', false],
    ['x', false],
    ['"xx"', false],
    ['"a,"x"', false],
  ])('If-None-Match: %s names "x": %s', (header, expected) => {
    expect(matchesEtag(header, '"x"')).toBe(expected);
  });
});
