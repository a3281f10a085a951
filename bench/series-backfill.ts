import 'reflect-metadata';
import type { SeriesRegistry } from '../src/candles/index.js';
import { GatewayBench, until } from './gateway-bench.js';
import { elapsedMs, median, reportLine } from './measure.js';

/**
 * Loads every series of the shipped configuration: from the terminals with an empty database, and from the database
 * without any terminal. A round does both, so that a slow moment of the machine meets both.
 */
const ROUNDS = 3;
const BUDGET_MS = 120_000;
const STEP_BUDGET_MS = 60_000;
const BARS = 10_000;

interface Round {
  readonly terminals: number;
  readonly written: number;
  readonly database: number;
  readonly series: number;
}

/** The series also tells how much the database still lacks. */
type WritingRegistry = SeriesRegistry & { readonly unwritten: number };

async function oneRound(): Promise<Round> {
  const bench = new GatewayBench({ SERIES_BARS: String(BARS) });
  try {
    await bench.startDatabase();
    const { series, terminals } = bench.settings;
    const names = terminals.terminals.flatMap(({ symbols }) => symbols.map(({ name }) => name));
    const filled = (): number => {
      let count = 0;
      for (const name of names) {
        for (const timeframe of series.timeframes) {
          const snapshot = bench.series.find(name, timeframe);
          const isFull = snapshot !== undefined && (snapshot.closed.length >= BARS || snapshot.reachesStart);
          if (isFull && snapshot.state !== 'loading' && snapshot.state !== 'empty') count++;
        }
      }
      return count;
    };
    const all = names.length * series.timeframes.length;
    await bench.startGateway();
    bench.startTerminals();
    await until(() => bench.pool.stats().connected > 0, STEP_BUDGET_MS);
    const fromTerminals = await elapsedMs(() => until(() => filled() === all, STEP_BUDGET_MS));
    const written = await elapsedMs(() =>
      until(() => (bench.series as WritingRegistry).unwritten === 0, STEP_BUDGET_MS),
    );
    await bench.stopTerminals();
    await bench.stopGateway();
    const fromDatabase = await elapsedMs(async () => {
      await bench.startGateway();
      await until(() => filled() === all, STEP_BUDGET_MS);
    });
    return { terminals: fromTerminals, written, database: fromDatabase, series: all };
  } finally {
    await bench.close();
  }
}

const begin = performance.now();
const rounds: Round[] = [];
while (rounds.length < ROUNDS && performance.now() - begin < BUDGET_MS) rounds.push(await oneRound());
const terminals = rounds.map((round) => round.terminals);
const database = rounds.map((round) => round.database);
process.stdout.write(
  `filling ${rounds[0]?.series} series of ${BARS} bars\n` +
    reportLine('from the terminals', terminals) +
    reportLine(
      'until the database has all of it',
      rounds.map(({ written }) => written),
    ) +
    reportLine('from the database (with the start)', database) +
    `terminals : database = ${(median(terminals) / median(database)).toFixed(1)}\n`,
);
