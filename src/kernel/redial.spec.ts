import { describe, expect, it } from '@jest/globals';
import { SeededRandom } from './random.js';
import { Redial } from './redial.js';

const OPTIONS = { initialMs: 1000, maxMs: 15_000 };

function pauses(redial: Redial, count: number): number[] {
  return Array.from({ length: count }, () => redial.nextPauseMs());
}

describe('Redial', () => {
  it('doubles the pause after each dial up to the maximum and starts over after a stable session', () => {
    const redial = new Redial({ ...OPTIONS, jitter: 0 }, new SeededRandom(1));
    expect(pauses(redial, 6)).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
    redial.settled();
    expect(redial.nextPauseMs()).toBe(1000);
  });

  it('dials within a second after the gateway announced its stop, however long the pauses were', () => {
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

  it('ends the quick attempts with a welcome, so that a gateway that fails again sees growing pauses', () => {
    const redial = new Redial({ ...OPTIONS, jitter: 0 }, new SeededRandom(1));
    redial.expectBack();
    pauses(redial, 3);
    redial.welcomed();
    expect(pauses(redial, 3)).toEqual([1000, 2000, 4000]);
  });
});
