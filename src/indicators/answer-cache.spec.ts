import { describe, expect, it } from '@jest/globals';
import { AnswerCache } from './answer-cache.js';

describe('AnswerCache', () => {
  it('returns a body only for the revision it was made for', () => {
    const cache = new AnswerCache(1000);
    const body = Buffer.alloc(10);
    cache.set('a', 1, body);
    expect(cache.get('a', 1)).toBe(body);
    expect(cache.get('a', 2)).toBeUndefined();
    expect(cache.get('b', 1)).toBeUndefined();
  });

  it('never holds more bytes than allowed, and drops the least recently used body first', () => {
    const cache = new AnswerCache(100);
    cache.set('a', 1, Buffer.alloc(40));
    cache.set('b', 1, Buffer.alloc(40));
    cache.get('a', 1);
    cache.set('c', 1, Buffer.alloc(40));
    expect(cache.get('b', 1)).toBeUndefined();
    expect(cache.get('a', 1)).toBeDefined();
    cache.set('huge', 1, Buffer.alloc(500));
    expect(cache.usedBytes).toBeLessThanOrEqual(100);
    cache.set('a', 2, Buffer.alloc(10));
    cache.set('a', 3, Buffer.alloc(20));
    expect(cache.usedBytes).toBe(20);
  });

  it('forgets exactly the matching answers, with their bytes', () => {
    const cache = new AnswerCache(1000);
    cache.set('EURUSD/H1/100', 1, Buffer.alloc(10));
    cache.set('EURUSD/H4/100', 1, Buffer.alloc(20));
    expect(cache.forget((key) => key.startsWith('EURUSD/H1/'))).toBe(1);
    expect(cache.get('EURUSD/H1/100', 1)).toBeUndefined();
    expect(cache.get('EURUSD/H4/100', 1)).toHaveLength(20);
    expect(cache.usedBytes).toBe(20);
  });
});
