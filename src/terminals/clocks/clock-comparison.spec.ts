import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/manual-clock.js';
import type { TerminalClock } from '../terminal-pool.js';
import { ClockComparison, type ClockOwner } from './clock-comparison.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('the comparison of clocks', () => {
  let clock: ManualClock;
  let clocks: ClockComparison;
  beforeEach(() => {
    clock = new ManualClock();
    clocks = new ClockComparison(clock);
  });

  /** A heartbeat whose server time is `aheadMs` ahead of UTC. */
  const heard = (aheadMs: number, changes: Partial<TerminalClock> = {}): TerminalClock => ({
    serverTimeMs: clock.nowMs() + aheadMs,
    clockRate: 1,
    utcOffsetSeconds: 7200,
    heardAtMs: clock.monotonicMs(),
    ...changes,
  });
  const owner = (terminalId: string, changes: Partial<ClockOwner> = {}): ClockOwner => ({
    ...{ terminalId, brokerServer: 'Broker-Live', simulated: false },
    ...changes,
  });

  it.each([
    ['right', 2 * HOUR_MS, undefined],
    ['right within a minute', 2 * HOUR_MS - 60_000, undefined],
    ['2 h ahead', 4 * HOUR_MS, 2 * HOUR_MS],
    ['2 h behind', 0, -2 * HOUR_MS],
    ['61 s ahead', 2 * HOUR_MS + 61_000, 61_000],
  ])('finds a clock that is %s', (_, aheadMs, skewMs) => {
    expect(clocks.judge(owner('A'), heard(aheadMs))?.aheadMs).toBe(skewMs);
  });

  it('finds an offset that is two hours wrong', () => {
    const skew = clocks.judge(owner('A'), heard(2 * HOUR_MS, { utcOffsetSeconds: 0 }));
    expect(skew).toMatchObject({ aheadMs: 2 * HOUR_MS, message: expect.stringContaining('7200 s ahead of UTC') });
  });

  it('asks of a clock without an offset only that some time zone has it', () => {
    const unknown = { utcOffsetSeconds: undefined };
    expect(clocks.judge(owner('A'), heard(-5 * HOUR_MS, unknown))).toBeUndefined();
    expect(clocks.judge(owner('A'), heard(5.75 * HOUR_MS, unknown))).toBeUndefined();
    expect(clocks.judge(owner('A'), heard(5 * HOUR_MS + 400_000, unknown))?.aheadMs).toBe(400_000);
    expect(clocks.judge(owner('A'), heard(20 * HOUR_MS, unknown))?.aheadMs).toBe(6 * HOUR_MS);
  });

  it.each([0, 60, 0.5])('compares no clock of rate %d', (clockRate) => {
    expect(clocks.judge(owner('A'), heard(9 * DAY_MS, { clockRate }))).toBeUndefined();
  });

  it('compares a simulated clock, unless it replays another day', () => {
    const simulated = owner('A', { simulated: true });
    expect(clocks.judge(simulated, heard(4 * HOUR_MS))?.aheadMs).toBe(2 * HOUR_MS);
    expect(clocks.judge(simulated, heard(-300 * DAY_MS))).toBeUndefined();
    expect(clocks.judge(owner('A'), heard(-300 * DAY_MS))).toBeDefined();
  });

  it('believes the majority of the terminals of one server, and none without a majority', () => {
    const summer = { utcOffsetSeconds: 10_800 };
    expect(clocks.judge(owner('A'), heard(2 * HOUR_MS))).toBeUndefined();
    const differs = clocks.judge(owner('B'), heard(3 * HOUR_MS, summer));
    expect(differs).toMatchObject({ aheadMs: HOUR_MS, message: expect.stringContaining('3600 s ahead of that of A') });
    expect(clocks.judge(owner('A'), heard(2 * HOUR_MS))?.aheadMs).toBe(-HOUR_MS);
    clocks.judge(owner('C'), heard(2 * HOUR_MS));
    expect(clocks.judge(owner('A'), heard(2 * HOUR_MS))).toBeUndefined();
    expect(clocks.judge(owner('B'), heard(3 * HOUR_MS, summer))).toBeDefined();
  });

  it('compares neither with other servers nor with terminals that have left or are known to be wrong', () => {
    const summer = { utcOffsetSeconds: 10_800 };
    clocks.judge(owner('A'), heard(3 * HOUR_MS, summer));
    expect(clocks.judge(owner('B', { brokerServer: 'Other' }), heard(2 * HOUR_MS))).toBeUndefined();
    clocks.forget('A');
    expect(clocks.judge(owner('C'), heard(2 * HOUR_MS))).toBeUndefined();
    clocks.judge(owner('D'), heard(9 * HOUR_MS));
    expect(clocks.judge(owner('C'), heard(2 * HOUR_MS))).toBeUndefined();
  });

  it('compares clocks as they are now, however old their heartbeats are', () => {
    clocks.judge(owner('A'), heard(2 * HOUR_MS));
    clock.advance(300_000);
    expect(clocks.judge(owner('B'), heard(2 * HOUR_MS))).toBeUndefined();
  });
});
