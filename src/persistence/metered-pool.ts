import pg from 'pg';
import type { Random } from '../kernel/index.js';
import { CHECKOUT_TIMEOUT_MESSAGE } from './database-away.js';
import { StoreClient } from './store-client.js';

/** How large the pool is and how long things may take; durations in milliseconds. */
export interface PoolOptions {
  readonly url: string;
  readonly applicationName: string;
  /** Connections kept open once they were needed. */
  readonly size: number;
  /** Further connections under load, closed after ten idle seconds. */
  readonly overflow: number;
  readonly checkoutTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Undefined = statements may take as long as they need (migrations). */
  readonly queryTimeoutMs: number | undefined;
  readonly recycleMs: number;
}

/** One snapshot of the pool: gauges first, then counters since its creation. */
export interface PoolStats {
  /** Connections that exist now. */
  readonly size: number;
  readonly checkedOut: number;
  readonly checkedIn: number;
  /** Connections above the configured size. */
  readonly overflow: number;
  /** Callers that wait for a connection. */
  readonly waiters: number;
  readonly connects: number;
  readonly disconnects: number;
  readonly checkouts: number;
  readonly checkins: number;
  /** Callers that got no connection in time. */
  readonly timeouts: number;
  /** Connections thrown away because something went wrong on them. */
  readonly invalidations: number;
}

const OVERFLOW_IDLE_MS = 10_000;
const KEEPALIVE_DELAY_MS = 10_000;
/** Connections born together die spread over this share of the recycle age. */
const RECYCLE_SPREAD = 0.25;

type Checkout = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/**
 * pg's pool with counters. Nothing in it is bound to a session (no startup options, no named statements), so that it may
 * talk to PgBouncer in transaction mode.
 */
export class MeteredPool extends pg.Pool {
  private readonly counts = { connects: 0, disconnects: 0, checkouts: 0, checkins: 0, timeouts: 0, invalidations: 0 };

  constructor(
    private readonly limits: PoolOptions,
    random: Random,
  ) {
    super(pgOptions(limits));
    // pg reads this once for every new connection, so each gets an age of its own.
    const recycleSeconds = limits.recycleMs / 1000;
    Object.defineProperty(this.options, 'maxLifetimeSeconds', {
      get: () => recycleSeconds * (1 - RECYCLE_SPREAD * random.next()),
    });
    this.count();
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Checkout): void;
  override connect(callback?: Checkout): Promise<pg.PoolClient> | void {
    if (callback === undefined) return super.connect().catch((error: unknown) => this.failCheckout(error));
    super.connect((error, client, done) => {
      if (error?.message === CHECKOUT_TIMEOUT_MESSAGE) this.counts.timeouts++;
      callback(error, client, done);
    });
  }

  /** A snapshot; it does not change afterwards. */
  stats(): PoolStats {
    return Object.freeze({
      size: this.totalCount,
      checkedOut: this.totalCount - this.idleCount,
      checkedIn: this.idleCount,
      overflow: Math.max(0, this.totalCount - this.limits.size),
      waiters: this.waitingCount,
      ...this.counts,
    });
  }

  private failCheckout(error: unknown): never {
    if (error instanceof Error && error.message === CHECKOUT_TIMEOUT_MESSAGE) this.counts.timeouts++;
    throw error;
  }

  private count(): void {
    this.on('connect', () => this.counts.connects++);
    this.on('remove', () => this.counts.disconnects++);
    this.on('acquire', () => this.counts.checkouts++);
    this.on('release', (error: unknown) => {
      this.counts.checkins++;
      if (error) this.counts.invalidations++;
    });
    // A dead idle connection. Without a listener it would end the process; the pool has already dropped it.
    this.on('error', () => this.counts.invalidations++);
  }
}

function pgOptions(limits: PoolOptions): pg.PoolConfig & { connectTimeoutMs: number } {
  return {
    connectionString: limits.url,
    application_name: limits.applicationName,
    // pg-pool makes its clients with these same options.
    Client: StoreClient as unknown as NonNullable<pg.PoolConfig['Client']>,
    max: limits.size + limits.overflow,
    min: limits.size,
    idleTimeoutMillis: OVERFLOW_IDLE_MS,
    connectionTimeoutMillis: limits.checkoutTimeoutMs,
    connectTimeoutMs: limits.connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_DELAY_MS,
    ...(limits.queryTimeoutMs === undefined ? {} : { query_timeout: limits.queryTimeoutMs }),
  };
}
