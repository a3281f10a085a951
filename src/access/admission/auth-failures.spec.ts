import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { AuthFailures } from './auth-failures.js';

describe('failed authentication', () => {
  it('is limited per address and minute, and says how long to wait', () => {
    const clock = new ManualClock();
    const failures = new AuthFailures(clock, 3);
    expect([1, 2, 3].map(() => failures.count('192.0.2.1'))).toEqual([undefined, undefined, undefined]);
    clock.advance(500);
    expect(failures.count('192.0.2.1')).toBe(60);
    expect(failures.count('192.0.2.2')).toBeUndefined();
    clock.advance(59_499);
    expect(failures.count('192.0.2.1')).toBe(1);
    clock.advance(1);
    expect(failures.count('192.0.2.1')).toBeUndefined();
  });

  it('takes bounded memory, however many addresses fail', () => {
    const failures = new AuthFailures(new ManualClock(), 3);
    for (let number = 0; number < 20_000; number++)
      failures.count(`10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`);
    expect(failures.size).toBeLessThanOrEqual(10_000);
  });
});
