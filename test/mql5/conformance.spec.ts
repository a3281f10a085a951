import { beforeAll, describe, expect, it } from '@jest/globals';
import { runSuite, selectChecks, type SuiteReport, type SuiteSettings } from '../../conformance/index.js';
import { deriveTerminalKey } from '../../src/bridge/index.js';
import { SystemRandom } from '../../src/kernel/index.js';
import { MASTER_SECRET, told } from '../conformance/suite-under-test.js';
import { type BuiltBridge, buildBridge } from './bridge-under-test.js';
import { ProgramClock } from './program-clock.js';
import type { ProgramProcess, ProgramRun } from './program-process.js';

/** Five seeds, and each poison with each sign of datetime at least once; the search for mutants is content with less. */
const ALL_RUNS = [
  { seed: 1, poison: 'a5', unsignedDatetime: false },
  { seed: 2, poison: '00', unsignedDatetime: true },
  { seed: 3, poison: '5a', unsignedDatetime: false },
  { seed: 4, poison: 'a5', unsignedDatetime: true },
  { seed: 5, poison: '00', unsignedDatetime: false },
  { seed: 6, poison: '5a', unsignedDatetime: true },
] as const;
const RUNS = ALL_RUNS.slice(0, Number(process.env['MQL5_RUNS'] ?? ALL_RUNS.length));

/** Bars of M1 have to end: these checks run on a clock that is faster for the bridge and for the suite. */
const LIVE = selectChecks(['push']).map(({ id }) => id);
const OTHERS = selectChecks().flatMap(({ id }) => (LIVE.includes(id) ? [] : [id]));
const LIVE_RATE = 30;

describe('the Expert Advisor', () => {
  const bridges = new Map<boolean, BuiltBridge>();

  beforeAll(async () => {
    for (const unsignedDatetime of new Set(RUNS.map((run) => run.unsignedDatetime)))
      bridges.set(unsignedDatetime, await buildBridge({ unsignedDatetime }));
  }, 300_000);

  it.each(pairs(RUNS))(
    'passes the conformance suite whatever the terminal is like (%s)',
    async (_names, runs) => {
      await Promise.all(
        runs.map(async ({ seed, poison, unsignedDatetime }) => {
          const bridge = bridges.get(unsignedDatetime)!;
          const usual = await conform(bridge, { seed, poison }, OTHERS, { heartbeatMs: 300 });
          const live = await conform(
            bridge,
            { seed, poison, environment: { MQL_CLOCK_SCALE: String(LIVE_RATE) } },
            LIVE,
            {
              heartbeatMs: 6000,
            },
          );
          expect({ seed, failed: [...told(usual, 'failed'), ...told(live, 'failed')] }).toEqual({ seed, failed: [] });
          expect({ seed, skipped: [...told(usual, 'skipped'), ...told(live, 'skipped')] }).toEqual({
            seed,
            skipped: ['indicator.capability: the bridge says that it reads indicator buffers'],
          });
        }),
      );
    },
    240_000,
  );
});

/** The suite on a free port, on the clock of the program that it tries. Ends the program, which has to end well. */
async function conform(
  bridge: BuiltBridge,
  run: ProgramRun,
  only: readonly string[],
  settings: Pick<SuiteSettings, 'heartbeatMs'>,
): Promise<SuiteReport> {
  const clock = new ProgramClock();
  let program: ProgramProcess | undefined;
  const usual: SuiteSettings = {
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
    ...settings,
  };
  try {
    return await runSuite(
      usual,
      { clock, random: new SystemRandom() },
      {
        only,
        limitMs: Number.MAX_SAFE_INTEGER,
        onListening: (port) => {
          const environment = { MQL_IDLE_JUMP: '1', ...run.environment };
          program = bridge.start({ port, masterSecret: MASTER_SECRET }, { ...run, clock, environment });
        },
      },
    );
  } finally {
    const code = await program?.stop();
    expect({ run, code, journal: code === 0 ? '' : program?.journal }).toEqual({ run, code: 0, journal: '' });
  }
}

function pairs<T extends { readonly seed: number }>(runs: readonly T[]): [string, readonly T[]][] {
  const halves = Array.from({ length: Math.ceil(runs.length / 2) }, (_, index) => runs.slice(2 * index, 2 * index + 2));
  return halves.map((half) => [half.map(({ seed }) => `seed ${seed}`).join(', '), half]);
}
