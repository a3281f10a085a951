import type { DataSource, EntityManager } from 'typeorm';
import type { DatabaseSettings } from '../config/index.js';
import type { Random } from '../kernel/index.js';
import { connectFailure } from './connect-failure.js';
import { addressOf, connectionTarget, type ConnectionTarget } from './connection-target.js';
import { createDataSource } from './data-source.js';
import { isDatabaseAway } from './database-away.js';
import { MeteredPool, type PoolOptions, type PoolStats } from './metered-pool.js';
import { StoreUnavailableError } from './persistence.errors.js';

/** One row of a statement, its values in the order of the select list. */
export type RowValues = readonly unknown[];

/**
 * The connection to Postgres that the stores of this folder share, and the only place that knows when a failure means
 * that the database is away ({@link StoreUnavailableError}); every other error of a statement passes as it is.
 */
export class Database {
  private constructor(
    readonly dataSource: DataSource,
    private readonly pool: MeteredPool,
    private readonly target: ConnectionTarget,
  ) {}

  /** @throws DatabaseConnectError with one sentence that names what to correct, never the password */
  static async connect(options: PoolOptions, random: Random): Promise<Database> {
    const target = connectionTarget(options.url);
    const pool = new MeteredPool(options, random);
    const database = new Database(createDataSource(pool, target.database), pool, target);
    try {
      await database.dataSource.initialize();
    } catch (error) {
      if (!pool.ending) await pool.end();
      throw connectFailure(error, target);
    }
    return database;
  }

  /** Runs one statement and gives its rows as arrays, straight from the driver. */
  rows(text: string, values: readonly unknown[]): Promise<readonly RowValues[]> {
    return this.orAway(async () => (await this.pool.query({ text, values: [...values], rowMode: 'array' })).rows);
  }

  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.orAway(() => this.dataSource.transaction(work));
  }

  /** For reads through entities. */
  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.orAway(() => work(this.dataSource.manager));
  }

  stats(): PoolStats {
    return this.pool.stats();
  }

  /** Waits for statements that are running, then closes every connection. */
  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  private async orAway<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      throw new StoreUnavailableError(`The database at ${addressOf(this.target)} cannot be used right now.`, error);
    }
  }
}

/** The pool that the gateway's settings ask for. */
export function poolOptions(settings: DatabaseSettings): PoolOptions {
  return {
    url: settings.url,
    applicationName: 'mt5-gateway',
    size: settings.poolSize,
    overflow: settings.maxOverflow,
    checkoutTimeoutMs: settings.poolTimeoutMs,
    connectTimeoutMs: settings.connectTimeoutMs,
    queryTimeoutMs: settings.statementTimeoutMs,
    recycleMs: settings.poolRecycleMs,
  };
}
