import type { Database } from './database.js';

/** One table in the view of Postgres. */
export interface TableStatistics {
  readonly name: string;
  /** Estimate of the statistics collector. */
  readonly rows: number;
  /** Row versions that vacuum has not removed yet. */
  readonly deadRows: number;
  /** Includes indexes and TOAST. */
  readonly bytes: number;
  readonly indexBytes: number;
  readonly lastVacuum: Date | undefined;
}

/** One series and its bars. */
export interface SeriesStatistics {
  readonly brokerServer: string;
  readonly symbol: string;
  readonly timeframe: string;
  /** Exact count. */
  readonly bars: number;
  /** Server seconds. */
  readonly oldest: number | undefined;
  readonly newest: number | undefined;
}

/** Content of `npm run db -- stats`. */
export interface DatabaseStatistics {
  readonly bytes: number;
  /** Largest first; each partition of the audit trail counts as a table. */
  readonly tables: readonly TableStatistics[];
  readonly series: readonly SeriesStatistics[];
  /** Table and indexes divided by all bars; undefined without bars. */
  readonly bytesPerBar: number | undefined;
}

const TABLES = `
  SELECT relname, n_live_tup, n_dead_tup, pg_total_relation_size(relid), pg_indexes_size(relid),
    greatest(last_vacuum, last_autovacuum)
  FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY pg_total_relation_size(relid) DESC, relname`;
const SERIES = 'SELECT id, broker_server, symbol, timeframe FROM series ORDER BY broker_server, symbol, timeframe';
const BARS = 'SELECT count(*), min(time), max(time) FROM candle WHERE series_id = $1';

/** Runs one short statement for each series, so that no time limit is reached. */
export async function readDatabaseStatistics(database: Pick<Database, 'rows'>): Promise<DatabaseStatistics> {
  const [[bytes] = []] = await database.rows('SELECT pg_database_size(current_database())', []);
  const tables = (await database.rows(TABLES, [])).map(([name, rows, deadRows, size, indexBytes, vacuum]) => ({
    name: String(name),
    rows: Number(rows),
    deadRows: Number(deadRows),
    bytes: Number(size),
    indexBytes: Number(indexBytes),
    lastVacuum: vacuum instanceof Date ? vacuum : undefined,
  }));
  const series: SeriesStatistics[] = [];
  for (const [id, brokerServer, symbol, timeframe] of await database.rows(SERIES, [])) {
    const [[bars, oldest, newest] = []] = await database.rows(BARS, [id]);
    series.push({
      brokerServer: String(brokerServer),
      symbol: String(symbol),
      timeframe: String(timeframe),
      bars: Number(bars),
      oldest: oldest === null ? undefined : Number(oldest),
      newest: newest === null ? undefined : Number(newest),
    });
  }
  const allBars = series.reduce((sum, { bars }) => sum + bars, 0);
  const candles = tables.find(({ name }) => name === 'candle');
  const bytesPerBar = allBars === 0 || candles === undefined ? undefined : candles.bytes / allBars;
  return { bytes: Number(bytes), tables, series, bytesPerBar };
}
