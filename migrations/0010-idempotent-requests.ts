import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers of admin writes that carried an Idempotency-Key; without an answer while the write is under way. */
export class IdempotentRequests1763700000010 implements MigrationInterface {
  readonly name = 'IdempotentRequests1763700000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotent_request (
        key_id text NOT NULL,
        idempotency_key text NOT NULL,
        fingerprint bytea NOT NULL,
        started_at timestamptz NOT NULL,
        answer text,
        CONSTRAINT idempotent_request_pkey PRIMARY KEY (key_id, idempotency_key)
      )`);
    await runner.query('CREATE INDEX idempotent_request_age ON idempotent_request (key_id, started_at)');
    await runner.query('CREATE INDEX idempotent_request_started ON idempotent_request (started_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotent_request');
  }
}
