import { Counter, Gauge, type Registry } from 'prom-client';
import type { PoolStats } from './metered-pool.js';
import type { AuditStats } from './typeorm-audit-log.js';

/** Where the numbers come from; asked at every scrape. */
export interface PersistenceSources {
  readonly pool: () => PoolStats;
  readonly audit: () => AuditStats;
}

/** Adds the families of the connection pool and of the audit trail to the registry. */
export function registerPersistenceMetrics(registry: Registry, { pool, audit }: PersistenceSources): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    const family: Gauge = new Gauge({ name, help, registers: [], collect: () => family.set(read()) });
    registry.registerMetric(family);
  };
  const counter = (name: string, help: string, read: () => number): void => {
    // The source counts; the family only shows.
    const show = (): void => {
      family.reset();
      family.inc(read());
    };
    const family: Counter = new Counter({ name, help, registers: [], collect: show });
    registry.registerMetric(family);
  };
  gauge('db_pool_size', 'Connections to the database that exist now.', () => pool().size);
  gauge('db_pool_checked_in', 'Connections that are free.', () => pool().checkedIn);
  gauge('db_pool_checked_out', 'Connections in use.', () => pool().checkedOut);
  gauge('db_pool_overflow', 'Connections above the configured pool size.', () => pool().overflow);
  gauge('db_pool_waiters', 'Callers that wait for a connection.', () => pool().waiters);
  counter('db_pool_connects_total', 'Connections that were made.', () => pool().connects);
  counter('db_pool_disconnects_total', 'Connections that were closed.', () => pool().disconnects);
  counter('db_pool_checkouts_total', 'Connections that were taken from the pool.', () => pool().checkouts);
  counter('db_pool_checkins_total', 'Connections that were given back.', () => pool().checkins);
  counter('db_pool_invalidations_total', 'Connections thrown away because of an error.', () => pool().invalidations);
  counter('db_pool_timeouts_total', 'Callers that got no connection in time.', () => pool().timeouts);
  gauge('mt5gw_audit_spool_rows', 'Audit entries that are not written yet.', () => audit().waiting);
  counter('mt5gw_audit_dropped_total', 'Audit entries that were lost.', () => audit().dropped);
}
