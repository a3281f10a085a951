import { describe, expect, it } from '@jest/globals';
import { type RefusalFacts, RefusalGroups } from './refusal-groups.js';

const FACTS: RefusalFacts = {
  actor: 'anonymous',
  reason: 'key-missing',
  address: '192.0.2.1',
  method: 'GET',
  route: '/api/v1/me',
};
const at = (ms: number) => ({ monotonicMs: ms, wallMs: 1_000_000 + ms, requestId: `r${ms}` });

describe('groups of refusals', () => {
  it('give the first refusal immediately and all others of its minute as one group', () => {
    const groups = new RefusalGroups(10);
    expect(groups.add(FACTS, at(0))).toEqual({
      ...FACTS,
      count: 1,
      firstMs: 1_000_000,
      lastMs: 1_000_000,
      requestId: 'r0',
    });
    for (let ms = 1; ms < 20_000; ms++) expect(groups.add(FACTS, at(ms))).toBeUndefined();
    expect(groups.take(59_999)).toEqual([]);
    expect(groups.take(60_000)).toEqual([
      { ...FACTS, count: 19_999, firstMs: 1_000_001, lastMs: 1_019_999, requestId: 'r1' },
    ]);
    expect(groups.take()).toEqual([]);
  });

  it('give nothing more for a refusal that was not repeated', () => {
    const groups = new RefusalGroups(10);
    groups.add(FACTS, at(0));
    expect(groups.take()).toEqual([]);
    expect(groups.size).toBe(0);
  });

  it('stay bounded however many addresses and keys there are, and lose no count', () => {
    const groups = new RefusalGroups(10);
    const written = [];
    for (let number = 0; number < 5_000; number++) {
      written.push(groups.add({ ...FACTS, actor: `key:${number % 70}`, address: `address ${number}` }, at(number)));
    }
    expect(groups.size).toBe(11);
    const rows = [...written.filter((row) => row !== undefined), ...groups.take()];
    expect(rows).toHaveLength(12);
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(5_000);
    expect(rows.at(-1)).toMatchObject({ actor: 'anonymous', address: null, route: null, count: 4_989 });
  });
});
