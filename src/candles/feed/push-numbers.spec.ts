import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PushNumbers } from './push-numbers.js';

const number = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0xffff_fff8, max: 0xffff_ffff }), fc.nat());
const after = (from: number, steps: number): number => (from + steps) >>> 0;

function begun(from: number, overtaking: readonly number[] = []): PushNumbers {
  const numbers = new PushNumbers();
  numbers.begin(from, overtaking);
  return numbers;
}

describe('PushNumbers', () => {
  it('takes numbers that follow each other, over the wrap at 2^32 too', () => {
    fc.assert(
      fc.property(number, fc.integer({ min: 1, max: 40 }), (from, count) => {
        const numbers = begun(from);
        for (let i = 1; i <= count; i++) expect(numbers.take(after(from, i))).toBeUndefined();
      }),
    );
  });

  it('finds a fault in every other number, once, and counts on from it', () => {
    fc.assert(
      fc.property(number, number, (from, next) => {
        fc.pre(next !== after(from, 1));
        const numbers = begun(from);
        expect(numbers.take(next)).toBeDefined();
        expect(numbers.take(after(next, 1))).toBeUndefined();
      }),
    );
  });

  it.each([
    ['lost', 7, 10, 'pushes 8 to 9 were lost'],
    ['lost', 0xffff_fffe, 1, 'pushes 4294967295 to 0 were lost'],
    ['repeated', 7, 7, 'push 7 came twice'],
    ['backwards', 500, 1, 'push 1 came after push 500'],
    ['backwards', 1, 0xffff_ffff, 'push 4294967295 came after push 1'],
  ] as const)('calls it %s when %i is followed by %i', (reason, last, next, message) => {
    expect(begun(last).take(next)).toEqual({ reason, message });
  });

  it('counts on from pushes that overtook SUBSCRIBED, and not from those of an earlier subscription', () => {
    expect(begun(0, [1, 2]).take(3)).toBeUndefined();
    expect(begun(0xffff_ffff, [0, 1]).take(2)).toBeUndefined();
    expect(begun(0, [498, 499]).take(1)).toBeUndefined();
    expect(begun(7, [6, 7]).take(8)).toBeUndefined();
  });

  it('knows no number before SUBSCRIBED and after the session', () => {
    const numbers = new PushNumbers();
    numbers.skip(5);
    expect(numbers.known).toBe(false);
    numbers.begin(5, []);
    expect(numbers.known).toBe(true);
    numbers.forget();
    expect(numbers.known).toBe(false);
  });
});
