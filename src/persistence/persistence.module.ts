import { Inject, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { Registry } from 'prom-client';
import { SystemClock, SystemRandom } from '../kernel/index.js';
import { MetricsModule } from '../metrics/index.js';
import { AccountStore } from './account-store.js';
import { AuditLog } from './audit/audit-log.js';
import { CandleStore } from './candle-store.js';
import { Database } from './database.js';
import { DatabaseModule } from './database.module.js';
import { registerAuditMetrics } from './persistence.metrics.js';
import { TypeOrmAccountStore } from './typeorm-account-store.js';
import { TypeOrmAuditLog } from './audit/typeorm-audit-log.js';
import { TypeOrmCandleStore } from './typeorm-candle-store.js';

const clock = new SystemClock();
const random = new SystemRandom();

const PORTS: Provider[] = [
  { provide: CandleStore, useFactory: (database: Database) => new TypeOrmCandleStore(database), inject: [Database] },
  { provide: AccountStore, useFactory: (database: Database) => new TypeOrmAccountStore(database), inject: [Database] },
  { provide: AuditLog, useExisting: TypeOrmAuditLog },
];

/**
 * The stores, connected to Postgres. Needs {@link DatabaseSettings} to be injectable. Modules that use a store import this
 * one, so that Nest closes the database after them.
 */
@Module({
  imports: [MetricsModule, DatabaseModule],
  providers: [
    {
      provide: TypeOrmAuditLog,
      useFactory: (database: Database) => new TypeOrmAuditLog(database, clock, random),
      inject: [Database],
    },
    ...PORTS,
  ],
  exports: [DatabaseModule, TypeOrmAuditLog, CandleStore, AccountStore, AuditLog],
})
export class PersistenceModule implements OnApplicationShutdown {
  constructor(
    @Inject(TypeOrmAuditLog) private readonly audit: TypeOrmAuditLog,
    @Inject(Registry) registry: Registry,
  ) {
    registerAuditMetrics(registry, () => audit.stats());
  }

  /** The audit trail needs the connections; the database closes after it. */
  async onApplicationShutdown(): Promise<void> {
    await this.audit.close();
  }
}
