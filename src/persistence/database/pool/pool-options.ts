import type { DatabaseSettings } from '../../../config/index.js';

/** Sizes and time limits of the pool; durations in milliseconds. */
export interface PoolOptions {
  readonly url: string;
  readonly applicationName: string;
  /** Connections that stay open. */
  readonly size: number;
  /** Additional connections under load, closed when they are idle. */
  readonly overflow: number;
  /** Callers that may wait for a connection; the next one is refused immediately. @default no limit */
  readonly maxWaiters?: number;
  readonly checkoutTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Undefined = no limit (migrations). */
  readonly queryTimeoutMs: number | undefined;
  readonly recycleMs: number;
  /** Whether a read is repeated once when its connection turns out to be dead. @default false */
  readonly repeatReads?: boolean;
  /** Idle time after which an overflow connection closes. @default 10 seconds */
  readonly overflowIdleMs?: number;
}

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
