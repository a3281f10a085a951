import { Clock, type Timer } from '../../src/kernel/index.js';

interface Due {
  atMs: number;
  readonly periodMs: number | undefined;
  readonly callback: () => void;
}

/** A clock that stands still until the test moves it. Callbacks run in time order, inside {@link advance}. */
export class ManualClock extends Clock {
  private elapsedMs = 0;
  private readonly due = new Set<Due>();

  constructor(private startMs = Date.UTC(2026, 0, 5, 12)) {
    super();
  }

  nowMs(): number {
    return this.startMs + this.elapsedMs;
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  after(delayMs: number, callback: () => void): Timer {
    return this.add({ atMs: this.elapsedMs + Math.max(0, delayMs), periodMs: undefined, callback });
  }

  every(periodMs: number, callback: () => void): Timer {
    return this.add({ atMs: this.elapsedMs + periodMs, periodMs, callback });
  }

  /** Timers that are still waiting; a clean component leaves none. */
  get pendingTimers(): number {
    return this.due.size;
  }

  /** Sets the wall clock forward or back without letting time pass (as an operator or NTP would). */
  jumpWallClock(byMs: number): void {
    this.startMs += byMs;
  }

  /** Lets time pass and runs what falls due. */
  advance(byMs: number): void {
    const untilMs = this.elapsedMs + byMs;
    for (;;) {
      const next = [...this.due].filter((due) => due.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.elapsedMs = Math.max(this.elapsedMs, next.atMs);
      if (next.periodMs === undefined) this.due.delete(next);
      else next.atMs = this.elapsedMs + next.periodMs;
      next.callback();
    }
    this.elapsedMs = untilMs;
  }

  /** Lets time pass in which this process stood still: what fell due meanwhile runs late and once, at the end. */
  sleep(byMs: number): void {
    this.elapsedMs += byMs;
    this.advance(0);
  }

  /** Like {@link advance}, in small steps, letting promises settle after each. */
  async advanceAsync(byMs: number, stepMs = byMs): Promise<void> {
    for (let leftMs = byMs; leftMs > 0; leftMs -= stepMs) {
      this.advance(Math.min(stepMs, leftMs));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private add(due: Due): Timer {
    this.due.add(due);
    return { cancel: () => this.due.delete(due) };
  }
}
