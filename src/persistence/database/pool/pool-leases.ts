import type { PoolClient } from 'pg';
import type { Clock } from '../../../kernel/index.js';
import type { CheckoutPlace } from './checkout-place.js';

interface Lease {
  readonly sinceMs: number;
  readonly place: CheckoutPlace;
  reported: boolean;
}

export interface OverdueLease {
  readonly heldMs: number;
  readonly place: CheckoutPlace;
}

/** Records for each connection in use its begin and the place that took it. */
export class PoolLeases {
  private readonly held = new Map<PoolClient, Lease>();

  constructor(private readonly clock: Clock) {}

  get count(): number {
    return this.held.size;
  }

  begin(client: PoolClient, place: CheckoutPlace): void {
    this.held.set(client, { sinceMs: this.clock.monotonicMs(), place, reported: false });
  }

  /** Time held, milliseconds; undefined when no caller held it (the pool tends its own connections). */
  end(client: PoolClient): number | undefined {
    const lease = this.held.get(client);
    this.held.delete(client);
    return lease && this.clock.monotonicMs() - lease.sinceMs;
  }

  /** Leases held longer than this, each reported once. */
  takeOverdue(limitMs: number): OverdueLease[] {
    const now = this.clock.monotonicMs();
    const overdue = [...this.held.values()].filter((lease) => !lease.reported && now - lease.sinceMs > limitMs);
    for (const lease of overdue) lease.reported = true;
    return overdue.map(({ sinceMs, place }) => ({ heldMs: now - sinceMs, place }));
  }
}
