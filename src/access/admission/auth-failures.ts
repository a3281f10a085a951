import type { Clock } from '../../kernel/index.js';
import { addressGroup } from '../credentials/address-list.js';
import { LruMap } from './lru-map.js';

const WINDOW_MS = 60_000;
/** Counted addresses. An attacker with more of them is not stopped by a count per address anyway. */
const CAPACITY = 10_000;

interface Failures {
  readonly untilMs: number;
  count: number;
}

/** Counts how often each address failed to show a valid key. Successes are neither counted nor ever refused. */
export class AuthFailures {
  private readonly failures = new LruMap<string, Failures>(CAPACITY);

  /** @param perMinute failures per address and minute that are answered with their reason; later ones get 429 */
  constructor(
    private readonly clock: Clock,
    private readonly perMinute: number,
  ) {}

  /** Counts one more. Returns the seconds to wait when the address had too many, else undefined. */
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

  /** Number of counted addresses. */
  get size(): number {
    return this.failures.size;
  }
}
