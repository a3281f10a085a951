import { Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Registry } from 'prom-client';
import { DatabaseSettings } from '../config/index.js';
import { Clock, Random } from '../kernel/index.js';
import { MetricsModule } from '../metrics/index.js';
import { DatabaseHealth } from './database/database-health.js';
import { Database } from './database/database.js';
import { PgBouncerCollector } from './pgbouncer/pgbouncer-collector.js';
import { PgBouncerConsole } from './pgbouncer/pgbouncer-console.js';
import { registerPgBouncerMetrics } from './pgbouncer/pgbouncer.metrics.js';
import { PoolHealth } from './pgbouncer/pool-health.js';
import { PoolLog } from './database/pool/pool-log.js';
import { poolOptions } from './database/pool/pool-options.js';
import { registerPoolMetrics } from './database/pool/pool.metrics.js';
import { QueryDatabaseHealth } from './database/query-database-health.js';
import { assertMigrated } from './database/schema-check.js';

/** Label of the gateway's only pool in metrics and answers. */
const POOL = 'default';

/** Connects when the application starts; throws when the schema is not the one of this build. */
async function connect(settings: DatabaseSettings, clock: Clock, random: Random): Promise<Database> {
  const database = await Database.connect(poolOptions(settings), random, clock);
  database.onPoolEvent(new PoolLog(POOL, settings.echoPool).write);
  try {
    await assertMigrated(database);
    await database.keepCoreOpen(settings.leakAfterMs);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/** Undefined without a PgBouncer console. */
function watchPgBouncer({ pgbouncerAdminUrl: url }: DatabaseSettings, clock: Clock): PgBouncerCollector | undefined {
  if (url === undefined) return undefined;
  const collector = new PgBouncerCollector(new PgBouncerConsole(url), clock);
  const logger = new Logger('PgBouncer');
  collector.onChange((state) => {
    if (state.up) logger.log('its console answers');
    else logger.warn(`its console does not answer, so its metrics are missing: ${state.error}`);
  });
  collector.start();
  return collector;
}

function poolHealth(database: Database, collector: PgBouncerCollector | undefined): PoolHealth {
  const pool = { name: POOL, database: database.name, stats: () => database.stats() };
  return new PoolHealth(pool, collector && (() => collector.state));
}

/** The connection to Postgres, its metrics and its health. Nest closes it after the modules that import it. */
@Module({
  imports: [MetricsModule],
  providers: [
    { provide: Database, useFactory: connect, inject: [DatabaseSettings, Clock, Random] },
    // Starts after the database, so that a gateway that cannot start leaves nothing running.
    { provide: PgBouncerCollector, useFactory: watchPgBouncer, inject: [DatabaseSettings, Clock, Database] },
    { provide: PoolHealth, useFactory: poolHealth, inject: [Database, PgBouncerCollector] },
    { provide: DatabaseHealth, useClass: QueryDatabaseHealth },
  ],
  exports: [Database, DatabaseHealth, PoolHealth],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(PgBouncerCollector) private readonly pgbouncer: PgBouncerCollector | undefined,
    @Inject(Registry) registry: Registry,
  ) {
    registerPoolMetrics(registry, POOL, database);
    if (pgbouncer !== undefined) registerPgBouncerMetrics(registry, () => pgbouncer.state);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pgbouncer?.close();
    await this.database.close();
  }
}
