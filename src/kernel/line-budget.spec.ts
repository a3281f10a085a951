import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../test/support/manual-clock.js';
import { LineBudget, leftOutNote } from './line-budget.js';

describe('LineBudget', () => {
  it('admits a key once per period and counts the lines that it dropped', () => {
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

  it('admits at most maxKeys different keys and forgets them when they grow old', () => {
    const clock = new ManualClock();
    const budget = new LineBudget(clock, { periodMs: 1000, maxKeys: 2 });
    expect(['a', 'b', 'c'].map((key) => budget.admit(key))).toEqual([0, 0, undefined]);
    clock.advance(1000);
    expect(['c', 'd', 'e'].map((key) => budget.admit(key))).toEqual([0, 0, undefined]);
  });

  it('gives an empty note when no line was dropped', () => {
    expect([leftOutNote(0), leftOutNote(3)]).toEqual(['', ', 3 more since the last such line']);
  });
});
