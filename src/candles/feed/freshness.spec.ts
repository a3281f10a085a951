import { describe, expect, it } from '@jest/globals';
import { SessionCalendar, type Timeframe } from '../../market/index.js';
import { isBehind } from './freshness.js';

const calendar = SessionCalendar.WEEKDAYS;
const MINUTE = 60;
const HOUR = 3600;
/** The last bars of Friday 9 January 2026 open so long before midnight. */
const SATURDAY = Date.UTC(2026, 0, 10) / 1000;
const MONDAY = SATURDAY + 48 * HOUR;

describe('a series whose newest bar is the last of Friday', () => {
  const behind = (timeframe: Timeframe, slot: number, now: number) =>
    isBehind(SATURDAY - slot, now, { timeframe, calendar });

  it.each<[Timeframe, number]>([
    ['M5', 5 * MINUTE],
    ['H1', HOUR],
    ['D1', 24 * HOUR],
  ])('%s is not behind all weekend, nor for two slots of Monday, and is then', (timeframe, slot) => {
    expect(behind(timeframe, slot, SATURDAY + HOUR)).toBe(false);
    expect(behind(timeframe, slot, MONDAY - 1)).toBe(false);
    expect(behind(timeframe, slot, MONDAY + 2 * slot)).toBe(false);
    expect(behind(timeframe, slot, MONDAY + 2 * slot + 1)).toBe(true);
  });
});
