import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Accounts get the operator's own id and a version against lost updates. Keys get the kind `test`, allowed addresses,
 * successors and a pepper version. `changed_at` is the database's own time, by which every replica finds the changes of
 * the others.
 */
export class AccountsAndKeyLife1763700000006 implements MigrationInterface {
  readonly name = 'AccountsAndKeyLife1763700000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE account
        ADD COLUMN external_id text,
        ADD COLUMN state_reason text,
        ADD COLUMN version int NOT NULL DEFAULT 1,
        ADD COLUMN changed_at timestamptz NOT NULL DEFAULT clock_timestamp()`);
    await runner.query('CREATE UNIQUE INDEX account_external_id ON account (external_id)');
    await runner.query('CREATE INDEX account_newest ON account (created_at, id)');
    await runner.query('CREATE INDEX account_changed ON account (changed_at)');
    await runner.query(`
      ALTER TABLE api_key
        ADD COLUMN pepper_version int NOT NULL DEFAULT 1,
        ADD COLUMN allowed_addresses text[] NOT NULL DEFAULT '{}',
        ADD COLUMN replaced_by text,
        ADD COLUMN last_used_at timestamptz,
        ADD COLUMN changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        DROP CONSTRAINT api_key_kind_check,
        ADD CONSTRAINT api_key_kind_check CHECK ("kind" IN ('live', 'test', 'adm'))`);
    await runner.query('CREATE INDEX api_key_changed ON api_key (changed_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX api_key_changed');
    await runner.query(`
      ALTER TABLE api_key
        DROP CONSTRAINT api_key_kind_check,
        ADD CONSTRAINT api_key_kind_check CHECK ("kind" IN ('live', 'adm')),
        DROP COLUMN changed_at,
        DROP COLUMN last_used_at,
        DROP COLUMN replaced_by,
        DROP COLUMN allowed_addresses,
        DROP COLUMN pepper_version`);
    await runner.query('DROP INDEX account_changed');
    await runner.query('DROP INDEX account_newest');
    await runner.query(`
      ALTER TABLE account
        DROP COLUMN changed_at,
        DROP COLUMN version,
        DROP COLUMN state_reason,
        DROP COLUMN external_id`);
  }
}
