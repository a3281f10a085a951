import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts and their keys, without secrets. */
export class AccountsAndKeys1763700000002 implements MigrationInterface {
  readonly name = 'AccountsAndKeys1763700000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE account (
        id text NOT NULL,
        name text NOT NULL,
        tier text NOT NULL,
        state text NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT account_pkey PRIMARY KEY (id),
        CONSTRAINT account_state_check CHECK ("state" IN ('active', 'suspended'))
      )`);
    await runner.query(`
      CREATE TABLE api_key (
        id text NOT NULL,
        account_id text NOT NULL,
        kind text NOT NULL,
        name text NOT NULL,
        secret_hash bytea NOT NULL,
        last4 text NOT NULL,
        scopes text[] NOT NULL,
        created_at timestamptz NOT NULL,
        not_before timestamptz,
        expires_at timestamptz,
        revoked_at timestamptz,
        revoked_reason text,
        CONSTRAINT api_key_pkey PRIMARY KEY (id),
        CONSTRAINT api_key_kind_check CHECK ("kind" IN ('live', 'adm')),
        CONSTRAINT api_key_account_id_fkey FOREIGN KEY (account_id) REFERENCES account (id)
      )`);
    await runner.query('CREATE INDEX api_key_newest ON api_key (created_at, id)');
    await runner.query('CREATE INDEX api_key_account ON api_key (account_id, created_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE api_key');
    await runner.query('DROP TABLE account');
  }
}
