/** Postgres: candles, accounts, keys and the audit trail behind ports; no other folder knows tables or statements. */
export { AccountStore, MAX_RECENT_CHANGES } from './accounts/account-store.js';
export type {
  Account,
  AccountQuery,
  ApiKeyRecord,
  KeyKind,
  KeyQuery,
  KeyRotation,
  KeyState,
  KeyWithAccount,
  Page,
  RecentChange,
} from './accounts/account-store.js';
export { AuditLog } from './audit/audit-log.js';
export type { AuditEntry } from './audit/audit-log.js';
export { CandleStore } from './candles/candle-store.js';
export type { SeriesKey, SeriesProperties, StoredSeries } from './candles/candle-store.js';
export { ServerClockStore } from './clocks/server-clock-store.js';
export { DatabaseHealth } from './database/database-health.js';
export { Database } from './database/database.js';
export { IdempotencyStore } from './idempotency/idempotency-store.js';
export { SymbolMappingStore } from './mappings/symbol-mapping-store.js';
export type { MappingChange, StoredMapping } from './mappings/symbol-mapping-store.js';
export { migrate } from './database/migrate.js';
export { DuplicateInStoreError, InvalidCursorError, PoolBusyError } from './database/persistence.errors.js';
export { PersistenceModule } from './persistence.module.js';
export type { PoolEvent, PoolStats } from './database/pool/pool-event.js';
export { PoolHealth } from './pgbouncer/pool-health.js';
export type { PgBouncerHealth, PoolReport, PoolStatus } from './pgbouncer/pool-health.js';
export { poolOptions } from './database/pool/pool-options.js';
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
export { exportAuditEvents } from './audit/export-audit-events.js';
export { AuditSealer } from './audit/audit-sealer.js';
export { AuditSpool } from './audit/audit-spool.js';
export { verifyAuditChain } from './audit/verify-audit-chain.js';
export type { ChainHead } from './audit/verify-audit-chain.js';
export { readDatabaseStatistics } from './database/database-statistics.js';
export type { DatabaseStatistics } from './database/database-statistics.js';
export { PostgresAuditLog } from './audit/postgres-audit-log.js';
export { TypeOrmCandleStore } from './candles/typeorm-candle-store.js';
export { AuditTrail } from './audit/audit-trail.js';
export type { AuditQuery, AuditRecord, ChainState } from './audit/audit-trail.js';
export { AuditVerifier } from './audit/audit-verifier.js';
export type { FinishedVerification, VerifierState } from './audit/audit-verifier.js';
export { decodeKeyset, encodeKeyset } from './database/keyset-cursor.js';
export { PostgresUsageStore } from './usage/postgres-usage-store.js';
export { UsageLedger } from './usage/usage-ledger.js';
export { UsageStore } from './usage/usage-store.js';
export type { UsageDimension, UsageSum } from './usage/usage-store.js';
export type { UsageCounts } from './usage/usage-tally.js';
