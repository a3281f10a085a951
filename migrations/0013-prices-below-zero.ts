import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Oil, spreads and rates are traded at and below zero, so a price must only be finite. For Postgres NaN is larger than
 * every number: "high is below infinity" refuses it. `down` keeps the rows, which are not checked.
 */
export class PricesBelowZero1763700000013 implements MigrationInterface {
  readonly name = 'PricesBelowZero1763700000013';

  async up(runner: QueryRunner): Promise<void> {
    await this.constrain(runner, `low > '-Infinity'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.constrain(runner, 'low > 0');
  }

  private async constrain(runner: QueryRunner, lowest: string): Promise<void> {
    await runner.query(`
      ALTER TABLE candle DROP CONSTRAINT candle_plausible, ADD CONSTRAINT candle_plausible CHECK (
        ${lowest} AND high < 'Infinity' AND low <= open AND low <= close AND open <= high AND close <= high
        AND tick_volume >= 0 AND spread >= 0 AND real_volume >= 0 AND time > 0
      ) NOT VALID`);
  }
}
