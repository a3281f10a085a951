import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from './random.js';
import { Redial } from './redial.js';

const OPTIONS = { initialMs: 1000, maxMs: 15_000 };

function pauses(redial: Redial, count: number): number[] {
  return Array.from({ length: count }, () => redial.nextPauseMs());
}

describe('Redial', () => {
  it('doubles the pause after each dial up to the longest, and begins anew after a session that lasted', () => {
    const redial = new Redial({ ...OPTIONS, jitter: 0 }, new SeededRandom(1));
    expect(pauses(redial, 6)).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
    redial.settled();
    expect(redial.nextPauseMs()).toBe(1000);
  });

  it('dials within a second after the gateway said that it stops, however long the pauses had grown', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const redial = new Redial(OPTIONS, new SeededRandom(seed));
      pauses(redial, 5);
      redial.expectBack();
      expect(redial.nextPauseMs()).toBeLessThanOrEqual(1000);
    }
  });

  it('spreads the first dials of many bridges over the whole second', () => {
    const first = Array.from({ length: 200 }, (_, seed) => {
      const redial = new Redial(OPTIONS, new SeededRandom(seed + 1));
      redial.expectBack();
      return redial.nextPauseMs();
    });
    expect(Math.min(...first)).toBeLessThan(100);
    expect(Math.max(...first)).toBeGreaterThan(900);
  });

  it('tries thirty times in quick succession before the pauses grow', () => {
    const redial = new Redial({ ...OPTIONS, jitter: 0 }, new SeededRandom(1));
    redial.expectBack();
    const [, ...rest] = pauses(redial, 33);
    expect(rest).toEqual([...Array.from({ length: 29 }, () => 1000), 1000, 2000, 4000]);
  });

  it('ends the quick attempts with a welcome, so that a gateway that falls over again meets growing pauses', () => {
    const redial = new Redial({ ...OPTIONS, jitter: 0 }, new SeededRandom(1));
    redial.expectBack();
    pauses(redial, 3);
    redial.welcomed();
    expect(pauses(redial, 3)).toEqual([1000, 2000, 4000]);
  });
});
