import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../test/support/manual-clock.js';
import { Damper } from './damper.js';

describe('Damper', () => {
  it('passes one event a period and counts those it held back', () => {
    const clock = new ManualClock();
    const damper = new Damper(clock, 1000);
    expect([damper.pass(), damper.pass(), damper.pass()]).toEqual([1, undefined, undefined]);
    clock.advance(999);
    expect(damper.pass()).toBeUndefined();
    clock.advance(1);
    expect([damper.pass(), damper.pass()]).toEqual([4, undefined]);
    clock.advance(5000);
    expect(damper.pass()).toBe(2);
  });
});
