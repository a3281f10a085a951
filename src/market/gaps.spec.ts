import { describe, expect, it } from '@jest/globals';
import { Bars } from './bars.js';
import { findGaps } from './gaps.js';
import type { Timeframe } from './timeframe.js';

const at = (text: string) => Date.parse(`${text}Z`) / 1000;
const run = (...times: string[]) =>
  Bars.from(
    times.map((time) => ({
      time: at(time),
      open: 1,
      high: 1,
      low: 1,
      close: 1,
      tickVolume: 0,
      spread: 0,
      realVolume: 0,
    })),
  );
const gaps = (timeframe: Timeframe, ...times: string[]) => findGaps(run(...times), timeframe).map(({ bars }) => bars);

// 5 June 2026 is a Friday.
describe('findGaps', () => {
  it('finds nothing between bars of neighbouring slots', () => {
    expect(gaps('H1', '2026-06-03T10:00', '2026-06-03T11:00', '2026-06-03T12:00')).toEqual([]);
  });

  it('tells where bars are missing and how many', () => {
    expect(findGaps(run('2026-06-03T10:00', '2026-06-03T14:00'), 'H1')).toEqual([
      { after: at('2026-06-03T10:00'), before: at('2026-06-03T14:00'), bars: 3, reason: 'missing' },
    ]);
  });

  it.each([
    ['a broker that closes at midnight', 'H1', '2026-06-05T23:00', '2026-06-08T00:00'],
    ['a broker in UTC', 'H1', '2026-06-05T20:00', '2026-06-07T22:00'],
    ['metals, an hour later', 'M5', '2026-06-05T23:55', '2026-06-08T01:00'],
    ['daily bars', 'D1', '2026-06-05T00:00', '2026-06-08T00:00'],
  ] as const)('takes the weekend for no gap: %s', (_, timeframe, friday, monday) => {
    expect(gaps(timeframe, friday, monday)).toEqual([]);
  });

  it('takes a longer closure for a gap and does not count the weekend in it', () => {
    expect(gaps('H1', '2026-06-05T23:00', '2026-06-09T00:00')).toEqual([24]);
    expect(gaps('D1', '2026-06-04T00:00', '2026-06-08T00:00')).toEqual([1]);
  });

  it('takes the weekend for a gap of a series that has Saturday bars', () => {
    expect(gaps('H1', '2026-05-30T22:00', '2026-05-30T23:00', '2026-05-31T00:00', '2026-05-31T02:00')).toEqual([1]);
    expect(gaps('D1', '2026-05-30T00:00', '2026-05-31T00:00', '2026-06-01T00:00', '2026-06-04T00:00')).toEqual([2]);
    expect(findGaps(run('2026-06-05T23:00', '2026-06-08T00:00'), 'H1', true)[0]?.bars).toBe(48);
  });

  it('counts Sunday slots when nothing else is missing', () => {
    expect(gaps('H1', '2026-06-07T21:00', '2026-06-07T23:00')).toEqual([1]);
  });

  it('counts weeks and months by the calendar', () => {
    expect(gaps('W1', '2026-06-07T00:00', '2026-06-28T00:00')).toEqual([2]);
    expect(gaps('MN1', '2025-11-01T00:00', '2026-03-01T00:00')).toEqual([3]);
    expect(gaps('MN1', '2026-01-01T00:00', '2026-02-01T00:00', '2026-03-01T00:00')).toEqual([]);
  });

  it('gives at most the newest 1000', () => {
    const start = at('2026-06-01T00:00');
    const bars = Bars.allocate(1500);
    for (let i = 0; i < 1500; i++) bars.time[i] = start + i * 120;
    const found = findGaps(bars, 'M1');
    expect(found).toHaveLength(1000);
    expect(found.at(-1)?.before).toBe(bars.lastTime);
  });
});
