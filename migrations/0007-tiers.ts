import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tiers as data. A tier is only marked as deleted, and a version never changes except by its withdrawal. */
export class Tiers1763700000007 implements MigrationInterface {
  readonly name = 'Tiers1763700000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tier (
        name text NOT NULL,
        rank int4 NOT NULL,
        version int4 NOT NULL,
        deleted_at timestamptz,
        CONSTRAINT tier_pkey PRIMARY KEY (name)
      )`);
    await runner.query(`
      CREATE TABLE tier_version (
        tier text NOT NULL,
        version int4 NOT NULL,
        effective_at timestamptz NOT NULL,
        symbols text[],
        timeframes text[] NOT NULL,
        per_minute int4 NOT NULL,
        per_day int4,
        concurrent int4,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        withdrawn_at timestamptz,
        CONSTRAINT tier_version_pkey PRIMARY KEY (tier, version),
        CONSTRAINT tier_version_tier_fkey FOREIGN KEY (tier) REFERENCES tier (name),
        CONSTRAINT tier_version_limits_check CHECK (per_minute > 0 AND per_day > 0 AND concurrent > 0)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE tier_version');
    await runner.query('DROP TABLE tier');
  }
}
