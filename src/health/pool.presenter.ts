import type { PgBouncerHealth, PoolReport } from '../persistence/index.js';

/** The connection pool as `/health/ready` and the admin route show it. */
export interface PoolView {
  readonly pool: string;
  readonly status: PoolReport['status'];
  readonly size: number;
  readonly checked_out: number;
  readonly checked_in: number;
  readonly overflow: number;
  readonly waiters: number;
  readonly utilization_percent: number;
  readonly total_capacity: number;
  /** Null when there is no PgBouncer. */
  readonly pgbouncer: PgBouncerView | null;
}

/** PgBouncer as it answered the last time it was asked. */
export type PgBouncerView =
  | {
      readonly up: true;
      /** ISO 8601 in UTC: when it answered. */
      readonly as_of: string;
      readonly cl_active: number;
      readonly cl_waiting: number;
      readonly sv_active: number;
      readonly sv_idle: number;
      /** Age of the oldest waiting client, seconds. */
      readonly maxwait: number;
    }
  | { readonly up: false; readonly error?: string };

/** For readers of any kind: without the text of errors, which names hosts and users. */
export function presentPool(report: PoolReport): PoolView {
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
    pgbouncer: pgbouncer === undefined ? null : presentPgBouncer(pgbouncer),
  };
}

/** For admins: with the reason why PgBouncer is away. */
export function presentPoolInFull(report: PoolReport): PoolView {
  const { pgbouncer } = report;
  const view = presentPool(report);
  return pgbouncer?.up === false ? { ...view, pgbouncer: { up: false, error: pgbouncer.error } } : view;
}

function presentPgBouncer(health: PgBouncerHealth): PgBouncerView {
  if (!health.up) return { up: false };
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
