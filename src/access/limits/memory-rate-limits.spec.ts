import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { MemoryRateLimits } from './memory-rate-limits.js';
import type { RateSubject, Reservation } from './rate-limits.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const subject: RateSubject = {
  accountId: 'a',
  windows: [
    { name: 'minute', quota: 3, windowMs: MINUTE_MS },
    { name: 'day', quota: 5, windowMs: DAY_MS },
  ],
  concurrent: undefined,
};

describe('rate limits in memory', () => {
  let clock: ManualClock;
  let limits: MemoryRateLimits;

  beforeEach(() => {
    clock = new ManualClock();
    limits = new MemoryRateLimits(clock);
  });

  const left = async (of = subject) => (await limits.state(of)).windows.map(({ remaining }) => remaining);
  const resets = async () => (await limits.state(subject)).windows.map(({ resetMs }) => resetMs);
  const reserve = async (of = subject): Promise<Reservation> => {
    const admission = await limits.reserve(of);
    if (!admission.admitted) throw new Error('refused');
    return admission.reservation;
  };
  const refusal = async (of = subject) => {
    const admission = await limits.reserve(of);
    if (admission.admitted) throw new Error('admitted');
    return {
      policies: admission.exhausted.map(({ policy }) => policy.name),
      atConcurrencyLimit: admission.atConcurrencyLimit,
    };
  };

  it('begin each window with the first request and end it after its length', async () => {
    expect(await resets()).toEqual([MINUTE_MS, DAY_MS]);
    await reserve();
    clock.advance(MINUTE_MS - 1);
    expect(await left()).toEqual([2, 4]);
    expect(await resets()).toEqual([1, DAY_MS - MINUTE_MS + 1]);
    clock.advance(1);
    expect(await left()).toEqual([3, 4]);
    clock.advance(DAY_MS - MINUTE_MS);
    expect(await left()).toEqual([3, 5]);
    expect(await resets()).toEqual([MINUTE_MS, DAY_MS]);
  });

  it('name every policy that stands in the way, and take nothing then', async () => {
    const threeRunning = { ...subject, concurrent: 3 };
    for (let time = 0; time < 3; time++) await reserve(threeRunning);
    expect(await refusal()).toEqual({ policies: ['minute'], atConcurrencyLimit: false });
    expect(await refusal(threeRunning)).toEqual({ policies: ['minute'], atConcurrencyLimit: true });
    clock.advance(MINUTE_MS);
    expect(await refusal(threeRunning)).toEqual({ policies: [], atConcurrencyLimit: true });
    expect(await left()).toEqual([3, 2]);
    for (let time = 0; time < 2; time++) await reserve();
    expect(await refusal()).toEqual({ policies: ['day'], atConcurrencyLimit: false });
    await limits.charge(subject);
    expect(await refusal(threeRunning)).toEqual({ policies: ['minute', 'day'], atConcurrencyLimit: true });
  });

  it('give back once only, however often asked, and so free the place among the running ones', async () => {
    const first = await reserve();
    await reserve();
    for (let time = 0; time < 2; time++) await first.refund();
    expect(await left()).toEqual([2, 4]);
    expect((await limits.state(subject)).running).toBe(2);
    for (let time = 0; time < 2; time++) await first.release();
    expect((await limits.state(subject)).running).toBe(1);
  });

  it('do not make the next window larger by a late refund', async () => {
    const late = await reserve();
    clock.advance(MINUTE_MS);
    await reserve();
    await late.refund();
    expect(await left()).toEqual([2, 4]);
  });

  it('do not mix accounts', async () => {
    const one = { ...subject, concurrent: 1 };
    await reserve(one);
    expect(await refusal(one)).toEqual({ policies: [], atConcurrencyLimit: true });
    await reserve({ ...one, accountId: 'b' });
  });

  it('follow limits that an admin lowers or raises, without forgetting what was used', async () => {
    const [minute, day] = subject.windows;
    const lower = { ...subject, windows: [{ ...minute!, quota: 1 }, day!] };
    const held = [await reserve(), await reserve(), await reserve()];
    expect(await left(lower)).toEqual([0, 2]);
    await limits.charge(lower);
    expect(await refusal(lower)).toEqual({ policies: ['minute'], atConcurrencyLimit: false });
    await reserve({ ...subject, windows: [{ ...minute!, quota: 4 }] });
    for (const reservation of held) await reservation.refund();
    expect(await left()).toEqual([2, 4]);
  });

  it('are not moved by a change of the wall clock', async () => {
    await reserve();
    clock.jumpWallClock(2 * DAY_MS);
    expect(await left()).toEqual([2, 4]);
  });

  it('admit exactly what the quota holds of requests that come together, and take nothing for the others', async () => {
    const policies = subject.windows.toReversed().map((policy, place) => ({ ...policy, quota: place === 0 ? 5 : 20 }));
    const scarceDay: RateSubject = { ...subject, windows: policies.toReversed() };
    const admissions = await Promise.all(Array.from({ length: 30 }, () => limits.reserve(scarceDay)));
    const admitted = admissions.filter((admission) => admission.admitted);
    const refused = admissions.filter((admission) => !admission.admitted);
    expect([admitted.length, refused.length]).toEqual([5, 25]);
    expect(await left(scarceDay)).toEqual([15, 0]);
    for (const { exhausted } of refused) expect(exhausted.map(({ policy }) => policy.name)).toEqual(['day']);
    await Promise.all(admitted.map(({ reservation }) => reservation.refund()));
    expect(await left(scarceDay)).toEqual([20, 5]);
  });

  it('keep one counter per window and account, however many minutes pass, and no timer', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    for (let minute = 0; minute < 50; minute++) {
      await (
        await reserve({ ...subject, windows: [subject.windows[0]!, { ...subject.windows[1]!, quota: 99 }] })
      ).release();
      clock.advance(MINUTE_MS);
    }
    expect(limits.counters).toBe(2);
    expect(timers).not.toHaveBeenCalled();
    expect(clock.pendingTimers).toBe(0);
    timers.mockRestore();
  });

  it('forget accounts that are silent, never those that are used or have a request open', async () => {
    const account = (id: number): RateSubject => ({ ...subject, accountId: String(id), concurrent: 1 });
    for (let id = 0; id < 10_000; id++) await (await reserve(account(id))).release();
    const open = await reserve(account(10_000));
    expect(limits.size).toBe(10_001);
    expect(await left(account(7))).toEqual([2, 4]);
    clock.advance(DAY_MS);
    for (let id = 20_000; id < 30_001; id++) await limits.charge(account(id));
    expect(limits.size).toBeLessThanOrEqual(20_002);
    expect(limits.counters).toBeLessThanOrEqual(2 * limits.size);
    expect(await refusal(account(10_000))).toEqual({ policies: [], atConcurrencyLimit: true });
    await open.release();
    await reserve(account(10_000));
  });
});
