/** Postgres: candles, accounts, keys and the audit trail behind ports; nothing outside knows tables or statements. */
export { AccountStore } from './account-store.js';
export type { Account, ApiKeyRecord, KeyKind, KeyWithAccount, Page } from './account-store.js';
export { AuditLog } from './audit-log.js';
export type { AuditEntry } from './audit-log.js';
export { CandleStore } from './candle-store.js';
export type { BarQuery, SeriesKey, SeriesProperties, StoredSeries } from './candle-store.js';
export { DatabaseHealth } from './database-health.js';
export type { DatabaseFailure, DatabaseState } from './database-health.js';
export { Database, poolOptions } from './database.js';
export type { PoolOptions, PoolStats } from './metered-pool.js';
export { migrate, revertLastMigration } from './migrate.js';
export {
  BrokenBarsError,
  BrokenRowError,
  DatabaseConnectError,
  DuplicateInStore,
  InvalidCursorError,
  NotFoundInStore,
  SchemaMismatchError,
  StoreUnavailableError,
} from './persistence.errors.js';
export { PersistenceModule } from './persistence.module.js';
export { QueryDatabaseHealth } from './query-database-health.js';
export { assertMigrated } from './schema-check.js';
export { TypeOrmAccountStore } from './typeorm-account-store.js';
export { TypeOrmAuditLog } from './typeorm-audit-log.js';
export type { AuditStats } from './typeorm-audit-log.js';
export { TypeOrmCandleStore } from './typeorm-candle-store.js';
