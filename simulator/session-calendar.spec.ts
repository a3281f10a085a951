import { describe, expect, it } from '@jest/globals';
import {
  FIVE_DAYS,
  FIVE_DAYS_WITH_BREAK,
  isTradingDay,
  openAt,
  SEVEN_DAYS,
  tradingDayNumber,
} from './session-calendar.js';

const DAY = 86_400;
const at = (text: string) => Date.parse(`${text}Z`) / 1000;

describe('openAt', () => {
  it('leaves a calendar alone that quotes at the time', () => {
    expect(openAt(FIVE_DAYS, at('2023-09-11T10:00:00'))).toBe(FIVE_DAYS);
    expect(openAt(SEVEN_DAYS, at('2023-09-10T23:59:30'))).toBe(SEVEN_DAYS);
  });

  it.each(['2023-09-10T23:59:30', '2023-09-09T00:00:00', '2023-12-25T12:00:00'])('opens the day of %s', (text) => {
    const calendar = openAt(FIVE_DAYS, at(text));
    expect(isTradingDay(calendar, at(text))).toBe(true);
  });

  it('opens the hour of a daily break', () => {
    const time = at('2023-09-12T00:10:00');
    expect(openAt(FIVE_DAYS_WITH_BREAK, time).sessions.find(({ weekday }) => weekday === 2)).toMatchObject({ from: 0 });
  });
});

describe('tradingDayNumber', () => {
  it.each([
    ['five days', FIVE_DAYS],
    ['seven days', SEVEN_DAYS],
    ['five days and Sunday', openAt(FIVE_DAYS, at('2023-09-10T23:59:30'))],
    ['five days and Saturday', openAt(FIVE_DAYS, at('2023-09-09T12:00:00'))],
  ])('is consecutive over trading days: %s', (_, calendar) => {
    let expected = tradingDayNumber(calendar, at('2023-08-28T00:00:00'));
    for (let day = at('2023-08-28T00:00:00'); day < at('2023-10-28T00:00:00'); day += DAY) {
      expect(tradingDayNumber(calendar, day)).toBe(expected);
      if (calendar.sessions.some(({ weekday }) => weekday === new Date(day * 1000).getUTCDay())) expected += 1;
    }
  });
});
