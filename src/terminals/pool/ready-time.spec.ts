import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { ReadyTime } from './ready-time.js';

const HOUR_MS = 3_600_000;

describe('the time that a terminal was ready', () => {
  it('is a share of the time since the start while that is shorter than a day', () => {
    const clock = new ManualClock();
    const time = new ReadyTime(clock);
    expect([time.sinceStart(), time.lastDay()]).toEqual([0, 0]);
    time.set(true);
    clock.advance(3 * HOUR_MS);
    time.set(false);
    clock.advance(HOUR_MS);
    expect([time.sinceStart(), time.lastDay()]).toEqual([75, 75]);
  });

  it('forgets what is older than the last day, however long it was not read', () => {
    const clock = new ManualClock();
    const time = new ReadyTime(clock);
    clock.advance(48 * HOUR_MS);
    time.set(true);
    clock.advance(24 * HOUR_MS);
    expect(time.lastDay()).toBe(100);
    expect(time.sinceStart()).toBeCloseTo(33.33, 2);
    time.set(false);
    clock.advance(6 * HOUR_MS);
    expect(time.lastDay()).toBeCloseTo(75, 0);
    clock.advance(100 * HOUR_MS);
    expect(time.lastDay()).toBe(0);
  });

  it('counts every millisecond of a flapping terminal', () => {
    const clock = new ManualClock();
    const time = new ReadyTime(clock);
    for (let turn = 0; turn < 2000; turn++) {
      time.set(turn % 2 === 0);
      clock.advance(61_000);
    }
    expect(time.sinceStart()).toBe(50);
    expect(Math.abs(time.lastDay() - 50)).toBeLessThan(0.1);
  });
});
