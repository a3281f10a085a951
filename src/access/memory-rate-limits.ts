import type { Clock } from '../kernel/index.js';
import { RateLimits, type RateState, type RateSubject, type Reservation, WINDOW_MS } from './rate-limits.js';

interface Window {
  readonly endsAtMs: number;
  used: number;
}

/** Windows that are over are swept when there are more than this many. */
const SWEEP_ABOVE = 10_000;

/**
 * Fixed windows in this process's memory; a window begins with an account's first counted request. Taking and giving
 * back never wait in between, so requests at the same time cannot exceed the quota together. A reservation holds its
 * window itself: a refund that comes after the window's end cannot make the next one larger.
 */
export class MemoryRateLimits extends RateLimits {
  private readonly windows = new Map<string, Window>();

  constructor(private readonly clock: Clock) {
    super();
  }

  override async reserve({ accountId, quota }: RateSubject): Promise<Reservation | undefined> {
    const window = this.open(accountId);
    if (window.used >= quota) return undefined;
    window.used++;
    let held = true;
    return {
      refund: async () => {
        if (held) window.used--;
        held = false;
      },
    };
  }

  override async charge({ accountId, quota }: RateSubject): Promise<void> {
    const window = this.open(accountId);
    window.used = Math.min(quota, window.used + 1);
  }

  override async state({ accountId, quota }: RateSubject): Promise<RateState> {
    const window = this.current(accountId);
    if (window === undefined) return { remaining: quota, resetMs: WINDOW_MS };
    return {
      remaining: Math.max(0, quota - window.used),
      resetMs: window.endsAtMs - this.clock.monotonicMs(),
    };
  }

  private current(accountId: string): Window | undefined {
    const window = this.windows.get(accountId);
    return window !== undefined && this.clock.monotonicMs() < window.endsAtMs ? window : undefined;
  }

  private open(accountId: string): Window {
    const current = this.current(accountId);
    if (current !== undefined) return current;
    if (this.windows.size > SWEEP_ABOVE) this.sweep();
    const window = { endsAtMs: this.clock.monotonicMs() + WINDOW_MS, used: 0 };
    this.windows.set(accountId, window);
    return window;
  }

  private sweep(): void {
    for (const accountId of this.windows.keys()) {
      if (this.current(accountId) === undefined) this.windows.delete(accountId);
    }
  }
}
