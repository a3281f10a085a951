import type { Clock } from '../kernel/index.js';

/**
 * The silence of a peer, measured by calls at regular intervals. Time in which this process itself stood still (a
 * starved host, a suspended machine) does not count, because bytes that arrived meanwhile are still unread.
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

  /** Call it for any received bytes. */
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
