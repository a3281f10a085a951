import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The broker's name is part of what a series is: EURUSD read as `EURUSD.m` and as `EURUSD.pro` are two instruments, and
 * their bars must never stand in one series. Going back keeps, of several, the one opened last.
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
