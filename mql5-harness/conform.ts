import {
  type CheckResult,
  runSuite,
  selectChecks,
  type SuiteReport,
  type SuiteSettings,
} from '../conformance/index.js';
import { deriveTerminalKey } from '../src/bridge/index.js';
import { SystemRandom } from '../src/kernel/index.js';
import { type BuiltBridge, MASTER_SECRET } from './bridge-under-test.js';
import { ProgramClock } from './program-clock.js';
import type { ProgramProcess, ProgramRun } from './program-process.js';

/** Bars of M1 have to end: these checks run on a clock that is faster for the bridge and for the suite. */
const LIVE = selectChecks(['push']).map(({ id }) => id);
const OTHERS = selectChecks().flatMap(({ id }) => (LIVE.includes(id) ? [] : [id]));
const LIVE_RATE = 30;
/** A mutation run asks only whether something fails. */
const ENDS_AT_FAILURE = process.env['MQL5_RUNS'] !== undefined;
/** How the bridge is looked at. */
export const USUAL: SuiteSettings = {
  heartbeatMs: 300,
  host: '127.0.0.1',
  port: 0,
  keyOf: (id) => deriveTerminalKey(MASTER_SECRET, id),
  timeScale: 1,
  timeframe: 'H1',
  indicator: { name: 'FractalLines', buffers: [0, 1, 4] },
  firstDialMs: 60_000,
  marketWaitMs: 300_000,
  slow: true,
  allowRestart: true,
};

/** What the suite found of a program, and how the program ended. */
export interface Conformity {
  readonly reports: readonly SuiteReport[];
  readonly journal: string;
  readonly exitCodes: readonly (number | null)[];
}

/** The whole suite on one kind of terminal, with the clock of the program that it tries. */
export async function conform(bridge: BuiltBridge, run: ProgramRun): Promise<Conformity> {
  const usual = await conformIn(bridge, run, { only: OTHERS, heartbeatMs: USUAL.heartbeatMs });
  const faster = { ...run, environment: { ...run.environment, MQL_CLOCK_SCALE: String(LIVE_RATE) } };
  const live = await conformIn(bridge, faster, { only: LIVE, heartbeatMs: 6000 });
  return {
    reports: [usual.report, live.report],
    journal: usual.journal + live.journal,
    exitCodes: [usual.exitCode, live.exitCode],
  };
}

async function conformIn(
  bridge: BuiltBridge,
  run: ProgramRun,
  asked: { only: readonly string[]; heartbeatMs: number },
) {
  const clock = new ProgramClock();
  let program: ProgramProcess | undefined;
  try {
    const report = await tryOut(clock, asked, (port) => {
      const environment = { MQL_IDLE_JUMP: '1', ...run.environment };
      program = bridge.start({ port, masterSecret: MASTER_SECRET }, { ...run, clock, environment });
    });
    const exitCode = await program!.stop();
    return { report, exitCode, journal: program!.journal };
  } finally {
    await program?.stop();
    clock.close();
  }
}

/** Some checks on a port, on this clock. */
export function tryOut(
  clock: ProgramClock,
  { only, heartbeatMs, port = 0 }: { only: readonly string[]; heartbeatMs: number; port?: number },
  onListening: (port: number) => void = () => undefined,
): Promise<SuiteReport> {
  const tools = { clock, random: new SystemRandom() };
  // The clock jumps by hours, so the suite has no limit on it; each wait has its own.
  const limitMs = Number.MAX_SAFE_INTEGER;
  const failure = new AbortController();
  const onResult = ({ outcome }: CheckResult) => {
    if (ENDS_AT_FAILURE && outcome === 'failed') failure.abort();
  };
  return runSuite({ ...USUAL, heartbeatMs, port }, tools, {
    only,
    limitMs,
    onListening,
    onResult,
    stop: failure.signal,
  });
}
