import type { Clock } from './clock.js';

/** Passes the first event of a period and holds back the others, so that a loop does not flood logs and lists. */
export class Damper {
  private openAtMs = Number.NEGATIVE_INFINITY;
  private held = 0;

  constructor(
    private readonly clock: Clock,
    private readonly periodMs: number,
  ) {}

  /** Number of events since the last one that passed, this one included; undefined when this one is held back. */
  pass(): number | undefined {
    this.held++;
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.openAtMs) return undefined;
    const count = this.held;
    this.held = 0;
    this.openAtMs = nowMs + this.periodMs;
    return count;
  }
}
