import type { PgBouncerHealth, PoolReport } from '../persistence/index.js';
import type { PgBouncerView, PoolView } from './pool.schema.js';

/** For the public: without the texts of errors, which name hosts and users. */
export function presentPool(report: PoolReport): PoolView {
  return present(report, { withErrors: false });
}

/** For admins: with the reason of PgBouncer's absence. */
export function presentPoolInFull(report: PoolReport): PoolView {
  return present(report, { withErrors: true });
}

function present(report: PoolReport, { withErrors }: { readonly withErrors: boolean }): PoolView {
  const { pgbouncer } = report;
  return {
    pool: report.pool,
    status: report.status,
    size: report.size,
    checked_out: report.checkedOut,
    checked_in: report.checkedIn,
    overflow: report.overflow,
    waiters: report.waiters,
    utilization_percent: report.utilizationPercent,
    total_capacity: report.totalCapacity,
    pgbouncer: pgbouncer === undefined ? null : presentPgBouncer(pgbouncer, withErrors),
  };
}

function presentPgBouncer(health: PgBouncerHealth, withErrors: boolean): PgBouncerView {
  if (!health.up) return withErrors ? { up: false, error: health.error } : { up: false };
  return {
    up: true,
    as_of: health.at.toISOString(),
    cl_active: health.clientsActive,
    cl_waiting: health.clientsWaiting,
    sv_active: health.serversActive,
    sv_idle: health.serversIdle,
    maxwait: health.maxwaitSeconds,
  };
}
