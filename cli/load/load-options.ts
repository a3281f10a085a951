import { describePool, type PoolShape } from './pool-shape.js';

export const SCENARIOS = ['concurrent', 'burst', 'pools'] as const;
/** A way of putting load on the pool. */
export type Scenario = (typeof SCENARIOS)[number];

export const QUERY_TYPES = ['simple', 'complex'] as const;
/** How much work a statement is for the server. */
export type QueryType = (typeof QUERY_TYPES)[number];

/** Where the load goes: a database of the caller, or servers that are started for the test and removed with it. */
export type LoadTarget =
  { readonly kind: 'given'; readonly url: string } | { readonly kind: 'own'; readonly pgbouncer: boolean };

/** What one load test does; durations in milliseconds. */
export interface LoadOptions {
  /** In this order, at least one. */
  readonly scenarios: readonly Scenario[];
  readonly queryType: QueryType;
  readonly queries: number;
  readonly workers: number;
  readonly burst: { readonly size: number; readonly count: number; readonly intervalMs: number };
  /** Of the scenarios `concurrent` and `burst`. */
  readonly pool: PoolShape;
  /** What the scenario `pools` compares. */
  readonly pools: readonly PoolShape[];
  readonly checkoutTimeoutMs: number;
  readonly queryTimeoutMs: number;
  /** Callers that may wait for a connection. */
  readonly maxWaiters: number;
  /** Longest time for all scenarios together. */
  readonly limitMs: number;
  readonly target: LoadTarget;
  readonly json: boolean;
}

/** The options as the report shows them: without the URL, in which a password may stand. */
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
