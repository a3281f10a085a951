import { Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Registry } from 'prom-client';
import { AuditSettings } from '../config/index.js';
import { Clock, Random } from '../kernel/index.js';
import { MetricsModule } from '../metrics/index.js';
import { DatabaseModule } from './database.module.js';
import { Database } from './database/database.js';
import { PostgresUsageStore } from './usage/postgres-usage-store.js';
import { UsageLedger } from './usage/usage-ledger.js';
import { UsageSpool } from './usage/usage-spool.js';
import { UsageStore } from './usage/usage-store.js';
import { registerUsageMetrics } from './usage/usage.metrics.js';

/** Resumes what an earlier run left on disk, in the folder of the audit trail's spool. */
async function openLedger(
  ...[store, database, settings, clock, random]: readonly [UsageStore, Database, AuditSettings, Clock, Random]
): Promise<UsageLedger> {
  const logger = new Logger('Usage');
  const warn = (message: string): void => logger.warn(message);
  const { spoolDir: folder, spoolMaxBytes: maxBytes } = settings;
  const spool = new UsageSpool({ folder, database: database.name, maxBytes, now: () => clock.nowMs(), warn });
  const ledger = new UsageLedger({ store, spool, clock, random, warn });
  await ledger.open();
  if (spool.rows > 0) logger.log(`Writing ${spool.rows} batches of usage that an earlier run left on disk.`);
  return ledger;
}

/** Metered requests in Postgres. */
@Module({
  imports: [DatabaseModule, MetricsModule],
  providers: [
    { provide: UsageStore, useClass: PostgresUsageStore },
    { provide: UsageLedger, useFactory: openLedger, inject: [UsageStore, Database, AuditSettings, Clock, Random] },
  ],
  exports: [UsageStore, UsageLedger],
})
export class UsageStoreModule implements OnApplicationShutdown {
  constructor(
    @Inject(UsageLedger) private readonly ledger: UsageLedger,
    @Inject(Registry) registry: Registry,
  ) {
    registerUsageMetrics(registry, () => ledger.stats());
  }

  /** Runs after the last answer and before the database closes. */
  async onApplicationShutdown(): Promise<void> {
    await this.ledger.close();
  }
}
