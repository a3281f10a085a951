import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './page-cursor.js';
import { InvalidCursorError } from '../database/persistence.errors.js';

const position = fc.record({
  atMs: fc.integer({ min: 0, max: 8.64e15 / 10 }),
  id: fc.stringMatching(/^[A-Za-z0-9:_-]{1,100}$/),
});

describe('page cursor', () => {
  it('gives every position back', () => {
    fc.assert(fc.property(position, (given) => expect(decodeCursor(encodeCursor(given))).toEqual(given)));
  });

  it('can stand in a query string as it is', () => {
    fc.assert(
      fc.property(position, (given) => expect(encodeURIComponent(encodeCursor(given))).toBe(encodeCursor(given))),
    );
  });

  it('refuses every text that it did not make, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary', maxLength: 600 })), (text) => {
        try {
          expect(encodeCursor(decodeCursor(text))).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidCursorError);
        }
      }),
    );
  });
});
