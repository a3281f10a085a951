/** Columns of a bar in the order that `candle-rows.ts` expects. */
const COLUMNS = 'time, open, high, low, close, tick_volume, spread, real_volume';
const VALUES = ['open', 'high', 'low', 'close', 'tick_volume', 'spread', 'real_volume'];

const tuple = (table: string): string => `(${VALUES.map((column) => `${table}.${column}`).join(', ')})`;

const assignments = VALUES.map((column) => `${column} = excluded.${column}`).join(', ');

/**
 * $1 series, $2 to $9 one array for each column. Filters out known, equal bars first: ON CONFLICT alone would lock and
 * log each of them. It still guards against a concurrent insert of the same bar.
 */
export const WRITE_BARS = `
  WITH given AS (
    SELECT * FROM unnest($2::int8[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::int8[], $8::int4[],
      $9::int8[]) AS bar(${COLUMNS})
  ), changed AS (
    SELECT given.* FROM given LEFT JOIN candle ON candle.series_id = $1 AND candle.time = given.time
    WHERE candle.time IS NULL OR ${tuple('candle')} IS DISTINCT FROM ${tuple('given')}
  ), written AS (
    INSERT INTO candle (series_id, ${COLUMNS})
    SELECT $1, ${COLUMNS} FROM changed ORDER BY time
    ON CONFLICT (series_id, time) DO UPDATE SET ${assignments}
    WHERE ${tuple('candle')} IS DISTINCT FROM ${tuple('excluded')}
    RETURNING xmax = 0 AS inserted
  )
  SELECT count(*) FILTER (WHERE inserted)::int4, count(*) FILTER (WHERE NOT inserted)::int4 FROM written`;

/** $1 series, $2 from, $3 to, $4 times to keep. */
export const DELETE_OTHER_BARS = `
  DELETE FROM candle WHERE series_id = $1 AND time >= $2 AND time < $3
  AND NOT EXISTS (SELECT FROM unnest($4::int8[]) AS kept(time) WHERE kept.time = candle.time)`;

/** $1 series, $2 from, $3 to, $4 limit. */
export const READ_BARS = {
  oldest: `SELECT ${COLUMNS} FROM candle WHERE series_id = $1 AND time >= $2 AND time < $3 ORDER BY time LIMIT $4`,
  newest: `SELECT ${COLUMNS} FROM candle WHERE series_id = $1 AND time >= $2 AND time < $3 ORDER BY time DESC LIMIT $4`,
} as const;
