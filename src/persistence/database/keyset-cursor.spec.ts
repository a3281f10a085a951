import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeKeyset, encodeKeyset } from './keyset-cursor.js';
import { InvalidCursorError } from './persistence.errors.js';

const PATTERNS = [/^(?:0|[1-9]\d{0,14})$/, /^[^\0]{1,100}$/];
const keyset = fc.tuple(
  fc.integer({ min: 0, max: 8.64e15 / 10 }).map(String),
  fc.oneof(fc.stringMatching(/^[A-Za-z0-9:_-]{1,100}$/), fc.string({ minLength: 1, maxLength: 30 })),
);

describe('a keyset cursor', () => {
  it('gives the values of every position back', () => {
    fc.assert(fc.property(keyset, (values) => expect(decodeKeyset(encodeKeyset(values), PATTERNS)).toEqual(values)));
  });

  it('stands in a query string as it is', () => {
    fc.assert(
      fc.property(keyset, (values) => expect(encodeURIComponent(encodeKeyset(values))).toBe(encodeKeyset(values))),
    );
  });

  it('refuses every text that it did not make with InvalidCursorError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary', maxLength: 600 })), (text) => {
        try {
          expect(encodeKeyset(decodeKeyset(text, PATTERNS))).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidCursorError);
        }
      }),
    );
  });

  it.each([
    ['a value that does not match', encodeKeyset(['007', 'a'])],
    ['a NUL, which Postgres cannot store', encodeKeyset(['7', 'a\0'])],
    ['too few values', encodeKeyset(['7'])],
    ['too many values', encodeKeyset(['7', 'a', 'b'])],
    ['another spelling of the same values', Buffer.from('["7", "a"]').toString('base64url')],
  ])('refuses %s', (_, cursor) => {
    expect(() => decodeKeyset(cursor, PATTERNS)).toThrow(InvalidCursorError);
  });
});
