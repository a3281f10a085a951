import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RuleZone } from './rule-zone.js';
import { formatZoneRule, parseZoneRule, type ZoneRule } from './zone-rule.js';

const HOUR = 3600;
const utc = (text: string): number => Date.parse(`${text}Z`) / 1000;
const zone = (text: string): RuleZone => new RuleZone(parseZoneRule(text)!);

/** What Intl says, asked directly and formatted in another way. */
function intlOffset(name: string, at: number): number {
  const text = new Intl.DateTimeFormat('sv-SE', {
    timeZone: name,
    ...{ dateStyle: 'short', timeStyle: 'medium' },
  }).format(at * 1000);
  return Date.parse(`${text.replace(' ', 'T')}Z`) / 1000 - at;
}

describe('zone rules as text', () => {
  it.each([
    ['Europe/Athens', { kind: 'zone', name: 'Europe/Athens' }],
    ['US+2/+3', { kind: 'summer-time', dates: 'US', standard: 2 * HOUR, summer: 3 * HOUR }],
    ['EU+00:00/+01:00', { kind: 'summer-time', dates: 'EU', standard: 0, summer: HOUR }],
    ['US-5/-4', { kind: 'summer-time', dates: 'US', standard: -5 * HOUR, summer: -4 * HOUR }],
    ['UTC', { kind: 'fixed', offset: 0 }],
    ['UTC+5:30', { kind: 'fixed', offset: 5.5 * HOUR }],
    ['UTC-0', { kind: 'fixed', offset: 0 }],
  ] satisfies [string, ZoneRule][])('reads %s', (text, rule) => {
    expect(parseZoneRule(text)).toEqual(rule);
    expect(parseZoneRule(formatZoneRule(rule))).toEqual(rule);
  });

  it.each(['', 'Europe/Atlantis', 'US+3/+2', 'US+2', 'UTC+16', 'UTC+2:75', '+02:00', 'AU+2/+3', 'utc+2', 'GMT +2'])(
    'refuses %p',
    (text) => expect(parseZoneRule(text)).toBeUndefined(),
  );
});

describe('RuleZone', () => {
  const names = ['Europe/Athens', 'America/New_York', 'Asia/Tokyo', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'];
  const times = fc.integer({ min: utc('1971-01-01T00:00'), max: utc('2090-01-01T00:00') });

  it.each(names)('turns UTC into server time as Intl does and back, in %s', (name) => {
    const athens = zone(name);
    fc.assert(
      fc.property(times, (at) => {
        const time = athens.fromUtc(at);
        const back = athens.toUtc(time)!;
        expect(time - at).toBe(intlOffset(name, at));
        // Only the second pass of a repeated hour reads as the first.
        expect(athens.fromUtc(back)).toBe(time);
        if (back !== at) expect(intlOffset(name, back)).toBeGreaterThan(intlOffset(name, at));
      }),
      { numRuns: 300 },
    );
  });

  it('has the offset from before the switch in the hour that a switch repeats or skips', () => {
    const athens = zone('Europe/Athens');
    const offsets = (text: string) => athens.offsetAt(utc(text))! / HOUR;
    expect(['2026-10-25T03:00', '2026-10-25T03:59:59', '2026-10-25T04:00'].map(offsets)).toEqual([3, 3, 2]);
    expect(['2026-03-29T02:59:59', '2026-03-29T03:00', '2026-03-29T04:00'].map(offsets)).toEqual([2, 2, 3]);
  });

  it('lists spans that cover a range, the first from its beginning', () => {
    const [from, to] = [utc('2026-01-05T00:00'), utc('2026-11-28T00:00')];
    expect(zone('Europe/Athens').spans(from, to)).toEqual([
      { from, offset: 2 * HOUR },
      { from: utc('2026-03-29T04:00'), offset: 3 * HOUR },
      { from: utc('2026-10-25T04:00'), offset: 2 * HOUR },
    ]);
    expect(zone('UTC+5:30').spans(from, to)).toEqual([{ from, offset: 5.5 * HOUR }]);
  });

  it.each([
    ['2026-03-06T12:00', 2, 2],
    ['2026-03-12T12:00', 2, 3],
    ['2026-03-30T12:00', 3, 3],
    ['2026-10-24T12:00', 3, 3],
    ['2026-10-28T12:00', 2, 3],
    ['2026-11-02T12:00', 2, 2],
  ])('knows the weeks in which Europe and the United States differ: %s', (text, europe, america) => {
    const offset = (rule: string) => zone(rule).offsetAt(utc(text))! / HOUR;
    expect([offset('EU+2/+3'), offset('US+2/+3')]).toEqual([europe, america]);
    expect(offset('Europe/Athens')).toBe(europe);
  });

  it('keeps the server of a US rule seven hours ahead of New York at all times', () => {
    const server = zone('US+2/+3');
    fc.assert(
      fc.property(times, (at) => expect(server.fromUtc(at) - at).toBe(intlOffset('America/New_York', at) + 7 * HOUR)),
      { numRuns: 300 },
    );
  });
});
