import type { Database } from '../../src/persistence/index.js';
import { WrongAnswerError } from './failure-kind.js';
import type { QueryType } from './load-options.js';

/** Part of the database that receives the load. */
export type LoadedDatabase = Pick<Database, 'rows'>;

/**
 * Statements of the gateway's kind: with parameters and without a name. They need no table, so they work on every
 * database and change nothing in it, and they return the number of their query.
 */
const STATEMENTS: Readonly<Record<QueryType, string>> = {
  simple: 'SELECT $1::int4',
  // Costs the server about as much as reading and condensing a thousand bars.
  complex: `
    WITH bar AS (
      SELECT n, 100 + sin(n * 0.1 + $1) + cos(n * 0.013) AS price FROM generate_series(1, 1000) AS n
    ), smooth AS (
      SELECT n, price, avg(price) OVER (ORDER BY n ROWS BETWEEN 13 PRECEDING AND CURRENT ROW) AS average FROM bar
    ), hour AS (
      SELECT n / 60 AS hour, min(price) AS low, max(price) AS high, stddev(price - average) AS spread
      FROM smooth GROUP BY n / 60 ORDER BY hour
    )
    SELECT $1::int4, count(*), min(low), max(high), avg(spread) FROM hour`,
};

/** Sends one query and checks its answer. @throws WrongAnswerError when the answer is that of another query */
export async function ask(database: LoadedDatabase, type: QueryType, serial: number): Promise<void> {
  const rows = await database.rows(STATEMENTS[type], [serial]);
  if (rows.length !== 1 || rows[0]?.[0] !== serial) {
    throw new WrongAnswerError(`Query ${serial} got the answer of another query.`);
  }
}
