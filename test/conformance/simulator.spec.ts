import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { JointClock } from './joint-clock.js';
import { simulatorAt } from './simulator-at.js';
import { runAgainst, told } from './suite-under-test.js';

describe('the conformance suite', () => {
  let clock: JointClock;

  beforeAll(() => {
    clock = new JointClock();
  });
  afterAll(() => clock.stop());

  it('is passed by the simulator with several seeds, with nothing skipped that it can do', async () => {
    const indicator = { name: 'FractalLines', buffers: [0, 1, 4] };
    const settings = { indicator, heartbeatMs: 500 };
    const run = (seed: number) => runAgainst((port) => simulatorAt(port, { seed, clock }), { settings, clock });
    // They mostly wait, so they run side by side.
    for (const report of await Promise.all([1, 2, 3].map(run))) {
      expect(told(report, 'failed')).toEqual([]);
      expect(told(report, 'skipped')).toEqual([
        'indicator.capability: the bridge says that it reads indicator buffers',
      ]);
      expect(report.passed).toBe(true);
    }
  });
});
