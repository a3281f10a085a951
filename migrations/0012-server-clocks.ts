import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Observations of the clock of every broker's server: the offsets from UTC that its terminals reported, and the hours
 * around weekends in which its currencies stopped and started to quote. Times are server seconds. The offset of a
 * series may be unknown from now on; `down` turns unknown into 0.
 */
export class ServerClocks1763700000012 implements MigrationInterface {
  readonly name = 'ServerClocks1763700000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE server_offset (
        broker_server text NOT NULL,
        seen_from int8 NOT NULL,
        seen_to int8 NOT NULL,
        offset_seconds int4 NOT NULL,
        CONSTRAINT server_offset_pkey PRIMARY KEY (broker_server, seen_from),
        CONSTRAINT server_offset_order CHECK (seen_to >= seen_from)
      )`);
    await runner.query(`
      CREATE TABLE server_weekend (
        broker_server text NOT NULL,
        saturday int8 NOT NULL,
        last_hour int8 NOT NULL,
        first_hour int8 NOT NULL,
        CONSTRAINT server_weekend_pkey PRIMARY KEY (broker_server, saturday),
        CONSTRAINT server_weekend_order CHECK (first_hour > last_hour)
      )`);
    await runner.query('ALTER TABLE series ALTER COLUMN utc_offset_seconds DROP NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE series SET utc_offset_seconds = 0 WHERE utc_offset_seconds IS NULL');
    await runner.query('ALTER TABLE series ALTER COLUMN utc_offset_seconds SET NOT NULL');
    await runner.query('DROP TABLE server_weekend');
    await runner.query('DROP TABLE server_offset');
  }
}
