import type { Clock } from '../../kernel/index.js';
import { addressGroup } from './address-list.js';
import { LruMap } from './lru-map.js';

const WINDOW_MS = 60_000;
/** Addresses that are watched; who needs more of them is not stopped by counting per address anyway. */
const CAPACITY = 10_000;

interface Failures {
  readonly untilMs: number;
  count: number;
}

/** Counts how often each address failed to show a valid key. Successes are neither counted nor ever refused. */
export class AuthFailures {
  private readonly failures = new LruMap<string, Failures>(CAPACITY);

  /** @param perMinute failures that an address is told the reason of, within a minute of the first */
  constructor(
    private readonly clock: Clock,
    private readonly perMinute: number,
  ) {}

  /** Counts one more. Gives the seconds that the address must wait when it had too many, else undefined. */
  count(address: string): number | undefined {
    const now = this.clock.monotonicMs();
    const group = addressGroup(address);
    const known = this.failures.get(group);
    if (known === undefined || known.untilMs <= now) {
      this.failures.set(group, { untilMs: now + WINDOW_MS, count: 1 });
      return undefined;
    }
    if (known.count < this.perMinute) {
      known.count++;
      return undefined;
    }
    return Math.max(1, Math.ceil((known.untilMs - now) / 1000));
  }

  /** Addresses that are watched now. */
  get size(): number {
    return this.failures.size;
  }
}
