import type { Clock, Timer } from '../src/kernel/index.js';

/** Starts terminals one after the other, because each start takes a core for a while. */
export class StartQueue {
  private nextMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    /** Pause between two starts, milliseconds. */
    private readonly intervalMs: number,
  ) {}

  /** Calls back after `delayMs`, when the turn has come. */
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
