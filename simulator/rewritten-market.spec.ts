import { describe, expect, it } from '@jest/globals';
import { RewrittenMarket } from './rewritten-market.js';
import { SyntheticMarket } from './synthetic-market.js';
import { symbolProfile } from './symbol-profile.js';

const NOW = Date.UTC(2026, 2, 11, 14, 37, 12) / 1000;

describe('a rewritten market', () => {
  it('moves every price by the points of the rewrite, also to zero and below', () => {
    const original = new SyntheticMarket({ symbol: 'EURUSD', profile: symbolProfile('EURUSD'), seed: 7 });
    const before = original.newest('H1', 50, NOW).bars.toArray();
    const points = -Math.round(before[25]!.close * 10 ** original.digits);
    const change = { kind: 'shift', points } as const;
    const market = new RewrittenMarket(original, { from: 0, to: Infinity, change });
    const after = market.newest('H1', 50, NOW).bars.toArray();
    expect(after[25]!.close).toBe(0);
    expect(after.some(({ low }) => low < 0)).toBe(true);
    for (const name of ['open', 'high', 'low', 'close'] as const) {
      const moves = after.map((bar, index) => Math.round((bar[name] - before[index]![name]) * 10 ** original.digits));
      expect(new Set(moves)).toEqual(new Set([points]));
    }
  });
});
