import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Operators' overrides of broker names in `config/terminals.json`. A row without a name is a removed override: it
 * stays, so that its version never decreases.
 */
export class SymbolMappings1763700000009 implements MigrationInterface {
  readonly name = 'SymbolMappings1763700000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE symbol_mapping (
        terminal_id text NOT NULL,
        symbol text NOT NULL,
        broker_name text,
        version int4 NOT NULL,
        changed_at timestamptz NOT NULL,
        changed_by text NOT NULL,
        CONSTRAINT symbol_mapping_pkey PRIMARY KEY (terminal_id, symbol)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE symbol_mapping');
  }
}
