import pg from 'pg';
import { Emitter, type Clock, type Random, type Subscribe } from '../../../kernel/index.js';
import { CheckoutPlace } from './checkout-place.js';
import { CHECKOUT_TIMEOUT_MESSAGE } from '../database-away.js';
import { PoolBusyError } from '../persistence.errors.js';
import type { PoolCounts, PoolEvent, PoolStats } from './pool-event.js';
import { PoolLeases } from './pool-leases.js';
import type { PoolOptions } from './pool-options.js';
import { StoreClient } from './store-client.js';

const OVERFLOW_IDLE_MS = 10_000;
const KEEPALIVE_DELAY_MS = 10_000;
/** Spreads the ends of connections that were opened together over this share of the recycle age. */
const RECYCLE_SPREAD = 0.25;

type Done = (release?: unknown) => void;
type Checkout = (error: Error | undefined, client: pg.PoolClient | undefined, done: Done) => void;

/** An undeclared method of pg's pool: opens one connection for one caller, past all waiters. */
interface ConnectionMaker {
  newClient(item: { callback: Checkout }): void;
}

export interface PoolDeps {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * pg's pool with events, counters, a bounded queue of waiters and a record of every lease. It uses no session state (no
 * startup options, no named statements), so that PgBouncer may run in transaction mode.
 */
export class MeteredPool extends pg.Pool {
  private readonly events = new Emitter<PoolEvent>();
  private readonly leases: PoolLeases;
  private readonly counts: Record<PoolEvent['type'], number> = noEvents();
  private readonly invalid = new WeakSet<pg.PoolClient>();
  private lastAttemptFailed = false;
  private waitersSinceMs: number | undefined;
  /** Emits every event as it happens. Listeners must not throw. */
  readonly onEvent: Subscribe<PoolEvent> = this.events.subscribe;

  constructor(
    private readonly limits: PoolOptions,
    private readonly deps: PoolDeps,
  ) {
    super(pgOptions(limits));
    this.leases = new PoolLeases(deps.clock);
    // pg reads this once for every new connection, so each gets its own age.
    const recycleSeconds = limits.recycleMs / 1000;
    Object.defineProperty(this.options, 'maxLifetimeSeconds', {
      get: () => recycleSeconds * (1 - RECYCLE_SPREAD * deps.random.next()),
    });
    this.listen();
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Checkout): void;
  override connect(callback?: Checkout): Promise<pg.PoolClient> | void {
    const place = new CheckoutPlace();
    if (callback !== undefined) return this.checkOut(place, callback);
    return new Promise((resolve, reject) => {
      this.checkOut(place, (error, client) => (client === undefined ? reject(error!) : resolve(client)));
    });
  }

  /** Opens the connections missing to the configured size, unless the first attempt fails. Never rejects. */
  async openCore(): Promise<void> {
    const missing = this.limits.size - this.totalCount;
    if (missing <= 0 || this.ending || !(await this.openOne())) return;
    await Promise.all(Array.from({ length: missing - 1 }, () => this.openOne()));
  }

  /** Reports each lease that is held longer than this, once. */
  reportLeaks(limitMs: number): void {
    for (const overdue of this.leases.takeOverdue(limitMs)) this.report({ type: 'leak', ...overdue });
  }

  /** An immutable snapshot. */
  stats(): PoolStats {
    return Object.freeze({
      size: this.totalCount,
      checkedOut: this.totalCount - this.idleCount,
      checkedIn: this.idleCount,
      overflow: Math.max(0, this.totalCount - this.limits.size),
      waiters: this.waitingCount,
      waitingMs: this.waitersSinceMs === undefined ? 0 : this.deps.clock.monotonicMs() - this.waitersSinceMs,
      capacity: this.limits.size + this.limits.overflow,
      unreachable: this.lastAttemptFailed && this.idleCount + this.leases.count === 0,
      counts: Object.freeze({ ...this.counts }),
    });
  }

  private checkOut(place: CheckoutPlace, callback: Checkout): void {
    if (this.queueIsFull()) {
      this.report({ type: 'rejection' });
      process.nextTick(callback, new PoolBusyError(this.waitingCount), undefined, () => undefined);
      return;
    }
    const { clock } = this.deps;
    const startMs = clock.monotonicMs();
    super.connect((error, client, done) => {
      this.watchWaiters();
      if (client === undefined) this.reportFailure(error, clock.monotonicMs() - startMs);
      else {
        this.leases.begin(client, place);
        const waitMs = clock.monotonicMs() - startMs;
        (client as unknown as StoreClient).chargeWait(waitMs);
        this.report({ type: 'checkout', waitMs });
      }
      callback(error, client, done);
    });
    this.watchWaiters();
  }

  /** Callers that an idle or an additional connection will serve do not count as waiting. */
  private queueIsFull(): boolean {
    const { maxWaiters = Infinity } = this.limits;
    const room = this.limits.size + this.limits.overflow - this.totalCount;
    const served = this.idleCount + room;
    return served <= this.waitingCount && this.waitingCount - served >= maxWaiters;
  }

  private reportFailure(error: Error | undefined, waitMs: number): void {
    if (error?.message === CHECKOUT_TIMEOUT_MESSAGE) this.report({ type: 'timeout', waitMs });
    else if (error !== undefined && !this.ending) this.report({ type: 'failure', error });
  }

  private watchWaiters(): void {
    if (this.waitingCount === 0) this.waitersSinceMs = undefined;
    else this.waitersSinceMs ??= this.deps.clock.monotonicMs();
  }

  private openOne(): Promise<boolean> {
    return new Promise((resolve) => {
      const callback: Checkout = (error, client, done) => {
        if (client === undefined) this.reportFailure(error, 0);
        else done();
        resolve(client !== undefined);
      };
      (this as unknown as ConnectionMaker).newClient({ callback });
    });
  }

  private listen(): void {
    this.on('connect', () => this.report({ type: 'connect' }));
    this.on('remove', () => this.report({ type: 'disconnect' }));
    this.on('release', (error: unknown, client) => {
      const heldMs = this.leases.end(client);
      if (heldMs !== undefined) this.report({ type: 'checkin', heldMs });
      if (error || (client as unknown as StoreClient).broken) this.invalidate(client);
    });
    // A dead idle connection, which the pool has already dropped. Without a listener it would end the process.
    this.on('error', (_error, client) => this.invalidate(client));
  }

  /** Counts each connection once: a broken one may be returned and also emit its own error. */
  private invalidate(client: pg.PoolClient): void {
    if (this.invalid.has(client)) return;
    this.invalid.add(client);
    this.report({ type: 'invalidation' });
  }

  private report(event: PoolEvent): void {
    this.counts[event.type]++;
    if (event.type === 'connect') this.lastAttemptFailed = false;
    if (event.type === 'failure') this.lastAttemptFailed = true;
    this.events.emit(event);
  }
}

function noEvents(): Record<keyof PoolCounts, number> {
  return {
    connect: 0,
    disconnect: 0,
    checkout: 0,
    checkin: 0,
    timeout: 0,
    rejection: 0,
    failure: 0,
    invalidation: 0,
    leak: 0,
  };
}

function pgOptions(limits: PoolOptions): pg.PoolConfig & { connectTimeoutMs: number } {
  return {
    connectionString: limits.url,
    application_name: limits.applicationName,
    // pg-pool passes these options to its clients.
    Client: StoreClient as unknown as NonNullable<pg.PoolConfig['Client']>,
    max: limits.size + limits.overflow,
    min: limits.size,
    idleTimeoutMillis: limits.overflowIdleMs ?? OVERFLOW_IDLE_MS,
    connectionTimeoutMillis: limits.checkoutTimeoutMs,
    connectTimeoutMs: limits.connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_DELAY_MS,
    ...(limits.queryTimeoutMs === undefined ? {} : { query_timeout: limits.queryTimeoutMs }),
  };
}
