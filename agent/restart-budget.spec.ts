import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SeededRandom } from '../src/kernel/index.js';
import { ManualClock } from '../test/support/manual-clock.js';
import { RestartBudget } from './restart-budget.js';

const HOUR_MS = 3_600_000;

describe('the allowance of restarts', () => {
  it('starts no program more often within any hour than the limit, however it ends', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 900_000 }), { minLength: 1, maxLength: 40 }),
        (perHour, runs) => {
          const clock = new ManualClock();
          const budget = new RestartBudget({ delayMs: 100, perHour }, clock, new SeededRandom(1));
          const startsMs: number[] = [];
          for (const ranMs of runs) {
            clock.advance(ranMs);
            clock.advance(budget.spend(ranMs));
            startsMs.push(clock.monotonicMs());
          }
          for (const [index, ms] of startsMs.entries()) {
            const earlier = startsMs[index - perHour];
            if (earlier !== undefined) expect(ms - earlier).toBeGreaterThanOrEqual(HOUR_MS);
          }
        },
      ),
    );
  });

  it('waits longer each time, with jitter, until a program ran for ten minutes', () => {
    const clock = new ManualClock();
    const budget = new RestartBudget({ delayMs: 1000, perHour: 1000 }, clock, new SeededRandom(1));
    for (let attempt = 0; attempt < 10; attempt++) {
      const plainMs = 1000 * Math.min(64, 2 ** attempt);
      const waitMs = budget.spend(0);
      expect(waitMs).toBeGreaterThanOrEqual(plainMs * 0.8);
      expect(waitMs).toBeLessThanOrEqual(plainMs * 1.2);
    }
    expect(budget.spend(599_999)).toBeGreaterThan(10_000);
    expect(budget.spend(600_000)).toBeLessThanOrEqual(1200);
  });

  it('says how long it is exhausted', () => {
    const clock = new ManualClock();
    const budget = new RestartBudget({ delayMs: 1000, perHour: 1 }, clock, new SeededRandom(1));
    expect(budget.exhaustedForMs).toBe(0);
    const waitMs = budget.spend(0);
    expect(budget.exhaustedForMs).toBe(HOUR_MS + waitMs);
    clock.advance(HOUR_MS + waitMs);
    expect(budget.exhaustedForMs).toBe(0);
  });
});
