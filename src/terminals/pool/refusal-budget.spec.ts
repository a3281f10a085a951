import { describe, expect, it } from '@jest/globals';
import type { Rejection } from '../../bridge/index.js';
import { RefusalBudget } from './refusal-budget.js';

const refusal = (remoteAddress: string, reason: Rejection['reason'] = 'wrong-key'): Rejection => ({
  reason,
  terminalId: 'MT5_05',
  remoteAddress,
  detail: '',
});

describe('the budget of refusals', () => {
  it('admits the same refusal once a minute and counts the others', () => {
    let nowMs = 0;
    const budget = new RefusalBudget(() => nowMs);
    expect([1, 2, 3].map(() => budget.admit(refusal('10.0.0.1')))).toEqual([0, undefined, undefined]);
    expect(budget.admit(refusal('10.0.0.2'))).toBe(2);
    nowMs = 60_000;
    expect(budget.admit(refusal('10.0.0.1'))).toBe(0);
  });

  it('admits at most 20 refusals a minute, from any number of addresses', () => {
    let nowMs = 0;
    const budget = new RefusalBudget(() => nowMs);
    const admitted = Array.from({ length: 10_000 }, (_, index) => budget.admit(refusal(`10.0.${index}`)));
    expect(admitted.filter((count) => count !== undefined)).toHaveLength(20);
    nowMs = 60_000;
    expect(budget.admit(refusal('10.0.0.1'))).toBe(9980);
  });
});
