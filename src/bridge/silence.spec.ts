import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../test/support/manual-clock.js';
import { Silence } from './silence.js';

describe('Silence', () => {
  it('counts from the last sign of the peer while this process looks regularly', () => {
    const clock = new ManualClock();
    const silence = new Silence(clock, 400);
    for (const expected of [400, 800, 1200]) {
      clock.advance(400);
      expect(silence.look()).toBe(expected);
    }
    clock.advance(100);
    silence.heard();
    clock.advance(300);
    expect(silence.look()).toBe(300);
  });

  it('leaves out the time in which this process stood still', () => {
    const clock = new ManualClock();
    const silence = new Silence(clock, 400);
    clock.advance(400);
    expect(silence.look()).toBe(400);
    clock.advance(60_400);
    expect(silence.look()).toBe(800);
    clock.advance(400);
    expect(silence.look()).toBe(1200);
  });

  it('still counts looks that are late by less than their interval', () => {
    const clock = new ManualClock();
    const silence = new Silence(clock, 400);
    clock.advance(790);
    expect(silence.look()).toBe(790);
    clock.advance(790);
    expect(silence.look()).toBe(1580);
  });

  it('never ends in the future', () => {
    const clock = new ManualClock();
    const silence = new Silence(clock, 400);
    clock.advance(5000);
    silence.heard();
    clock.advance(100);
    expect(silence.look()).toBe(0);
  });
});
