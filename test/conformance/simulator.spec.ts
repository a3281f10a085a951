import { describe, expect, it } from '@jest/globals';
import { Simulator } from '../../simulator/index.js';
import { MASTER_SECRET, runAgainst, TIME_SCALE, told } from './suite-under-test.js';

/** A Wednesday: every market quotes. */
const START = Date.UTC(2026, 2, 11, 14, 37, 12) / 1000;

function simulator(port: number, seed: number): Simulator {
  const made = new Simulator({
    gateway: { host: '127.0.0.1', port },
    masterSecret: MASTER_SECRET,
    terminals: [{ id: 'T1', login: 77, symbols: [{ name: 'EURUSD' }, { name: 'XAUUSD' }] }],
    seed,
    startTime: START,
    clockRate: 60,
    reconnect: { initialMs: 1000 / TIME_SCALE, maxMs: 15_000 / TIME_SCALE },
    supersededMs: 60_000 / TIME_SCALE,
    pushIntervalMs: 100,
  });
  made.start();
  return made;
}

describe('the conformance suite', () => {
  it.each([1, 2, 3])('is passed by the simulator with seed %i, with nothing skipped that it can do', async (seed) => {
    const indicator = { name: 'FractalLines', buffers: [0, 1, 4] };
    const report = await runAgainst((port) => simulator(port, seed), { settings: { indicator } });
    if (process.env['SHOW'])
      console.log(report.results.map((r) => `${r.outcome} ${r.id} ${r.reason} ${Math.round(r.tookMs)}`).join('\n'));
    expect(told(report, 'failed')).toEqual([]);
    expect(told(report, 'skipped')).toEqual(['indicator.capability: the bridge says that it reads indicator buffers']);
    expect(report.passed).toBe(true);
  });
});
