import { beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '../../../test/support/manual-clock.js';
import { Takeovers } from './takeovers.js';

const A = { remoteAddress: '10.0.0.5', program: 'EA 1.0' };
const B = { remoteAddress: '10.0.0.6', program: 'bridge 2.0' };

describe('takeovers of sessions', () => {
  let clock: ManualClock;
  let takeovers: Takeovers;
  beforeEach(() => {
    clock = new ManualClock();
    takeovers = new Takeovers(clock);
  });

  it('are reported once in ten minutes with both addresses, however many there are', () => {
    const reports: string[] = [];
    for (let count = 0; count < 44; count++) {
      reports.push(...[takeovers.note(count % 2 === 0 ? A : B, count % 2 === 0 ? B : A)].flatMap((text) => text ?? []));
      clock.advance(1000);
    }
    expect(reports).toEqual([
      expect.stringContaining('3 times by now, last 10.0.0.6 (bridge 2.0) that of 10.0.0.5 (EA 1.0)'),
    ]);
    clock.advance(600_000);
    for (let count = 0; count < 3; count++) reports.push(...[takeovers.note(A, B)].flatMap((text) => text ?? []));
    expect(reports[1]).toContain('44 times since the last report');
    expect(takeovers.count).toBe(47);
  });

  it('are not reported when a bridge dials again now and then', () => {
    for (let count = 0; count < 20; count++) {
      expect(takeovers.note(A, A)).toBeUndefined();
      clock.advance(301_000);
    }
    expect(takeovers.count).toBe(20);
  });
});
