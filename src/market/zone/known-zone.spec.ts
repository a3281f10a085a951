import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KnownZone } from './known-zone.js';
import { RuleZone } from './rule-zone.js';
import { UNKNOWN_ZONE } from './server-zone.js';

const HOUR = 3600;
const utc = (text: string): number => Date.parse(`${text}Z`) / 1000;

describe('KnownZone', () => {
  const [from, to] = [utc('2024-01-01T00:00'), utc('2027-01-01T00:00')];
  const athens = new RuleZone({ kind: 'zone', name: 'Europe/Athens' });
  const known = new KnownZone([...athens.spans(from, to), { from: to, offset: undefined }]);

  it('agrees with the rule wherever it is known', () => {
    fc.assert(
      fc.property(fc.integer({ min: from, max: to - 4 * HOUR }), (time) => {
        expect(known.toUtc(time)).toBe(athens.toUtc(time));
        expect(known.fromUtc(time)).toBe(athens.fromUtc(time));
      }),
      { numRuns: 2000 },
    );
  });

  it('turns every second around a switch as the rule does', () => {
    for (const at of ['2026-03-29T01:00', '2026-10-25T01:00'].map(utc)) {
      for (let second = at - 2 * HOUR; second < at + 2 * HOUR; second += 300) {
        expect(known.fromUtc(second)).toBe(athens.fromUtc(second));
      }
    }
  });

  it('gives no offset outside of its known pieces', () => {
    expect(known.offsetAt(from - 1)).toBeUndefined();
    expect(known.toUtc(to)).toBeUndefined();
    expect(known.fromUtc(from - 3 * HOUR)).toBeUndefined();
    expect(known.fromUtc(to)).toBeUndefined();
    expect(known.spans(from - 10, from + 10)).toEqual([
      { from: from - 10, offset: undefined },
      { from, offset: 2 * HOUR },
    ]);
    expect(UNKNOWN_ZONE.spans(5, 10)).toEqual([{ from: 5, offset: undefined }]);
  });
});
