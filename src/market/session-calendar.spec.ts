import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SessionCalendar } from './session-calendar.js';

const at = (text: string) => Date.parse(`${text}Z`) / 1000;
const HOUR = 3600;

describe('SessionCalendar', () => {
  it('is open Monday to Friday when nothing is known', () => {
    const calendar = SessionCalendar.of([]);
    expect(calendar.isOpen(at('2026-06-05T23:59'))).toBe(true);
    expect(calendar.isOpen(at('2026-06-06T00:00'))).toBe(false);
    expect(calendar.isOpen(at('2026-06-07T23:59'))).toBe(false);
    expect(calendar.isOpen(at('2026-06-08T00:00'))).toBe(true);
  });

  it('counts only open time', () => {
    const calendar = SessionCalendar.of([{ weekday: 1, from: 9 * HOUR, to: 17 * HOUR }]);
    expect(calendar.openSecondsBetween(at('2026-06-08T08:00'), at('2026-06-08T10:00'))).toBe(HOUR);
    expect(calendar.openSecondsBetween(at('2026-06-08T16:00'), at('2026-06-15T10:00'))).toBe(2 * HOUR);
    expect(calendar.openSecondsBetween(at('2026-06-15T10:00'), at('2026-06-08T16:00'))).toBe(0);
  });

  it('counts overlapping sessions once and leaves impossible ones out', () => {
    const calendar = SessionCalendar.of([
      { weekday: 1, from: 0, to: 2 * HOUR },
      { weekday: 1, from: HOUR, to: 3 * HOUR },
      { weekday: 9, from: 0, to: HOUR },
      { weekday: 2, from: 5, to: 4 },
      { weekday: 2, from: Number.NaN, to: 4 },
    ]);
    expect(calendar.openSecondsBetween(at('2026-06-07T00:00'), at('2026-06-14T00:00'))).toBe(3 * HOUR);
  });

  it('counts what a walk through the hours counts', () => {
    const session = fc
      .record({
        weekday: fc.integer({ min: 0, max: 6 }),
        from: fc.integer({ min: 0, max: 23 }),
        to: fc.integer({ min: 1, max: 24 }),
      })
      .filter(({ from, to }) => from < to)
      .map(({ weekday, from, to }) => ({ weekday, from: from * HOUR, to: to * HOUR }));
    fc.assert(
      fc.property(fc.array(session), fc.integer({ min: -500, max: 500 }), fc.nat(800), (sessions, start, hours) => {
        const calendar = SessionCalendar.of(sessions);
        const from = at('2026-06-01T00:00') + start * HOUR;
        let open = 0;
        for (let hour = 0; hour < hours; hour++) if (calendar.isOpen(from + hour * HOUR)) open += HOUR;
        expect(calendar.openSecondsBetween(from, from + hours * HOUR)).toBe(open);
      }),
    );
  });
});
