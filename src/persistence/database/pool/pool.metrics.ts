import { Histogram, type Registry } from 'prom-client';
import type { Subscribe } from '../../../kernel/index.js';
import { ScrapedFamilies } from '../../../metrics/index.js';
import type { PoolEvent, PoolStats } from './pool-event.js';

/** From a free connection to the longest allowed wait, seconds. */
const WAIT_BUCKETS = [0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** From a read of one row to a leak, seconds. */
const HELD_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Source of the numbers. */
export interface PoolSource {
  stats(): PoolStats;
  readonly onPoolEvent: Subscribe<PoolEvent>;
}

const GAUGES: readonly (readonly [string, string, (stats: PoolStats) => number])[] = [
  ['db_pool_size', 'Open connections to the database.', ({ size }) => size],
  ['db_pool_checked_in', 'Connections that are free.', ({ checkedIn }) => checkedIn],
  ['db_pool_checked_out', 'Connections in use.', ({ checkedOut }) => checkedOut],
  ['db_pool_overflow', 'Connections above the configured pool size.', ({ overflow }) => overflow],
  ['db_pool_waiters', 'Callers that wait for a connection.', ({ waiters }) => waiters],
  ['db_pool_capacity', 'Upper bound of connections: pool size and overflow.', ({ capacity }) => capacity],
];

const COUNTERS: readonly (readonly [string, string, PoolEvent['type']])[] = [
  ['db_pool_connects_total', 'Connections that were opened.', 'connect'],
  ['db_pool_disconnects_total', 'Connections that were closed.', 'disconnect'],
  ['db_pool_checkouts_total', 'Connections that were taken from the pool.', 'checkout'],
  ['db_pool_checkins_total', 'Connections that were returned to the pool.', 'checkin'],
  ['db_pool_invalidations_total', 'Connections discarded because they failed.', 'invalidation'],
  ['db_pool_timeouts_total', 'Callers that got no connection in time.', 'timeout'],
  ['db_pool_rejections_total', 'Callers refused immediately because too many were waiting.', 'rejection'],
  ['db_pool_connect_failures_total', 'Connections that could not be opened.', 'failure'],
  ['db_pool_leaks_total', 'Connections that were held too long.', 'leak'],
];

/** Adds the families `db_pool_*`, each with the label `pool`, to the registry. */
export function registerPoolMetrics(registry: Registry, pool: string, source: PoolSource): void {
  const families = new ScrapedFamilies(registry);
  for (const [name, help, read] of GAUGES) families.gauge(name, help, () => [[pool, read(source.stats())]], 'pool');
  for (const [name, help, type] of COUNTERS) {
    families.counter(name, help, () => [[pool, source.stats().counts[type]]], 'pool');
  }
  const histogram = (name: string, help: string, buckets: number[]): Histogram<'pool'> => {
    const family = new Histogram({ name, help, buckets, labelNames: ['pool'], registers: [registry] });
    family.zero({ pool });
    return family;
  };
  const waited = histogram(
    'db_pool_checkout_duration_seconds',
    'Time that callers waited for a connection, including those that got none.',
    WAIT_BUCKETS,
  );
  const held = histogram('db_pool_held_duration_seconds', 'Time that callers kept a connection.', HELD_BUCKETS);
  source.onPoolEvent((event) => {
    if (event.type === 'checkout' || event.type === 'timeout') waited.observe({ pool }, event.waitMs / 1000);
    if (event.type === 'checkin') held.observe({ pool }, event.heldMs / 1000);
  });
}
