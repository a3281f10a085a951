import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../test/support/manual-clock.js';
import { FailureLimit } from './failure-limit.js';
import { Liveness } from './liveness.js';

describe('Liveness', () => {
  let clock: ManualClock;
  let deadAfterMs: number[];
  let liveness: Liveness;

  beforeEach(() => {
    clock = new ManualClock();
    deadAfterMs = [];
    liveness = new Liveness(clock, 1000, { beat: () => undefined, dead: (silentMs) => deadAfterMs.push(silentMs) });
  });

  it('calls a peer dead exactly three intervals after its last bytes', () => {
    clock.advance(2500);
    liveness.received();
    clock.advance(2999);
    expect(deadAfterMs).toEqual([]);
    clock.advance(1);
    expect(deadAfterMs).toEqual([3000]);
  });

  it('lets a shorter announcement take a longer one back', () => {
    liveness.busyFor(60_000);
    clock.advance(1000);
    liveness.received();
    liveness.busyFor(0);
    clock.advance(3000);
    expect(deadAfterMs).toEqual([3000]);
  });

  it('reads what arrived while this process stood still before it calls a peer dead', () => {
    clock.after(3000, () => liveness.received());
    clock.advance(3000);
    expect(deadAfterMs).toEqual([]);
    clock.advance(3000);
    expect(deadAfterMs).toEqual([3000]);
  });

  it('grants a peer one interval to be heard after a stop of the whole host', () => {
    clock.sleep(60_000);
    expect(deadAfterMs).toEqual([]);
    clock.advance(999);
    liveness.received();
    clock.advance(2999);
    expect(deadAfterMs).toEqual([]);
    clock.sleep(60_000);
    clock.advance(1000);
    expect(deadAfterMs).toHaveLength(1);
  });

  it('leaves no timer when it is stopped', () => {
    liveness.busyFor(10);
    liveness.stop();
    expect(clock.pendingTimers).toBe(0);
    clock.advance(100_000);
    expect(deadAfterMs).toEqual([]);
  });
});

describe('FailureLimit', () => {
  it('shuts a name out after its failures until the window that began with the first ends', () => {
    const clock = new ManualClock();
    const limit = new FailureLimit(clock, { max: 2, windowMs: 1000 });
    expect([limit.fail('a'), limit.fail('a')]).toEqual([0, 0]);
    clock.advance(400);
    expect([limit.fail('a'), limit.fail('b')]).toEqual([600, 0]);
    clock.advance(600);
    expect(limit.fail('a')).toBe(0);
  });

  it('remembers a bounded number of names, whatever an attacker invents', () => {
    const limit = new FailureLimit(new ManualClock(), { max: 1, windowMs: 1000, maxNames: 3 });
    for (let name = 0; name < 100; name++) limit.fail(String(name));
    expect(limit.names).toBe(3);
    expect(limit.fail('99')).toBeGreaterThan(0);
  });
});
