import { describePool, type PoolShape } from './pool-shape.js';

export const SCENARIOS = ['concurrent', 'burst', 'pools'] as const;
/** A way to put load on the pool. */
export type Scenario = (typeof SCENARIOS)[number];

export const QUERY_TYPES = ['simple', 'complex'] as const;
/** Weight of a statement for the server. */
export type QueryType = (typeof QUERY_TYPES)[number];

/** Target of the load: a database of the caller, or servers that exist only during the test. */
export type LoadTarget =
  { readonly kind: 'given'; readonly url: string } | { readonly kind: 'own'; readonly pgbouncer: boolean };

/** Options of one load test; durations in milliseconds. */
export interface LoadOptions {
  /** At least one, in order. */
  readonly scenarios: readonly Scenario[];
  readonly queryType: QueryType;
  readonly queries: number;
  readonly workers: number;
  readonly burst: { readonly size: number; readonly count: number; readonly intervalMs: number };
  /** For the scenarios `concurrent` and `burst`. */
  readonly pool: PoolShape;
  /** Pools of the scenario `pools`. */
  readonly pools: readonly PoolShape[];
  readonly checkoutTimeoutMs: number;
  readonly queryTimeoutMs: number;
  /** Callers that may wait for a connection. */
  readonly maxWaiters: number;
  /** Time limit of all scenarios together. */
  readonly limitMs: number;
  readonly target: LoadTarget;
  readonly json: boolean;
}

/** Options for the report, without the URL, which may hold a password. */
export function describeOptions(options: LoadOptions): Readonly<Record<string, unknown>> {
  return {
    scenarios: options.scenarios,
    query_type: options.queryType,
    queries: options.queries,
    workers: options.workers,
    burst_size: options.burst.size,
    burst_count: options.burst.count,
    burst_interval_seconds: options.burst.intervalMs / 1000,
    pool: describePool(options.pool),
    pools: options.pools.map(describePool),
    pool_timeout_seconds: options.checkoutTimeoutMs / 1000,
    query_timeout_seconds: options.queryTimeoutMs / 1000,
    max_waiters: options.maxWaiters,
    max_seconds: options.limitMs / 1000,
  };
}
