import type { CheckoutPlace } from './checkout-place.js';

/** What happens to connections and to those who want one; durations in milliseconds. */
export type PoolEvent =
  | { readonly type: 'connect' }
  | { readonly type: 'disconnect' }
  /** Somebody got a connection after waiting. */
  | { readonly type: 'checkout'; readonly waitMs: number }
  /** Somebody gave a connection back after holding it. */
  | { readonly type: 'checkin'; readonly heldMs: number }
  /** Somebody got no connection in time. */
  | { readonly type: 'timeout'; readonly waitMs: number }
  /** Somebody was refused at once, because too many were waiting already. */
  | { readonly type: 'rejection' }
  /** No connection could be made. */
  | { readonly type: 'failure'; readonly error: Error }
  /** A connection was thrown away because something went wrong on it. */
  | { readonly type: 'invalidation' }
  /** Somebody holds a connection for too long; told once. */
  | { readonly type: 'leak'; readonly heldMs: number; readonly place: CheckoutPlace };

/** How often each kind of event has happened. */
export type PoolCounts = Readonly<Record<PoolEvent['type'], number>>;

/** One snapshot of the pool: gauges, and counters since its creation. */
export interface PoolStats {
  /** Connections that exist now. */
  readonly size: number;
  readonly checkedOut: number;
  readonly checkedIn: number;
  /** Connections above the configured size. */
  readonly overflow: number;
  /** Callers that wait for a connection. */
  readonly waiters: number;
  /** How long there has been at least one waiter without a break, milliseconds. */
  readonly waitingMs: number;
  /** Connections that may exist: configured size and overflow together. */
  readonly capacity: number;
  /** The newest attempt to connect failed, and no connection is left. */
  readonly unreachable: boolean;
  readonly counts: PoolCounts;
}
