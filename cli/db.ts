/** `npm run db -- stats`: how much is stored, and where. */
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { DatabaseSettings, readProcessEnvironment } from '../src/config/index.js';
import { OperatorError, SystemClock, SystemRandom } from '../src/kernel/index.js';
import {
  assertMigrated,
  Database,
  type DatabaseStatistics,
  poolOptions,
  readDatabaseStatistics,
} from '../src/persistence/index.js';
import { explain } from './explain.js';
import { printHelp } from './print-help.js';

const MEBIBYTE = 1_048_576;

const USAGE = `usage:
  npm run db -- stats [--json]   tables and partitions with size and dead rows, series with their bars`;

/** The command line makes no sense. */
class UsageError extends OperatorError {
  constructor(what: string) {
    super(`${what}\n${USAGE}`);
  }
}

function printTables({ tables, bytes, bytesPerBar }: DatabaseStatistics): void {
  const rows = tables.map((table) => [
    table.name,
    String(table.rows),
    String(table.deadRows),
    megabytes(table.bytes),
    megabytes(table.indexBytes),
    table.lastVacuum?.toISOString() ?? 'never',
  ]);
  printTable(['table', 'rows (estimate)', 'dead rows', 'MB in all', 'MB indexes', 'last vacuum'], rows);
  const perBar = bytesPerBar === undefined ? '' : `, ${bytesPerBar.toFixed(1)} bytes a bar with indexes`;
  process.stdout.write(`database: ${(bytes / MEBIBYTE).toFixed(1)} MB${perBar}\n\n`);
}

function printSeries({ series }: DatabaseStatistics): void {
  const rows = series.map(({ brokerServer, symbol, timeframe, bars, oldest, newest }) => [
    brokerServer,
    symbol,
    timeframe,
    String(bars),
    serverTime(oldest),
    serverTime(newest),
  ]);
  printTable(['server', 'symbol', 'timeframe', 'bars', 'oldest (server time)', 'newest (server time)'], rows);
}

function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of [head, ...rows]) {
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}

function megabytes(bytes: number): string {
  return (bytes / MEBIBYTE).toFixed(1);
}

function serverTime(seconds: number | undefined): string {
  return seconds === undefined ? '-' : new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}

function commandLine(): { command: string; json: boolean } {
  try {
    const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
    return { command: positionals[0] ?? '', json: values.json ?? false };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function run(): Promise<void> {
  const { command, json } = commandLine();
  if (command !== 'stats') throw new UsageError(command === '' ? 'say what to do' : `there is no command '${command}'`);
  const settings = DatabaseSettings.load(await readProcessEnvironment());
  const database = await Database.connect(poolOptions(settings), new SystemRandom(), new SystemClock());
  try {
    await assertMigrated(database);
    const statistics = await readDatabaseStatistics(database);
    if (json) {
      process.stdout.write(`${JSON.stringify(statistics)}\n`);
    } else {
      printTables(statistics);
      printSeries(statistics);
    }
  } finally {
    await database.close();
  }
}

try {
  if (!printHelp(USAGE)) await run();
} catch (error) {
  explain('db', error);
}
