import type { DatabaseSettings } from '../../../config/index.js';

/** How large the pool is and how long things may take; durations in milliseconds. */
export interface PoolOptions {
  readonly url: string;
  readonly applicationName: string;
  /** Connections kept open. */
  readonly size: number;
  /** Further connections under load, closed when they are idle. */
  readonly overflow: number;
  /** Callers that may wait for a connection; the next one is refused at once. @default no limit */
  readonly maxWaiters?: number;
  readonly checkoutTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Undefined = statements may take as long as they need (migrations). */
  readonly queryTimeoutMs: number | undefined;
  readonly recycleMs: number;
  /** Whether a read is repeated once when its connection turns out to be dead. @default false */
  readonly repeatReads?: boolean;
  /** How long an overflow connection may be idle. @default 10 seconds */
  readonly overflowIdleMs?: number;
}

/** The pool that the gateway's settings ask for. */
export function poolOptions(settings: DatabaseSettings): PoolOptions {
  return {
    url: settings.url,
    applicationName: 'mt5-gateway',
    size: settings.poolSize,
    overflow: settings.maxOverflow,
    maxWaiters: settings.maxWaiters,
    checkoutTimeoutMs: settings.poolTimeoutMs,
    connectTimeoutMs: settings.connectTimeoutMs,
    queryTimeoutMs: settings.statementTimeoutMs,
    recycleMs: settings.poolRecycleMs,
    repeatReads: settings.poolPrePing,
  };
}
