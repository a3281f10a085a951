/** Postgres: candles, accounts, keys and the audit trail behind ports; nothing outside knows tables or statements. */
export { AccountStore, MOST_RECENT_CHANGES } from './accounts/account-store.js';
export type {
  Account,
  AccountChange,
  AccountQuery,
  ApiKeyRecord,
  KeyKind,
  KeyQuery,
  KeyRevocation,
  KeyRotation,
  KeyState,
  KeyWithAccount,
  Page,
  RecentChange,
  RotatedKey,
} from './accounts/account-store.js';
export { AuditLog } from './audit/audit-log.js';
export type { AuditEntry } from './audit/audit-log.js';
export { CandleStore } from './candles/candle-store.js';
export type { BarQuery, SeriesKey, SeriesProperties, StoredSeries } from './candles/candle-store.js';
export { PostgresServerClockStore } from './clocks/postgres-server-clock-store.js';
export { ServerClockStore } from './clocks/server-clock-store.js';
export { DatabaseHealth } from './database/database-health.js';
export type { DatabaseFailure, DatabaseState } from './database/database-health.js';
export { Database } from './database/database.js';
export type { RowValues } from './database/database.js';
export { IdempotencyStore } from './idempotency/idempotency-store.js';
export type { Claim, IdempotentRequest } from './idempotency/idempotency-store.js';
export { SymbolMappingStore } from './mappings/symbol-mapping-store.js';
export type { MappingChange, MappingKey, StoredMapping } from './mappings/symbol-mapping-store.js';
export { TypeOrmSymbolMappingStore } from './mappings/typeorm-symbol-mapping-store.js';
export { migrate, revertLastMigration } from './database/migrate.js';
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
} from './database/persistence.errors.js';
export { PersistenceModule } from './persistence.module.js';
export { PgBouncerCollector } from './pgbouncer/pgbouncer-collector.js';
export type { PgBouncerState } from './pgbouncer/pgbouncer-collector.js';
export { PgBouncerConsole } from './pgbouncer/pgbouncer-console.js';
export type { ConsoleRow, ConsoleSnapshot } from './pgbouncer/pgbouncer-console.js';
export { registerPgBouncerMetrics } from './pgbouncer/pgbouncer.metrics.js';
export type { PoolCounts, PoolEvent, PoolStats } from './database/pool/pool-event.js';
export { PoolHealth } from './pgbouncer/pool-health.js';
export type { PgBouncerHealth, PoolReport, PoolStatus } from './pgbouncer/pool-health.js';
export { poolOptions } from './database/pool/pool-options.js';
export type { PoolOptions } from './database/pool/pool-options.js';
export { registerPoolMetrics } from './database/pool/pool.metrics.js';
export type { PoolSource } from './database/pool/pool.metrics.js';
export { QueryDatabaseHealth } from './database/query-database-health.js';
export { assertMigrated } from './database/schema-check.js';
export { TierStore } from './tiers/tier-store.js';
export type {
  StoredTier,
  TierAccounts,
  TierChange,
  TierContent,
  TierSituation,
  TierVersion,
} from './tiers/tier-store.js';
export { TypeOrmTierStore } from './tiers/typeorm-tier-store.js';
export { TypeOrmAccountStore } from './accounts/typeorm-account-store.js';
export { readAnchors } from './audit/audit-anchors.js';
export type { AuditAnchor } from './audit/audit-anchors.js';
export { GENESIS, linkHash } from './audit/audit-chain.js';
export type { ChainedRow } from './audit/audit-chain.js';
export { exportAuditEvents } from './audit/export-audit-events.js';
export type { ExportedAuditEvent } from './audit/export-audit-events.js';
export { AuditPartitions } from './audit/audit-partitions.js';
export type { PartitionRound } from './audit/audit-partitions.js';
export { AuditSealer } from './audit/audit-sealer.js';
export type { SealerStats } from './audit/audit-sealer.js';
export { AuditSpool } from './audit/audit-spool.js';
export type { SpoolOptions } from './spool/line-spool.js';
export { AuditChainError } from './audit/audit.errors.js';
export { verifyAuditChain } from './audit/verify-audit-chain.js';
export type { ChainFault, ChainHead, ChainReport, UnsealedRows, VerifyOptions } from './audit/verify-audit-chain.js';
export { CandleRetention } from './candles/candle-retention.js';
export { readDatabaseStatistics } from './database/database-statistics.js';
export type { DatabaseStatistics, SeriesStatistics, TableStatistics } from './database/database-statistics.js';
export { SqlIdempotencyStore } from './idempotency/sql-idempotency-store.js';
export { StoreSchedule } from './store-schedule.js';
export type { StoreScheduleParts } from './store-schedule.js';
export { PostgresAuditLog } from './audit/postgres-audit-log.js';
export type { AuditLogDeps, AuditStats } from './audit/postgres-audit-log.js';
export { TypeOrmCandleStore } from './candles/typeorm-candle-store.js';
export { AuditTrail } from './audit/audit-trail.js';
export type { AuditPage, AuditQuery, AuditRecord, ChainState } from './audit/audit-trail.js';
export { AuditVerifier } from './audit/audit-verifier.js';
export type { AuditVerifierParts, FinishedVerification, VerifierState } from './audit/audit-verifier.js';
export { SqlAuditTrail } from './audit/sql-audit-trail.js';
export { decodeKeyset, encodeKeyset } from './database/keyset-cursor.js';
export { TypeOrmUsageStore } from './usage/typeorm-usage-store.js';
export { UsageLedger } from './usage/usage-ledger.js';
export type { UsageLedgerDeps, UsageStats } from './usage/usage-ledger.js';
export { UsageSpool } from './usage/usage-spool.js';
export { UsageStore } from './usage/usage-store.js';
export type { UsageBatch, UsageDimension, UsageQuery, UsageSum } from './usage/usage-store.js';
export type { Use, UsageCounts, UsageRow } from './usage/usage-tally.js';
export { UsageRefusedError } from './usage/usage.errors.js';
