import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Makes the broker's name part of a series' identity: EURUSD read as `EURUSD.m` and as `EURUSD.pro` are two
 * instruments, whose bars must never share a series. `down` keeps the last opened one of several.
 */
export class SeriesByBrokerName1763700000011 implements MigrationInterface {
  readonly name = 'SeriesByBrokerName1763700000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE series DROP CONSTRAINT series_key,
        ADD CONSTRAINT series_key UNIQUE (broker_server, symbol, timeframe, broker_symbol)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      WITH older AS (
        DELETE FROM series USING series AS newer
        WHERE (series.broker_server, series.symbol, series.timeframe) = (newer.broker_server, newer.symbol, newer.timeframe)
          AND (series.opened_at, series.id) < (newer.opened_at, newer.id)
        RETURNING series.id
      )
      DELETE FROM candle USING older WHERE candle.series_id = older.id`);
    await runner.query(`
      ALTER TABLE series DROP CONSTRAINT series_key,
        ADD CONSTRAINT series_key UNIQUE (broker_server, symbol, timeframe)`);
  }
}
