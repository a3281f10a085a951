import type { DataSource, EntityManager } from 'typeorm';
import { type Clock, type Random, type Subscribe } from '../../kernel/index.js';
import { connectFailure } from './connect-failure.js';
import { addressOf, connectionTarget, type ConnectionTarget } from './connection-target.js';
import { createDataSource } from './data-source.js';
import { awayReason, isConflict, isConnectionLost, isDatabaseAway } from './database-away.js';
import { MeteredPool } from './pool/metered-pool.js';
import { StoreConflictError, StoreUnavailableError } from './persistence.errors.js';
import type { PoolEvent, PoolStats } from './pool/pool-event.js';
import { PoolKeeper } from './pool/pool-keeper.js';
import type { PoolOptions } from './pool/pool-options.js';

/** Values of one row in the order of the select list. */
export type RowValues = readonly unknown[];

/**
 * The connection to Postgres that the stores of this folder share. Only this class decides when a failure means that
 * the database is away ({@link StoreUnavailableError}); every other error of a statement passes unchanged.
 */
export class Database {
  private keeper: PoolKeeper | undefined;

  private constructor(
    readonly dataSource: DataSource,
    private readonly pool: MeteredPool,
    private readonly target: ConnectionTarget,
    private readonly repeatReads: boolean,
    private readonly clock: Clock,
  ) {}

  /** @throws DatabaseConnectError with one sentence that names what to correct, never the password */
  static async connect(options: PoolOptions, random: Random, clock: Clock): Promise<Database> {
    const target = connectionTarget(options.url);
    const pool = new MeteredPool(options, { random, clock });
    const dataSource = createDataSource(pool, target.database);
    const database = new Database(dataSource, pool, target, options.repeatReads ?? false, clock);
    try {
      await dataSource.initialize();
    } catch (error) {
      if (!pool.ending) await pool.end();
      throw connectFailure(error, target);
    }
    return database;
  }

  /**
   * For long-running programs: opens the core connections, keeps them open until {@link close}, and reports connections
   * held longer than `leakAfterMs` as events.
   */
  async keepCoreOpen(leakAfterMs: number): Promise<void> {
    this.keeper ??= new PoolKeeper(this.pool, this.clock, leakAfterMs);
    await this.keeper.start();
  }

  /** Events of the connections. */
  get onPoolEvent(): Subscribe<PoolEvent> {
    return this.pool.onEvent;
  }

  get name(): string {
    return this.target.database;
  }

  /** Runs one statement; its rows are arrays, straight from the driver. */
  rows(text: string, values: readonly unknown[]): Promise<readonly RowValues[]> {
    return this.orAway(() => this.ask(text, values));
  }

  /** Runs a read-only statement and repeats it once when its connection turns out to be dead. */
  readRows(text: string, values: readonly unknown[]): Promise<readonly RowValues[]> {
    return this.orAway(() => this.repeated(() => this.ask(text, values)));
  }

  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.orAway(() => this.dataSource.transaction(work));
  }

  /** For reads through entities; `work` runs again when its connection turns out to be dead. */
  read<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.orAway(() => this.repeated(() => work(this.dataSource.manager)));
  }

  stats(): PoolStats {
    return this.pool.stats();
  }

  /** Waits for running statements, then closes every connection. */
  async close(): Promise<void> {
    await this.keeper?.stop();
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  private async ask(text: string, values: readonly unknown[]): Promise<readonly RowValues[]> {
    const client = await this.pool.connect();
    try {
      return (await client.query<unknown[]>({ text, values: [...values], rowMode: 'array' })).rows;
    } finally {
      // The pool detects a broken connection itself; an error of the statement leaves the connection usable.
      client.release();
    }
  }

  /** A live server reports a dead connection immediately, so only the statement on it is lost. */
  private async repeated<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!this.repeatReads || !isConnectionLost(error)) throw error;
      return work();
    }
  }

  private async orAway<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isConflict(error)) throw new StoreConflictError(error);
      if (!isDatabaseAway(error)) throw error;
      const reason = awayReason(error);
      throw new StoreUnavailableError(
        `The database at ${addressOf(this.target)} cannot be used right now${reason === '' ? '' : `: ${reason}`}.`,
        error,
      );
    }
  }
}
