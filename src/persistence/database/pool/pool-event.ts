import type { CheckoutPlace } from './checkout-place.js';

/** Events of connections and their callers; durations in milliseconds. */
export type PoolEvent =
  | { readonly type: 'connect' }
  | { readonly type: 'disconnect' }
  /** A caller got a connection after waiting. */
  | { readonly type: 'checkout'; readonly waitMs: number }
  /** A caller returned a connection after holding it. */
  | { readonly type: 'checkin'; readonly heldMs: number }
  /** A caller got no connection in time. */
  | { readonly type: 'timeout'; readonly waitMs: number }
  /** A caller was refused immediately, because too many were waiting already. */
  | { readonly type: 'rejection' }
  /** No connection could be made. */
  | { readonly type: 'failure'; readonly error: Error }
  /** A connection was discarded because it failed. */
  | { readonly type: 'invalidation' }
  /** A caller holds a connection for too long; reported once. */
  | { readonly type: 'leak'; readonly heldMs: number; readonly place: CheckoutPlace };

/** Counts by type of event. */
export type PoolCounts = Readonly<Record<PoolEvent['type'], number>>;

/** A snapshot of the pool: gauges, and counters since its creation. */
export interface PoolStats {
  /** Open connections. */
  readonly size: number;
  readonly checkedOut: number;
  readonly checkedIn: number;
  /** Connections above the configured size. */
  readonly overflow: number;
  /** Waiting callers. */
  readonly waiters: number;
  /** Time with at least one waiter without a break, milliseconds. */
  readonly waitingMs: number;
  /** Upper bound of connections: configured size plus overflow. */
  readonly capacity: number;
  /** True when the newest attempt to connect failed and no connection is left. */
  readonly unreachable: boolean;
  readonly counts: PoolCounts;
}
