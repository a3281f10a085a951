import type { Clock } from '../kernel/index.js';

/**
 * How long a peer has been silent, measured by someone who looks at regular intervals. Time in which this process itself
 * stood still (a starved host, a suspended machine) does not count: what arrived meanwhile is still unread.
 */
export class Silence {
  private heardMs: number;
  private lookedMs: number;

  constructor(
    private readonly clock: Clock,
    private readonly lookEveryMs: number,
  ) {
    this.heardMs = clock.monotonicMs();
    this.lookedMs = this.heardMs;
  }

  /** Something arrived. */
  heard(): void {
    this.heardMs = this.clock.monotonicMs();
  }

  /** Milliseconds of silence; call it every `lookEveryMs`. */
  look(): number {
    const nowMs = this.clock.monotonicMs();
    const lateMs = nowMs - this.lookedMs - this.lookEveryMs;
    if (lateMs > this.lookEveryMs) this.heardMs = Math.min(nowMs, this.heardMs + lateMs);
    this.lookedMs = nowMs;
    return nowMs - this.heardMs;
  }
}
