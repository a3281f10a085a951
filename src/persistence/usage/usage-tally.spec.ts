import { describe, expect, it } from '@jest/globals';
import { isUsageRow, type Use, UsageTally } from './usage-tally.js';

const NOON = Date.UTC(2026, 0, 5, 12);
const use = (changes: Partial<Use> = {}): Use => ({
  accountId: 'a',
  route: 'getCandles',
  symbol: 'EURUSD',
  atMs: NOON,
  cost: 1,
  status: 200,
  bytes: 10,
  ...changes,
});

describe('the tally of usage', () => {
  it('adds up by account, UTC day, route and symbol, and separates answers by status', () => {
    const tally = new UsageTally(100);
    for (const status of [200, 304, 400, 429, 500]) tally.add(use({ status, cost: status === 200 ? 1 : 0 }));
    tally.add(use({ atMs: Date.UTC(2026, 0, 5, 23, 59, 59, 999) }));
    tally.add(use({ atMs: Date.UTC(2026, 0, 6) }));
    expect(tally.take()).toEqual([
      ['a', '2026-01-05', 'getCandles', 'EURUSD', 6, 2, 1, 1, 1, 60],
      ['a', '2026-01-06', 'getCandles', 'EURUSD', 1, 1, 0, 0, 0, 10],
    ]);
    expect(tally.take()).toEqual([]);
  });

  it('stays bounded by routes and symbols, and exact by account, when there are too many rows', () => {
    const tally = new UsageTally(10);
    for (let index = 0; index < 1000; index++) tally.add(use({ symbol: `S${index}`, accountId: `a${index % 2}` }));
    const rows = tally.take();
    expect(rows).toHaveLength(12);
    for (const account of ['a0', 'a1']) {
      const own = rows.filter(([accountId]) => accountId === account);
      expect(own.reduce((sum, row) => sum + row[4], 0)).toBe(500);
    }
    expect(tally.folded).toBe(990);
  });

  it.each([
    [['a', '2026-01-05', 'r', '', 1, 1, 0, 0, 0, 5], true],
    [['a', '2026-01-05', 'r', '', 1, 1, 0, 0, 0], false],
    [['a', '5.1.2026', 'r', '', 1, 1, 0, 0, 0, 5], false],
    [['a', '2026-01-05', 'r', null, 1, 1, 0, 0, 0, 5], false],
    [['a', '2026-01-05', 'r', '', -1, 1, 0, 0, 0, 5], false],
    [['a', '2026-01-05', 'r', '', 1.5, 1, 0, 0, 0, 5], false],
    [{}, false],
  ])('decides whether %j is a row: %s', (value, is) => {
    expect(isUsageRow(value)).toBe(is);
  });
});
