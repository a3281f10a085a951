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

/** The table in which TypeORM notes the migrations that ran. */
export const MIGRATIONS_TABLE = 'schema_migration';

/** TypeORM over our own pool; nothing is found by file name, so it does not matter how the program is built. */
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
    // The application's role need not be allowed to create extensions, and none is needed.
    installExtensions: false,
    logging: false,
    // The pool counts its own errors; TypeORM would print them.
    poolErrorHandler: () => undefined,
  });
}

/** What TypeORM calls with `new`: a function that returns an object gives that object. */
function poolConstructor(pool: MeteredPool): () => MeteredPool {
  return function givenPool() {
    return pool;
  };
}
