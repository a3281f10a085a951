import { describe, expect, it } from '@jest/globals';
import { Bars } from './bars.js';
import { findGaps } from './gaps.js';
import { SessionCalendar } from './session-calendar.js';
import type { Timeframe } from './timeframe.js';
import { TradingHours } from './trading-hours.js';

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
const find = (bars: Bars, timeframe: Timeframe, calendar = SessionCalendar.WEEKDAYS) =>
  findGaps(bars, timeframe, new TradingHours({ bars, timeframe, calendar }));
const gaps = (timeframe: Timeframe, ...times: string[]) => find(run(...times), timeframe).map(({ bars }) => bars);

// 5 June 2026 is a Friday.
describe('findGaps', () => {
  it('finds nothing between bars of neighboring slots', () => {
    expect(gaps('H1', '2026-06-03T10:00', '2026-06-03T11:00', '2026-06-03T12:00')).toEqual([]);
  });

  it('says where bars are missing and how many', () => {
    expect(find(run('2026-06-03T10:00', '2026-06-03T14:00'), 'H1')).toEqual([
      { after: at('2026-06-03T10:00'), before: at('2026-06-03T14:00'), bars: 3, reason: 'missing' },
    ]);
  });

  it.each([
    ['a broker that closes at midnight', 'H1', '2026-06-05T23:00', '2026-06-08T00:00'],
    ['a broker in UTC', 'H1', '2026-06-05T20:00', '2026-06-07T22:00'],
    ['metals, an hour later', 'M5', '2026-06-05T23:55', '2026-06-08T01:00'],
    ['daily bars', 'D1', '2026-06-05T00:00', '2026-06-08T00:00'],
  ] as const)('does not take the weekend for a gap: %s', (_, timeframe, friday, monday) => {
    expect(gaps(timeframe, friday, monday)).toEqual([]);
  });

  it('takes a longer closure for a gap and does not count the weekend in it', () => {
    expect(gaps('H1', '2026-06-05T23:00', '2026-06-09T00:00')).toEqual([24]);
    expect(gaps('D1', '2026-06-04T00:00', '2026-06-08T00:00')).toEqual([1]);
  });

  it('takes the weekend for a gap of a series that has Saturday bars', () => {
    expect(gaps('H1', '2026-05-30T22:00', '2026-05-30T23:00', '2026-05-31T00:00', '2026-05-31T02:00')).toEqual([1]);
    expect(gaps('D1', '2026-05-30T00:00', '2026-05-31T00:00', '2026-06-01T00:00', '2026-06-04T00:00')).toEqual([2]);
  });

  it('counts Sunday slots when nothing else is missing', () => {
    expect(gaps('H1', '2026-06-07T21:00', '2026-06-07T23:00')).toEqual([1]);
  });

  it('counts weeks and months by the calendar', () => {
    expect(gaps('W1', '2026-06-07T00:00', '2026-06-28T00:00')).toEqual([2]);
    expect(gaps('MN1', '2025-11-01T00:00', '2026-03-01T00:00')).toEqual([3]);
    expect(gaps('MN1', '2026-01-01T00:00', '2026-02-01T00:00', '2026-03-01T00:00')).toEqual([]);
  });

  describe('of a series of many weeks', () => {
    const HOUR = 3600;
    const start = at('2025-11-30T00:00');
    /** H1 bars of whole weeks from Sunday on where `isOpen` says so. */
    const weeks = (count: number, isOpen: (hourOfWeek: number, week: number) => boolean) =>
      run(
        ...Array.from({ length: count * 168 }, (_, i) => i)
          .filter((i) => isOpen(i % 168, Math.floor(i / 168)))
          .map((i) => new Date((start + i * HOUR) * 1000).toISOString().slice(0, 19)),
      );
    const isWeekday = (hour: number) => hour >= 24 && hour < 144;
    /** From Sunday to Friday, closed for the hour from `close` on every day. */
    const isOpenAround = (close: number, hour: number) => hour > close && hour < 120 + close && hour % 24 !== close;
    const without = (bars: Bars, from: number, count: number) =>
      Bars.concat([bars.slice(0, from), bars.slice(from + count)]);
    const metals = weeks(8, (hour) => isWeekday(hour) && hour % 24 !== 0);
    const sessions = SessionCalendar.of([1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: HOUR, to: 24 * HOUR })));

    it.each([
      ['sessions are known', sessions],
      ['the series alone shows it', SessionCalendar.WEEKDAYS],
      [
        'sessions claim more',
        SessionCalendar.of([0, 1, 2, 3, 4, 5, 6].map((weekday) => ({ weekday, from: 0, to: 86_400 }))),
      ],
    ])('does not take a daily break for a gap: %s', (_, calendar) => {
      expect(find(metals, 'H1', calendar)).toEqual([]);
    });

    it.each([
      ['three hours', 300, 3],
      ['a week', 345, 115],
    ])('finds %s that are missing', (_, from, count) => {
      for (const calendar of [sessions, SessionCalendar.WEEKDAYS]) {
        const found = find(without(metals, from, count), 'H1', calendar);
        expect(found.map(({ bars }) => bars)).toEqual([count]);
      }
    });

    it('finds what is missing of the hour before the break', () => {
      const evening = weeks(8, (hour, week) => isWeekday(hour) && hour % 24 !== 23 && !(week === 4 && hour === 70));
      expect(find(evening, 'H1').map(({ bars }) => bars)).toEqual([1]);
    });

    it.each([
      [
        'known of the newest weeks',
        SessionCalendar.of([1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: 0, to: 23 * HOUR }))),
      ],
      ['unknown', SessionCalendar.WEEKDAYS],
    ])('follows a break that summer time moves by an hour, sessions %s', (_, calendar) => {
      for (const moved of [5, 10, 16]) {
        const bars = weeks(20, (hour, week) => isOpenAround(week < moved ? 22 : 23, hour));
        expect(find(bars, 'H1', calendar)).toEqual([]);
      }
    });

    it('does not take every weekend for a gap because of one stray Saturday bar', () => {
      const daily = (stray: boolean) =>
        run(
          ...Array.from({ length: 400 }, (_, day) => start + day * 86_400)
            .filter((_, day) => isWeekday((day % 7) * 24) || (stray && day === 349))
            .map((time) => new Date(time * 1000).toISOString().slice(0, 19)),
        );
      expect(find(daily(false), 'D1')).toEqual([]);
      expect(find(daily(true), 'D1')).toEqual([]);
    });
  });

  it('gives at most the newest 1000', () => {
    const start = at('2026-06-01T00:00');
    const bars = Bars.allocate(1500);
    for (let i = 0; i < 1500; i++) bars.time[i] = start + i * 120;
    const found = find(bars, 'M1');
    expect(found).toHaveLength(1000);
    expect(found.at(-1)?.before).toBe(bars.lastTime);
  });
});
