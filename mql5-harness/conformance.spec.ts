import { beforeAll, describe, expect, it } from '@jest/globals';
import { told } from '../test/conformance/suite-under-test.js';
import { type BuiltBridge, buildBridge } from './bridge-under-test.js';
import { conform } from './conform.js';
import type { ProgramRun } from './program-process.js';

/** What makes the bridge call the TLS functions; nothing is encrypted here. */
const OVER_TLS = { inputs: { InpUseTls: true }, environment: { MQL_TLS: 'plain' } };
/** Six kinds of terminal: each poison with each sign of datetime. */
const TERMINALS = [
  { seed: 1, poison: 'a5', unsignedDatetime: false },
  { seed: 2, poison: '00', unsignedDatetime: true },
  { seed: 3, poison: '5a', unsignedDatetime: false },
  { seed: 4, poison: 'a5', unsignedDatetime: true },
  { seed: 5, poison: '00', unsignedDatetime: false },
  { seed: 6, poison: '5a', unsignedDatetime: true, run: OVER_TLS },
] satisfies readonly Terminal[];
/** A mutation run tries many programs: one kind of terminal has to do. */
const TRIED: readonly Terminal[] = TERMINALS.slice(0, Number(process.env['MQL5_RUNS'] ?? TERMINALS.length));
/** They mostly wait, so three run side by side. */
const ROUNDS = [TRIED.slice(0, 3), TRIED.slice(3)].filter((round) => round.length > 0);

/** What the suite does to the bridge, and what the operator has to read about it. */
const ADVICE = [
  /the gateway broke the protocol: a frame of 1048577 bytes was announced.* Install the bridge that belongs to/,
  /the gateway at .* broke the protocol: a frame of 4097 bytes was announced.* Install the bridge that belongs to/,
  /the gateway refused: no version in common\. This bridge speaks version 1 of the protocol: install the bridge/,
  /the gateway at .* does not have the key of "MT5_05".*npm run keys -- terminal MT5_05/,
  /is not the gateway's bridge port: .* Correct InpHost and InpPort/,
  /another bridge runs with the terminal id "MT5_05" and took over\. Give each terminal its own id and key/,
  /the gateway was silent for three heartbeats/,
  /asked in vain: the indicator No Such Indicator .*Copy its \.ex5 file into MQL5\\Indicators/,
];

describe('the Expert Advisor', () => {
  const bridges = new Map<boolean, BuiltBridge>();

  beforeAll(async () => {
    for (const { unsignedDatetime } of TRIED) {
      if (!bridges.has(unsignedDatetime)) bridges.set(unsignedDatetime, await buildBridge({ unsignedDatetime }));
    }
  }, 600_000);

  it.each(ROUNDS.map((round) => [round.map(({ seed }) => seed).join(', '), round] as const))(
    'passes the conformance suite whatever the terminal is like (seeds %s)',
    async (_seeds, round) => {
      await Promise.all(
        round.map(async ({ seed, poison, unsignedDatetime, run }) => {
          const { reports, journal, exitCodes } = await conform(bridges.get(unsignedDatetime)!, {
            ...run,
            seed,
            poison,
          });
          const outcome = (which: 'failed' | 'skipped') => reports.flatMap((report) => told(report, which));
          const ended = exitCodes.every((code) => code === 0) ? 'well' : journal;
          expect({ seed, failed: outcome('failed'), skipped: outcome('skipped'), ended }).toEqual({
            seed,
            failed: [],
            skipped: ['indicator.capability: the bridge says that it reads indicator buffers'],
            ended: 'well',
          });
          for (const line of ADVICE) expect(journal).toMatch(line);
          const bulk = reports[0]!.results.find(({ id }) => id === 'rates.bulk')!;
          process.stderr.write(`  seed ${seed}: 5000 bars in ${Math.round(bulk.tookMs)} ms\n`);
        }),
      );
    },
  );
});

interface Terminal {
  readonly seed: number;
  readonly poison: '00' | 'a5' | '5a';
  readonly unsignedDatetime: boolean;
  readonly run?: ProgramRun;
}
