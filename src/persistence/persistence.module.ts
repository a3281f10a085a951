import { Inject, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { Registry } from 'prom-client';
import { DatabaseSettings } from '../config/index.js';
import { SystemClock, SystemRandom } from '../kernel/index.js';
import { MetricsModule } from '../metrics/index.js';
import { AccountStore } from './account-store.js';
import { AuditLog } from './audit-log.js';
import { CandleStore } from './candle-store.js';
import { DatabaseHealth } from './database-health.js';
import { Database, poolOptions } from './database.js';
import { registerPersistenceMetrics } from './persistence.metrics.js';
import { QueryDatabaseHealth } from './query-database-health.js';
import { assertMigrated } from './schema-check.js';
import { TypeOrmAccountStore } from './typeorm-account-store.js';
import { TypeOrmAuditLog } from './typeorm-audit-log.js';
import { TypeOrmCandleStore } from './typeorm-candle-store.js';

const clock = new SystemClock();
const random = new SystemRandom();

/** Connects when the application starts, and refuses to start on a schema that is not the one of this build. */
async function connect(settings: DatabaseSettings): Promise<Database> {
  const database = await Database.connect(poolOptions(settings), random);
  try {
    await assertMigrated(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

const PORTS: Provider[] = [
  { provide: CandleStore, useFactory: (database: Database) => new TypeOrmCandleStore(database), inject: [Database] },
  { provide: AccountStore, useFactory: (database: Database) => new TypeOrmAccountStore(database), inject: [Database] },
  { provide: AuditLog, useExisting: TypeOrmAuditLog },
  {
    provide: DatabaseHealth,
    useFactory: (database: Database) => new QueryDatabaseHealth(database, clock),
    inject: [Database],
  },
];

/**
 * The stores, connected to Postgres. Needs {@link DatabaseSettings} to be injectable. Modules that use a store import this
 * one, so that Nest closes the database after them.
 */
@Module({
  imports: [MetricsModule],
  providers: [
    { provide: Database, useFactory: connect, inject: [DatabaseSettings] },
    {
      provide: TypeOrmAuditLog,
      useFactory: (database: Database) => new TypeOrmAuditLog(database, clock, random),
      inject: [Database],
    },
    ...PORTS,
  ],
  exports: [Database, TypeOrmAuditLog, CandleStore, AccountStore, AuditLog, DatabaseHealth],
})
export class PersistenceModule implements OnApplicationShutdown {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(TypeOrmAuditLog) private readonly audit: TypeOrmAuditLog,
    @Inject(Registry) registry: Registry,
  ) {
    registerPersistenceMetrics(registry, { pool: () => database.stats(), audit: () => audit.stats() });
  }

  /** The audit trail first: it needs the connections. */
  async onApplicationShutdown(): Promise<void> {
    await this.audit.close();
    await this.database.close();
  }
}
