/** Size of a pool. */
export interface PoolShape {
  /** Connections that stay open. */
  readonly size: number;
  /** Additional connections under load. */
  readonly overflow: number;
}

/** The gateway's defaults (DB_POOL_SIZE, DB_MAX_OVERFLOW, DB_POOL_TIMEOUT) with and without PgBouncer. */
export const DEFAULT_POOL = {
  pgbouncer: { size: 5, overflow: 10, checkoutTimeoutSeconds: 10 },
  direct: { size: 20, overflow: 30, checkoutTimeoutSeconds: 30 },
} as const;

/** A small, a default and a large pool. */
export const COMPARED_POOLS = '3+5,5+10,20+30';

/** Renders `5+10`. */
export function describePool({ size, overflow }: PoolShape): string {
  return `${size}+${overflow}`;
}
