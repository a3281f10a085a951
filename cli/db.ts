/** `npm run db -- stats`: sizes of tables and series. */
import 'reflect-metadata';
import { DatabaseSettings, readProcessEnvironment } from '../src/config/index.js';
import { type DatabaseStatistics, readDatabaseStatistics } from '../src/persistence/index.js';
import { commandOf, print, readWords, runProgram } from './program.js';
import { withDatabase } from './with-database.js';

const MEBIBYTE = 1_048_576;

const USAGE = `usage:
  npm run db -- stats [--json]   tables and partitions with size and dead rows, series with their bars`;

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

await runProgram('db', USAGE, async () => {
  const { positionals, values } = readWords({ allowPositionals: true, options: { json: { type: 'boolean' } } });
  const read = commandOf({ stats: readDatabaseStatistics }, positionals[0]);
  const statistics = await withDatabase(DatabaseSettings.load(await readProcessEnvironment()), read);
  if (values.json === true) return print(JSON.stringify(statistics));
  printTables(statistics);
  printSeries(statistics);
});
