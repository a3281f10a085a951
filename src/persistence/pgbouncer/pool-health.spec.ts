import { describe, expect, it } from '@jest/globals';
import type { PgBouncerState } from './pgbouncer-collector.js';
import type { PoolStats } from '../database/pool/pool-event.js';
import { PoolHealth } from './pool-health.js';

const COUNTS = { connect: 0, disconnect: 0, checkout: 0, checkin: 0, timeout: 0, rejection: 0, failure: 0 };

function healthOf(changes: Partial<PoolStats>, pgbouncer?: PgBouncerState) {
  const stats: PoolStats = {
    ...{ size: 5, checkedOut: 2, checkedIn: 3, overflow: 0, waiters: 0, waitingMs: 0, capacity: 15 },
    unreachable: false,
    counts: { ...COUNTS, invalidation: 0, leak: 0 },
    ...changes,
  };
  const pool = { name: 'default', database: 'mt5', stats: () => stats };
  return new PoolHealth(pool, pgbouncer && (() => pgbouncer)).report();
}

describe('pool health', () => {
  it('is what the guide shows', () => {
    expect(healthOf({})).toEqual({
      ...{ pool: 'default', status: 'healthy', size: 5, checkedOut: 2, checkedIn: 3, overflow: 0, waiters: 0 },
      ...{ utilizationPercent: 13.33, totalCapacity: 15, pgbouncer: undefined },
    });
  });

  it.each([
    [11, 0, false, 'healthy'],
    [12, 0, false, 'warning'],
    [13, 9999, false, 'warning'],
    [14, 0, false, 'critical'],
    [0, 10_000, false, 'critical'],
    [15, 60_000, true, 'error'],
  ])('with %i of 15 in use, waiters for %i ms and no connection: %s, is %s', (checkedOut, waitingMs, gone, status) => {
    expect(healthOf({ checkedOut, waitingMs, unreachable: gone }).status).toBe(status);
  });

  it('adds up only the rows of the gateway’s database', () => {
    const row = { database: 'mt5', cl_active: '2', cl_waiting: '1', sv_active: '3', sv_idle: '4', maxwait: '0' };
    const pools = [row, { ...row, maxwait: '3', maxwait_us: '250000' }, { ...row, database: 'other', maxwait: '99' }];
    const at = new Date(0);
    const state: PgBouncerState = { up: true, at, snapshot: { pools, databases: [], stats: [], lists: [] } };
    expect(healthOf({}, state).pgbouncer).toEqual({
      ...{ up: true, at, clientsActive: 4, clientsWaiting: 2, serversActive: 6, serversIdle: 8, maxwaitSeconds: 3.25 },
    });
    expect(healthOf({}, { up: false, error: 'gone' })).toMatchObject({ status: 'healthy', pgbouncer: { up: false } });
  });
});
