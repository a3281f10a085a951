import type { Clock, Timer } from '../src/kernel/index.js';

/** Lets terminals start one after the other: each start takes a core for a while. */
export class StartQueue {
  private nextMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    /** Between two starts, milliseconds. */
    private readonly intervalMs: number,
  ) {}

  /** Calls back when `delayMs` are over and the turn has come. */
  enter(delayMs: number, callback: () => void): Timer {
    let timer = this.clock.after(delayMs, () => {
      const nowMs = this.clock.monotonicMs();
      const turnMs = Math.max(nowMs, this.nextMs);
      this.nextMs = turnMs + this.intervalMs;
      if (turnMs <= nowMs) return callback();
      timer = this.clock.after(turnMs - nowMs, callback);
    });
    return { cancel: () => timer.cancel() };
  }
}
