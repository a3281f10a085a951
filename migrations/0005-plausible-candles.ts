import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lets the database itself refuse implausible bars, whatever writes them. For Postgres NaN is larger than every number,
 * so "high is below infinity" refuses it. Existing rows are not checked.
 */
export class PlausibleCandles1763700000005 implements MigrationInterface {
  readonly name = 'PlausibleCandles1763700000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE candle ADD CONSTRAINT candle_plausible CHECK (
        low > 0 AND high < 'Infinity' AND low <= open AND low <= close AND open <= high AND close <= high
        AND tick_volume >= 0 AND spread >= 0 AND real_volume >= 0 AND time > 0
      ) NOT VALID`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE candle DROP CONSTRAINT candle_plausible');
  }
}
