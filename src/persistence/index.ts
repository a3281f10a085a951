/** Postgres: candles, accounts, keys and the audit trail behind ports; nothing outside knows tables or statements. */
export { AccountStore } from './account-store.js';
export type { Account, ApiKeyRecord, KeyKind, KeyWithAccount, Page } from './account-store.js';
export { AuditLog } from './audit/audit-log.js';
export type { AuditEntry } from './audit/audit-log.js';
export { CandleStore } from './candle-store.js';
export type { BarQuery, SeriesKey, SeriesProperties, StoredSeries } from './candle-store.js';
export { DatabaseHealth } from './database-health.js';
export type { DatabaseFailure, DatabaseState } from './database-health.js';
export { Database } from './database.js';
export { migrate, revertLastMigration } from './migrate.js';
export {
  BrokenBarsError,
  BrokenRowError,
  DatabaseConnectError,
  DuplicateInStore,
  InvalidCursorError,
  NotFoundInStore,
  PoolBusyError,
  SchemaMismatchError,
  StoreConflictError,
  StoreUnavailableError,
} from './persistence.errors.js';
export { PersistenceModule } from './persistence.module.js';
export { PgBouncerCollector } from './pgbouncer/pgbouncer-collector.js';
export type { PgBouncerState } from './pgbouncer/pgbouncer-collector.js';
export { PgBouncerConsole } from './pgbouncer/pgbouncer-console.js';
export type { ConsoleRow, ConsoleSnapshot } from './pgbouncer/pgbouncer-console.js';
export { registerPgBouncerMetrics } from './pgbouncer/pgbouncer.metrics.js';
export type { PoolCounts, PoolEvent, PoolStats } from './pool/pool-event.js';
export { PoolHealth } from './pool/pool-health.js';
export type { PgBouncerHealth, PoolReport, PoolStatus } from './pool/pool-health.js';
export { poolOptions } from './pool/pool-options.js';
export type { PoolOptions } from './pool/pool-options.js';
export { registerPoolMetrics } from './pool/pool.metrics.js';
export type { PoolSource } from './pool/pool.metrics.js';
export { QueryDatabaseHealth } from './query-database-health.js';
export { assertMigrated } from './schema-check.js';
export { TypeOrmAccountStore } from './typeorm-account-store.js';
export { TypeOrmAuditLog } from './audit/typeorm-audit-log.js';
export type { AuditStats } from './audit/typeorm-audit-log.js';
export { TypeOrmCandleStore } from './typeorm-candle-store.js';
