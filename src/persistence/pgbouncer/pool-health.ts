import type { PgBouncerState } from './pgbouncer-collector.js';
import type { ConsoleRow } from './pgbouncer-console.js';
import { columnOf, maxwaitOf } from './pgbouncer.metrics.js';
import type { PoolStats } from '../database/pool/pool-event.js';

const WARNING_PERCENT = 75;
const CRITICAL_PERCENT = 90;
const CRITICAL_WAITING_MS = 10_000;

/**
 * `error`: no connection; `critical`: 90 % in use, or a caller has been waiting for ten seconds; `warning`: 75 % in
 * use.
 */
export type PoolStatus = 'healthy' | 'warning' | 'critical' | 'error';

/** PgBouncer's newest figures of the gateway's database, summed over its users. */
export type PgBouncerHealth =
  | {
      readonly up: true;
      readonly at: Date;
      readonly clientsActive: number;
      readonly clientsWaiting: number;
      readonly serversActive: number;
      readonly serversIdle: number;
      /** Age of the oldest waiting client, seconds. */
      readonly maxwaitSeconds: number;
    }
  | { readonly up: false; readonly error: string };

/** State of the connection pool at one moment. */
export interface PoolReport {
  readonly pool: string;
  readonly status: PoolStatus;
  readonly size: number;
  readonly checkedOut: number;
  readonly checkedIn: number;
  readonly overflow: number;
  readonly waiters: number;
  /** Connections in use as a share of the capacity; two decimals. */
  readonly utilizationPercent: number;
  readonly totalCapacity: number;
  /** Undefined without a PgBouncer console. */
  readonly pgbouncer: PgBouncerHealth | undefined;
}

/** Judges the pool from figures at hand; it sends no query and never waits. */
export class PoolHealth {
  /** @param database name of the gateway's database in PgBouncer */
  constructor(
    private readonly pool: { readonly name: string; readonly database: string; readonly stats: () => PoolStats },
    private readonly pgbouncer: (() => PgBouncerState) | undefined,
  ) {}

  report(): PoolReport {
    const stats = this.pool.stats();
    const { size, checkedOut, checkedIn, overflow, waiters, capacity } = stats;
    const utilizationPercent = Math.round((checkedOut / capacity) * 10_000) / 100;
    return {
      pool: this.pool.name,
      status: statusOf(stats, utilizationPercent),
      ...{ size, checkedOut, checkedIn, overflow, waiters, utilizationPercent },
      totalCapacity: capacity,
      pgbouncer: this.pgbouncer && this.behind(this.pgbouncer()),
    };
  }

  private behind(state: PgBouncerState): PgBouncerHealth {
    if (!state.up) return state;
    const rows = state.snapshot.pools.filter((row) => row.database === this.pool.database);
    const sum = (column: string): number => rows.reduce((total, row) => total + (columnOf(row, column) ?? 0), 0);
    return {
      up: true,
      at: state.at,
      clientsActive: sum('cl_active'),
      clientsWaiting: sum('cl_waiting'),
      serversActive: sum('sv_active'),
      serversIdle: sum('sv_idle'),
      maxwaitSeconds: Math.max(0, ...rows.map((row: ConsoleRow) => maxwaitOf(row) ?? 0)),
    };
  }
}

function statusOf({ unreachable, waitingMs }: PoolStats, utilizationPercent: number): PoolStatus {
  if (unreachable) return 'error';
  if (utilizationPercent >= CRITICAL_PERCENT || waitingMs >= CRITICAL_WAITING_MS) return 'critical';
  return utilizationPercent >= WARNING_PERCENT ? 'warning' : 'healthy';
}
