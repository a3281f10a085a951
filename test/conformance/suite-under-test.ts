import { runSuite, type SuiteReport, type SuiteSettings } from '../../conformance/index.js';
import { deriveTerminalKey } from '../../src/bridge/index.js';
import { type Clock, SystemClock, SystemRandom } from '../../src/kernel/index.js';

export const MASTER_SECRET = 'a master secret for tests';
/** Bridges under test dial again this many times faster than the protocol says. */
export const TIME_SCALE = 20;

/** A bridge that was told where the suite listens. */
export interface BridgeUnderTest {
  stop(): Promise<void>;
}

/** What a run of the suite may do differently. */
export interface SuiteRun {
  readonly only?: readonly string[];
  readonly settings?: Partial<SuiteSettings>;
  /** Of suite and bridge; the host's for a bridge that is a program of its own. */
  readonly clock?: Clock;
}

/** How bridges are looked at here, unless a spec says otherwise. */
export const USUAL_SETTINGS: SuiteSettings = {
  host: '127.0.0.1',
  port: 0,
  keyOf: (id) => deriveTerminalKey(MASTER_SECRET, id),
  heartbeatMs: 300,
  timeScale: TIME_SCALE,
  timeframe: 'H1',
  firstDialMs: 30_000,
  marketWaitMs: 10_000,
  slow: false,
  allowRestart: true,
};

/** Runs the suite on a free port against the bridge that `start` makes. */
export async function runAgainst(
  start: (port: number) => BridgeUnderTest,
  { only = [], settings = {}, clock = new SystemClock() }: SuiteRun = {},
): Promise<SuiteReport> {
  let bridge: BridgeUnderTest | undefined;
  const tools = { clock, random: new SystemRandom() };
  try {
    return await runSuite({ ...USUAL_SETTINGS, ...settings }, tools, {
      only,
      onListening: (port) => {
        bridge = start(port);
      },
    });
  } finally {
    await bridge?.stop();
  }
}

/** Ids of the checks with this outcome, each with its reason. */
export function told(report: SuiteReport, outcome: 'failed' | 'skipped'): string[] {
  return report.results.filter((result) => result.outcome === outcome).map(({ id, reason }) => `${id}: ${reason}`);
}
