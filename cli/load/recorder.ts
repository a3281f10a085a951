import type { PoolEvent, PoolStats } from '../../src/persistence/index.js';
import { failureKind, UNFINISHED } from './failure-kind.js';
import { distribution, isRising, type Distribution } from './statistics.js';

/** Figures of the pool during a run. */
export interface PoolFigures {
  readonly peakCheckedOut: number;
  readonly peakOverflow: number;
  readonly peakWaiters: number;
  readonly timeouts: number;
  /** Refused callers, because too many were waiting. */
  readonly rejections: number;
  readonly connects: number;
  readonly invalidations: number;
  /** Waiting times for a connection, milliseconds. */
  readonly checkout: Distribution | undefined;
  /** Whether that wait grew during the run. */
  readonly isCheckoutRising: boolean;
}

/** Measurements of a run. */
export interface Measured {
  /** Sent queries. */
  readonly asked: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Failed queries by kind. */
  readonly failures: Readonly<Record<string, number>>;
  /** Share of the sent queries, 0 to 1; 0 for none. */
  readonly successRate: number;
  /** Times of answered queries, from asking the pool to the answer, milliseconds. */
  readonly duration: Distribution | undefined;
  readonly pool: PoolFigures;
}

/** Records the fate of each query and the events of the pool. */
export class Recorder {
  private asked = 0;
  private readonly durations: number[] = [];
  private readonly waits: number[] = [];
  private readonly failures = new Map<string, number>();
  private readonly peaks = { checkedOut: 0, overflow: 0, waiters: 0 };
  private readonly counts = { timeout: 0, rejection: 0, connect: 0, invalidation: 0 };
  private isFinished = false;

  /** Finished queries. */
  get done(): number {
    return this.durations.length + this.failed;
  }

  get failed(): number {
    return [...this.failures.values()].reduce((sum, count) => sum + count, 0);
  }

  begin(): void {
    this.asked++;
  }

  succeed(durationMs: number): void {
    if (!this.isFinished) this.durations.push(durationMs);
  }

  fail(error: unknown): void {
    if (!this.isFinished) this.count(failureKind(error), 1);
  }

  /** Called at every event of the pool. */
  look({ checkedOut, checkedIn, overflow, size, capacity, waiters }: PoolStats): void {
    // Callers with a free or a possible connection only wait for the event loop.
    const served = checkedIn + capacity - size;
    this.peaks.checkedOut = Math.max(this.peaks.checkedOut, checkedOut);
    this.peaks.overflow = Math.max(this.peaks.overflow, overflow);
    this.peaks.waiters = Math.max(this.peaks.waiters, waiters - served);
  }

  note(event: PoolEvent): void {
    if (this.isFinished) return;
    if (event.type === 'checkout') this.waits.push(event.waitMs);
    else if (Object.hasOwn(this.counts, event.type)) this.counts[event.type as keyof typeof this.counts]++;
  }

  /** Stops counting; unfinished queries are failures. */
  finish(): Measured {
    const unfinished = this.asked - this.done;
    if (unfinished > 0) this.count(UNFINISHED, unfinished);
    this.isFinished = true;
    const { asked, failed } = this;
    const succeeded = this.durations.length;
    return {
      asked,
      succeeded,
      failed,
      failures: Object.fromEntries([...this.failures].sort(([, a], [, b]) => b - a)),
      successRate: asked === 0 ? 0 : succeeded / asked,
      duration: distribution(this.durations),
      pool: {
        peakCheckedOut: this.peaks.checkedOut,
        peakOverflow: this.peaks.overflow,
        peakWaiters: this.peaks.waiters,
        timeouts: this.counts.timeout,
        rejections: this.counts.rejection,
        connects: this.counts.connect,
        invalidations: this.counts.invalidation,
        checkout: distribution(this.waits),
        isCheckoutRising: isRising(this.waits),
      },
    };
  }

  private count(kind: string, howMany: number): void {
    this.failures.set(kind, (this.failures.get(kind) ?? 0) + howMany);
  }
}
