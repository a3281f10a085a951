import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../test/support/manual-clock.js';
import { MemoryRateLimits } from './memory-rate-limits.js';
import { type Reservation, WINDOW_MS } from './rate-limits.js';

const subject = { accountId: 'a', quota: 3 };

describe('rate limits in memory', () => {
  let clock: ManualClock;
  let limits: MemoryRateLimits;

  beforeEach(() => {
    clock = new ManualClock();
    limits = new MemoryRateLimits(clock);
  });

  it('begin a window with the first request and end it a minute later', async () => {
    expect(await limits.state(subject)).toEqual({ remaining: 3, resetMs: WINDOW_MS });
    await limits.reserve(subject);
    clock.advance(59_999);
    expect(await limits.state(subject)).toEqual({ remaining: 2, resetMs: 1 });
    clock.advance(1);
    expect(await limits.state(subject)).toEqual({ remaining: 3, resetMs: WINDOW_MS });
  });

  it('give back once only, however often asked', async () => {
    const first = await limits.reserve(subject);
    await limits.reserve(subject);
    await first?.refund();
    await first?.refund();
    expect((await limits.state(subject)).remaining).toBe(2);
  });

  it('do not make the next window larger by a late refund', async () => {
    const late = await limits.reserve(subject);
    clock.advance(WINDOW_MS);
    await limits.reserve(subject);
    await late?.refund();
    expect((await limits.state(subject)).remaining).toBe(2);
  });

  it('do not mix accounts', async () => {
    for (let time = 0; time < 3; time++) await limits.reserve(subject);
    expect(await limits.reserve(subject)).toBeUndefined();
    expect(await limits.reserve({ ...subject, accountId: 'b' })).toBeDefined();
  });

  it('follow a quota that an admin lowers or raises', async () => {
    for (let time = 0; time < 3; time++) await limits.reserve(subject);
    expect((await limits.state({ ...subject, quota: 1 })).remaining).toBe(0);
    expect(await limits.reserve({ ...subject, quota: 1 })).toBeUndefined();
    expect(await limits.reserve({ ...subject, quota: 4 })).toBeDefined();
  });

  it('are not moved by a change of the wall clock', async () => {
    await limits.reserve(subject);
    clock.jumpWallClock(3_600_000);
    expect((await limits.state(subject)).remaining).toBe(2);
  });

  it('account exactly for every sequence of requests, refunds, charges and time', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('reserve' as const) }),
      fc.record({ kind: fc.constant('charge' as const) }),
      fc.record({ kind: fc.constant('refund' as const), which: fc.nat(30) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(40_000) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), async (steps, quota) => {
        const clock = new ManualClock();
        const limits = new MemoryRateLimits(clock);
        const account = { accountId: 'a', quota };
        let window = { end: -1, used: 0 };
        const held: { reservation: Reservation; window: typeof window; open: boolean }[] = [];
        const open = () => {
          if (clock.monotonicMs() >= window.end) window = { end: clock.monotonicMs() + WINDOW_MS, used: 0 };
          return window;
        };
        for (const next of steps) {
          if (next.kind === 'wait') clock.advance(next.ms);
          if (next.kind === 'charge') open().used = Math.min(quota, open().used + 1);
          if (next.kind === 'charge') await limits.charge(account);
          if (next.kind === 'reserve') {
            const reservation = await limits.reserve(account);
            const mine = open();
            expect(reservation !== undefined).toBe(mine.used < quota);
            if (reservation !== undefined) {
              mine.used++;
              held.push({ reservation, window: mine, open: true });
            }
          }
          if (next.kind === 'refund') {
            const entry = held[next.which];
            if (entry === undefined) continue;
            await entry.reservation.refund();
            if (entry.open) entry.window.used = Math.max(0, entry.window.used - 1);
            entry.open = false;
          }
          const used = clock.monotonicMs() < window.end ? window.used : 0;
          const { remaining, resetMs } = await limits.state(account);
          expect(remaining).toBe(quota - used);
          expect(resetMs).toBeGreaterThan(0);
          expect(resetMs).toBeLessThanOrEqual(WINDOW_MS);
        }
      }),
    );
  });
});
