import type { Clock } from '../kernel/index.js';

/** Upper bounds of failed authentications. */
export interface FailureLimitOptions {
  /** Failures per name within the window. */
  readonly max: number;
  readonly windowMs: number;
  /** Most remembered names; the oldest is forgotten for a new one, so memory is bounded. @default 10000 */
  readonly maxNames?: number;
}

interface Window {
  readonly endsMs: number;
  failures: number;
}

/** Counts failures per name in windows that begin with the first failure. It never refuses a success. */
export class FailureLimit {
  /** Oldest first. */
  private readonly windows = new Map<string, Window>();

  constructor(
    private readonly clock: Clock,
    private readonly options: FailureLimitOptions,
  ) {}

  get names(): number {
    return this.windows.size;
  }

  /** Counts one failure; returns how long the name is shut out, milliseconds; 0 = not yet. */
  fail(name: string): number {
    const nowMs = this.clock.monotonicMs();
    const known = this.windows.get(name);
    if (known === undefined || known.endsMs <= nowMs) {
      this.windows.delete(name);
      this.windows.set(name, { endsMs: nowMs + this.options.windowMs, failures: 1 });
      this.forgetOldest();
      return 0;
    }
    known.failures++;
    return known.failures > this.options.max ? Math.ceil(known.endsMs - nowMs) : 0;
  }

  private forgetOldest(): void {
    const [oldest] = this.windows.keys();
    if (oldest !== undefined && this.windows.size > (this.options.maxNames ?? 10_000)) this.windows.delete(oldest);
  }
}
