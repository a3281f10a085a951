import type { Clock } from '../../src/kernel/index.js';
import { Simulator, type SimulatorPlan } from '../../simulator/index.js';
import { MASTER_SECRET, TIME_SCALE } from './suite-under-test.js';

/** A Wednesday: every market quotes. */
const START = Date.UTC(2026, 2, 11, 14, 37, 12) / 1000;

interface SimulatorChanges {
  readonly seed?: number;
  readonly tls?: NonNullable<SimulatorPlan['gateway']['tls']>;
  /** @default the host's */
  readonly clock?: Clock;
}

/** A simulated terminal whose minutes last a second and whose pauses are as short as the tests'. */
export function simulatorAt(port: number, { seed = 1, tls, clock }: SimulatorChanges = {}): Simulator {
  const plan: SimulatorPlan = {
    gateway: { host: '127.0.0.1', port, ...(tls && { tls }) },
    masterSecret: MASTER_SECRET,
    terminals: [{ id: 'T1', login: 77, symbols: [{ name: 'EURUSD' }, { name: 'XAUUSD' }] }],
    seed,
    startTime: START,
    clockRate: 60,
    reconnect: { initialMs: 1000 / TIME_SCALE, maxMs: 15_000 / TIME_SCALE },
    supersededMs: 60_000 / TIME_SCALE,
    pushIntervalMs: 100,
  };
  const made = new Simulator(plan, clock && { clock });
  made.start();
  return made;
}
