import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SeededRandom, SystemRandom } from '../../kernel/index.js';
import { formatKey, generateKey, hashSecret, parseKey, sameHash, type WrittenKeyKind } from './api-key.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-'.split('');
const anyKey = fc
  .record({ kind: fc.constantFrom<WrittenKeyKind[]>('live', 'test', 'adm'), seed: fc.nat() })
  .map(({ kind, seed }) => generateKey(kind, new SeededRandom(seed)));

describe('API keys', () => {
  it('survive writing and reading', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const text = formatKey(key);
        expect(text).toMatch(/^mt5g_(live|test|adm)_[0-9A-Za-z]{10}_[0-9A-Za-z]{49}$/);
        expect(parseKey(text)).toEqual(key);
      }),
    );
  });

  it('are refused when any single character is changed', () => {
    fc.assert(
      fc.property(anyKey, fc.nat(), fc.constantFrom(...ALPHABET), (key, position, character) => {
        const text = formatKey(key);
        const index = position % text.length;
        fc.pre(text[index] !== character);
        expect(parseKey(text.slice(0, index) + character + text.slice(index + 1))).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it('are refused when two neighbors are swapped, one is missing, or one is added', () => {
    fc.assert(
      fc.property(anyKey, fc.nat(), (key, position) => {
        const text = formatKey(key);
        const index = position % (text.length - 1);
        const [a = '', b = ''] = text.slice(index, index + 2);
        if (a !== b) expect(parseKey(text.slice(0, index) + b + a + text.slice(index + 2))).toBeUndefined();
        expect(parseKey(text.slice(0, index) + text.slice(index + 1))).toBeUndefined();
        expect(parseKey(`${text.slice(0, index)}0${text.slice(index)}`)).toBeUndefined();
      }),
    );
  });

  it('are never found in arbitrary text', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(parseKey(text)).toBeUndefined()));
    expect(parseKey(`${formatKey(generateKey('live', new SystemRandom()))}\n`)).toBeUndefined();
  });

  it('have a checksum that stays the same between releases', () => {
    const key = { kind: 'live', id: '0123456789', secret: 'A'.repeat(43) } as const;
    expect(formatKey(key)).toBe(`mt5g_live_0123456789_${'A'.repeat(43)}1oCeOf`);
  });

  it('use every digit about equally often', () => {
    const counts = new Map<string, number>();
    const random = new SystemRandom();
    for (let made = 0; made < 500; made++) {
      for (const digit of generateKey('live', random).secret) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    }
    expect(counts.size).toBe(62);
    // 21,500 digits, 347 of each expected, standard deviation 18.
    for (const count of counts.values()) expect(Math.abs(count - 347)).toBeLessThan(150);
  });
});

describe('stored hashes', () => {
  it('are the same only for the same secret under the same pepper', () => {
    const hash = hashSecret('secret', 'pepper');
    expect(hash).toHaveLength(32);
    expect(sameHash(hash, hashSecret('secret', 'pepper'))).toBe(true);
    expect(sameHash(hash, hashSecret('secreT', 'pepper'))).toBe(false);
    expect(sameHash(hash, hashSecret('secret', 'pepper2'))).toBe(false);
    expect(sameHash(hash, Buffer.alloc(0))).toBe(false);
  });
});
