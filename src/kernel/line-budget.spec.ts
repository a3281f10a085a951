import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../test/support/manual-clock.js';
import { LineBudget, leftOutNote } from './line-budget.js';

describe('LineBudget', () => {
  it('lets a key through once per period and says how many lines were left out', () => {
    const clock = new ManualClock();
    const budget = new LineBudget(clock, { periodMs: 1000 });
    expect([budget.admit('a'), budget.admit('a'), budget.admit('b'), budget.admit('a')]).toEqual([
      0,
      undefined,
      0,
      undefined,
    ]);
    clock.advance(1000);
    expect([budget.admit('a'), budget.admit('b')]).toEqual([2, 0]);
  });

  it('lets no more keys through than it may keep, and makes room when they grow old', () => {
    const clock = new ManualClock();
    const budget = new LineBudget(clock, { periodMs: 1000, maxKeys: 2 });
    expect(['a', 'b', 'c'].map((key) => budget.admit(key))).toEqual([0, 0, undefined]);
    clock.advance(1000);
    expect(['c', 'd', 'e'].map((key) => budget.admit(key))).toEqual([0, 0, undefined]);
  });

  it('says nothing where nothing was left out', () => {
    expect([leftOutNote(0), leftOutNote(3)]).toEqual(['', ', 3 more since the last such line']);
  });
});
