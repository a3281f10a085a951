import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { MemoryRateLimits } from './memory-rate-limits.js';
import type { RateSubject, Reservation } from './rate-limits.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What happens to one of the requests that were admitted, maybe not for the first time. */
const ends = (['succeed', 'fail', 'hangUp', 'failAgain'] as const).map((kind) =>
  fc.record({ kind: fc.constant(kind), which: fc.nat(40) }),
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('ask' as const), account: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('charge' as const), account: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.oneof(...ends) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(40_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(DAY_MS) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('setClock' as const), ms: fc.integer({ min: -DAY_MS, max: DAY_MS }) }),
  },
);

const limitsOf = fc.record({
  minute: fc.integer({ min: 1, max: 5 }),
  day: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
  concurrent: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
});

type Limits = typeof limitsOf extends fc.Arbitrary<infer T> ? T : never;

/** The plainest bookkeeping: a list of what happened, and no counter that could be wrong by one. */
class Ledger {
  readonly requests: { account: number; windows: Record<string, number>; costs: boolean; open: boolean }[] = [];
  private readonly begun: Record<string, number> = {};

  constructor(
    private readonly limits: Limits,
    private readonly now: () => number,
  ) {}

  get policies() {
    const { minute, day } = this.limits;
    const windows = [{ name: 'minute' as const, quota: minute, windowMs: MINUTE_MS }];
    return day === undefined ? windows : [...windows, { name: 'day' as const, quota: day, windowMs: DAY_MS }];
  }

  subject(account: number): RateSubject {
    return { accountId: `account ${account}`, windows: this.policies, concurrent: this.limits.concurrent };
  }

  /** When the window began that is current now; undefined = none. */
  start(account: number, { name, windowMs }: { name: string; windowMs: number }): number | undefined {
    const start = this.begun[`${account} ${name}`];
    return start !== undefined && this.now() - start < windowMs ? start : undefined;
  }

  used(account: number, name: string, start: number | undefined): number {
    return this.requests.filter((r) => r.account === account && r.costs && r.windows[name] === start).length;
  }

  running(account: number): number {
    return this.requests.filter((request) => request.account === account && request.open).length;
  }

  full(account: number): string[] {
    return this.policies
      .filter((policy) => this.used(account, policy.name, this.start(account, policy) ?? NaN) >= policy.quota)
      .map(({ name }) => name);
  }

  add(account: number, { open, names }: { open: boolean; names: readonly string[] }): void {
    for (const policy of this.policies) {
      if (this.start(account, policy) === undefined) this.begun[`${account} ${policy.name}`] = this.now();
    }
    const windows = Object.fromEntries(
      this.policies
        .filter(({ name }) => names.includes(name))
        .map((policy) => [policy.name, this.start(account, policy) ?? NaN]),
    );
    this.requests.push({ account, windows, costs: true, open });
  }
}

async function expectSame(limits: MemoryRateLimits, ledger: Ledger, now: number): Promise<void> {
  for (const account of [0, 1]) {
    const { windows, running } = await limits.state(ledger.subject(account));
    expect(running).toBe(ledger.running(account));
    for (const { policy, remaining, resetMs } of windows) {
      const start = ledger.start(account, policy);
      const used = start === undefined ? 0 : ledger.used(account, policy.name, start);
      expect(used).toBeLessThanOrEqual(policy.quota);
      expect(remaining).toBe(policy.quota - used);
      expect(resetMs).toBe(start === undefined ? policy.windowMs : start + policy.windowMs - now);
    }
  }
}

it('every sequence of admissions, ends, hang-ups, charges and time is accounted exactly, and comes to rest at zero', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), limitsOf, async (steps, values) => {
      const clock = new ManualClock();
      const limits = new MemoryRateLimits(clock);
      const ledger = new Ledger(values, () => clock.monotonicMs());
      const held: { reservation: Reservation; index: number }[] = [];
      const refund = async ({ reservation, index }: (typeof held)[number]) => {
        await reservation.refund();
        ledger.requests[index]!.costs = false;
      };
      const release = async ({ reservation, index }: (typeof held)[number]) => {
        await reservation.release();
        ledger.requests[index]!.open = false;
      };
      for (const next of steps) {
        if (next.kind === 'wait') clock.advance(next.ms);
        else if (next.kind === 'setClock') clock.jumpWallClock(next.ms);
        else if (next.kind === 'ask') {
          const admission = await limits.reserve(ledger.subject(next.account));
          const exhausted = ledger.full(next.account);
          const atConcurrencyLimit = ledger.running(next.account) >= (values.concurrent ?? Infinity);
          expect(admission.admitted).toBe(exhausted.length === 0 && !atConcurrencyLimit);
          if (admission.admitted) {
            held.push({ reservation: admission.reservation, index: ledger.requests.length });
            ledger.add(next.account, { open: true, names: ['minute', 'day'] });
          } else {
            expect(admission.exhausted.map(({ policy }) => policy.name)).toEqual(exhausted);
            expect(admission.atConcurrencyLimit).toBe(atConcurrencyLimit);
          }
        } else if (next.kind === 'charge') {
          await limits.charge(ledger.subject(next.account));
          const full = ledger.full(next.account);
          ledger.add(next.account, { open: false, names: ['minute', 'day'].filter((name) => !full.includes(name)) });
        } else {
          const entry = held[next.which % held.length];
          if (entry === undefined) continue;
          if (next.kind === 'fail' || next.kind === 'failAgain') await refund(entry);
          if (next.kind !== 'failAgain') await release(entry);
        }
        await expectSame(limits, ledger, clock.monotonicMs());
      }
      for (const entry of held) await release(entry);
      clock.advance(DAY_MS);
      for (const account of [0, 1]) {
        const { windows, running } = await limits.state(ledger.subject(account));
        expect(running).toBe(0);
        expect(windows.map(({ remaining }) => remaining)).toEqual(ledger.policies.map(({ quota }) => quota));
      }
    }),
    { numRuns: 300 },
  );
});
