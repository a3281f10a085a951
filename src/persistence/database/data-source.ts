import pg from 'pg';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/index.js';
import { AccountEntity } from '../entities/account.entity.js';
import { ApiKeyEntity } from '../entities/api-key.entity.js';
import { AuditEventEntity } from '../entities/audit-event.entity.js';
import { CandleEntity } from '../entities/candle.entity.js';
import { SeriesEntity } from '../entities/series.entity.js';
import { SymbolMappingEntity } from '../entities/symbol-mapping.entity.js';
import { TierVersionEntity } from '../entities/tier-version.entity.js';
import { TierEntity } from '../entities/tier.entity.js';
import type { MeteredPool } from './pool/metered-pool.js';

/** Table in which TypeORM records finished migrations. */
export const MIGRATIONS_TABLE = 'schema_migration';

/** TypeORM over our own pool; entities and migrations are imported, not found by file name, so any build works. */
export function createDataSource(pool: MeteredPool, database: string): DataSource {
  return new DataSource({
    type: 'postgres',
    database,
    driver: { ...pg, Pool: poolConstructor(pool) },
    entities: [
      SeriesEntity,
      CandleEntity,
      AccountEntity,
      ApiKeyEntity,
      AuditEventEntity,
      TierEntity,
      TierVersionEntity,
      SymbolMappingEntity,
    ],
    migrations: [...MIGRATIONS],
    migrationsTableName: MIGRATIONS_TABLE,
    // No extension is needed, and the application's role may lack the right to create one.
    installExtensions: false,
    logging: false,
    // The pool counts its own errors; TypeORM would print them.
    poolErrorHandler: () => undefined,
  });
}

/** TypeORM calls the result with `new`; a function that returns an object yields that object. */
function poolConstructor(pool: MeteredPool): () => MeteredPool {
  return function givenPool() {
    return pool;
  };
}
