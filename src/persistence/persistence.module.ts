import {
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { Registry } from 'prom-client';
import { AuditSettings, CandleRetentionSettings } from '../config/index.js';
import { Clock, Random } from '../kernel/index.js';
import { MetricsModule } from '../metrics/index.js';
import { AccountStore } from './accounts/account-store.js';
import { AuditLog } from './audit/audit-log.js';
import { AuditPartitions } from './audit/audit-partitions.js';
import { AuditSealer } from './audit/audit-sealer.js';
import { AuditSpool } from './audit/audit-spool.js';
import { AuditTrailModule } from './audit-trail.module.js';
import { PostgresAuditLog } from './audit/postgres-audit-log.js';
import { CandleRetention } from './candles/candle-retention.js';
import { CandleStore } from './candles/candle-store.js';
import { PostgresServerClockStore } from './clocks/postgres-server-clock-store.js';
import { ServerClockStore } from './clocks/server-clock-store.js';
import { Database } from './database/database.js';
import { DatabaseModule } from './database.module.js';
import { IdempotencyStore } from './idempotency/idempotency-store.js';
import { PostgresIdempotencyStore } from './idempotency/postgres-idempotency-store.js';
import { SymbolMappingStore } from './mappings/symbol-mapping-store.js';
import { TypeOrmSymbolMappingStore } from './mappings/typeorm-symbol-mapping-store.js';
import { StoreSchedule } from './store-schedule.js';
import { registerStoreMetrics } from './store.metrics.js';
import { TypeOrmAccountStore } from './accounts/typeorm-account-store.js';
import { TypeOrmCandleStore } from './candles/typeorm-candle-store.js';
import { TierStore } from './tiers/tier-store.js';
import { TypeOrmTierStore } from './tiers/typeorm-tier-store.js';
import { UsageStoreModule } from './usage-store.module.js';

const PORTS: Provider[] = [
  TypeOrmCandleStore,
  { provide: CandleStore, useExisting: TypeOrmCandleStore },
  { provide: AccountStore, useClass: TypeOrmAccountStore },
  { provide: TierStore, useClass: TypeOrmTierStore },
  { provide: AuditLog, useExisting: PostgresAuditLog },
  { provide: SymbolMappingStore, useClass: TypeOrmSymbolMappingStore },
  { provide: ServerClockStore, useClass: PostgresServerClockStore },
  { provide: IdempotencyStore, useClass: PostgresIdempotencyStore },
];

/** Resumes what an earlier run left on disk. */
async function openAuditLog(
  ...[database, settings, clock, random]: readonly [Database, AuditSettings, Clock, Random]
): Promise<PostgresAuditLog> {
  const logger = new Logger('Audit');
  const warn = (message: string): void => logger.warn(message);
  const { spoolDir: folder, spoolMaxBytes: maxBytes } = settings;
  const spool = new AuditSpool({ folder, database: database.name, maxBytes, now: () => clock.nowMs(), warn });
  const log = new PostgresAuditLog({ database, spool, clock, random, warn });
  await log.open();
  if (spool.rows > 0) logger.log(`Writing ${spool.rows} audit entries that an earlier run left on disk.`);
  return log;
}

const MAINTENANCE: Provider[] = [
  { provide: PostgresAuditLog, useFactory: openAuditLog, inject: [Database, AuditSettings, Clock, Random] },
  AuditSealer,
  {
    provide: AuditPartitions,
    useFactory: (database: Database, clock: Clock, { retentionMonths }: AuditSettings) =>
      new AuditPartitions(database, clock, retentionMonths),
    inject: [Database, Clock, AuditSettings],
  },
  {
    provide: CandleRetention,
    useFactory: (
      ...[database, clock, rule, bars]: readonly [Database, Clock, CandleRetentionSettings, TypeOrmCandleStore]
    ) => new CandleRetention(database, clock, rule, (seriesId) => bars.trimmed(seriesId)),
    inject: [Database, Clock, CandleRetentionSettings, TypeOrmCandleStore],
  },
  {
    provide: StoreSchedule,
    useFactory: (
      ...[clock, sealer, partitions, candles]: readonly [Clock, AuditSealer, AuditPartitions, CandleRetention]
    ) => {
      const logger = new Logger('Store');
      const log = (message: string): void => logger.log(message);
      return new StoreSchedule({ clock, sealer, partitions, candles, log, warn: (message) => logger.warn(message) });
    },
    inject: [Clock, AuditSealer, AuditPartitions, CandleRetention],
  },
];

/**
 * The stores on Postgres. Needs injectable settings of the database, the audit trail and the series. Modules that use a
 * store import this one, so that Nest closes the database after them.
 */
@Module({
  imports: [MetricsModule, DatabaseModule, AuditTrailModule, UsageStoreModule],
  providers: [...PORTS, ...MAINTENANCE],
  exports: [
    DatabaseModule,
    AuditTrailModule,
    UsageStoreModule,
    PostgresAuditLog,
    CandleStore,
    AccountStore,
    TierStore,
    AuditLog,
    IdempotencyStore,
    SymbolMappingStore,
    ServerClockStore,
  ],
})
export class PersistenceModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(PostgresAuditLog) private readonly audit: PostgresAuditLog,
    @Inject(StoreSchedule) private readonly schedule: StoreSchedule,
    @Inject(AuditSealer) sealer: AuditSealer,
    @Inject(AuditPartitions) partitions: AuditPartitions,
    @Inject(TypeOrmCandleStore) bars: TypeOrmCandleStore,
    @Inject(CandleRetention) retention: CandleRetention,
    @Inject(Registry) registry: Registry,
  ) {
    registerStoreMetrics(registry, {
      log: () => audit.stats(),
      sealer: () => sealer.stats(),
      rowsOutsidePartitions: () => partitions.rowsOutsidePartitions,
      refusedWrites: () => bars.refusedWrites,
      deletedBars: () => retention.deleted,
    });
  }

  onApplicationBootstrap(): void {
    this.schedule.start();
  }

  /** Runs before the database closes, because the audit trail still needs connections. */
  async onApplicationShutdown(): Promise<void> {
    await this.audit.close();
    await this.schedule.stop();
  }
}
