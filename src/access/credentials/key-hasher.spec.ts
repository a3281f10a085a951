import { describe, expect, it } from '@jest/globals';
import { KeyHasher } from './key-hasher.js';

const OLD = { version: 1, secret: 'an old pepper' };
const NEW = { version: 2, secret: 'a new pepper' };

describe('versioned peppers', () => {
  it('hash new secrets under the newest, and verify those of the older ones', () => {
    const before = new KeyHasher([OLD]).hash('secret');
    const hasher = new KeyHasher([NEW, OLD]);
    const after = hasher.hash('secret');
    expect([before.pepperVersion, after.pepperVersion]).toEqual([1, 2]);
    expect(after.secretHash).not.toEqual(before.secretHash);
    expect([hasher.matches('secret', before), hasher.matches('secret', after)]).toEqual([true, true]);
    expect([hasher.matches('other', before), hasher.matches('other', after)]).toEqual([false, false]);
  });

  it('verify nothing once its pepper is taken away, and nothing where nothing is stored', () => {
    const before = new KeyHasher([OLD]).hash('secret');
    const hasher = new KeyHasher([NEW]);
    expect(hasher.matches('secret', before)).toBe(false);
    expect(hasher.matches('secret', { ...hasher.hash('secret'), pepperVersion: 7 })).toBe(false);
    expect(hasher.matches('', undefined)).toBe(false);
    expect(hasher.matches('x'.repeat(10_000), { secretHash: Buffer.alloc(3), pepperVersion: 2 })).toBe(false);
  });

  it('need at least one', () => expect(() => new KeyHasher([])).toThrow(TypeError));
});
