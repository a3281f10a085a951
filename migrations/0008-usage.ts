import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Requests per account, day, operation and symbol, for bills; and the indexes that reading the audit trail needs.
 *
 * One row a day for each operation and symbol that an account used: about ten. A thousand accounts make 3.7 million
 * rows (about 500 MB with both indexes) a year, which one table carries for decades; so it has no partitions. Accounts
 * are not referenced: usage outlives its account.
 */
export class Usage1763700000008 implements MigrationInterface {
  readonly name = 'Usage1763700000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE usage_day (
        account_id text NOT NULL,
        day date NOT NULL,
        route text NOT NULL,
        symbol text NOT NULL,
        requests int8 NOT NULL,
        counted int8 NOT NULL,
        client_errors int8 NOT NULL,
        limited int8 NOT NULL,
        server_errors int8 NOT NULL,
        bytes int8 NOT NULL,
        CONSTRAINT usage_day_pkey PRIMARY KEY (account_id, day, route, symbol),
        CONSTRAINT usage_day_check CHECK (
          requests > 0 AND counted >= 0 AND client_errors >= 0 AND limited >= 0 AND server_errors >= 0 AND bytes >= 0
        )
      ) WITH (fillfactor = 80)`);
    await runner.query('CREATE INDEX usage_day_day ON usage_day (day)');
    // Ids of written batches: one whose answer was lost is sent again, and must not count twice.
    await runner.query(`
      CREATE TABLE usage_batch (
        id uuid NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT usage_batch_pkey PRIMARY KEY (id)
      )`);
    await runner.query('CREATE INDEX audit_event_id ON audit_event (id)');
    await runner.query('CREATE INDEX audit_event_actor ON audit_event (actor, at)');
    await runner.query('CREATE INDEX audit_event_action ON audit_event (action text_pattern_ops, at)');
    await runner.query('CREATE INDEX audit_event_target ON audit_event (target text_pattern_ops, at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX audit_event_id, audit_event_actor, audit_event_action, audit_event_target');
    await runner.query('DROP TABLE usage_day, usage_batch');
  }
}
