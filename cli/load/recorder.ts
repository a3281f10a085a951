import type { PoolEvent, PoolStats } from '../../src/persistence/index.js';
import { failureKind, UNFINISHED } from './failure-kind.js';
import { distribution, isRising, type Distribution } from './statistics.js';

/** What the pool did during a run. */
export interface PoolFigures {
  readonly peakCheckedOut: number;
  readonly peakOverflow: number;
  readonly peakWaiters: number;
  readonly timeouts: number;
  /** Callers refused because too many were waiting. */
  readonly rejections: number;
  readonly connects: number;
  readonly invalidations: number;
  /** How long callers waited for a connection, milliseconds. */
  readonly checkout: Distribution | undefined;
  /** Whether that wait grew in the course of the run. */
  readonly isCheckoutRising: boolean;
}

/** What was measured in a run. */
export interface Measured {
  /** Queries that were asked. */
  readonly asked: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Failed queries by kind. */
  readonly failures: Readonly<Record<string, number>>;
  /** Share of the asked ones, 0 to 1; 0 when none was asked. */
  readonly successRate: number;
  /** Of the answered queries, from asking the pool to the answer, milliseconds. */
  readonly duration: Distribution | undefined;
  readonly pool: PoolFigures;
}

/** Notes what happens to each query and to the pool. */
export class Recorder {
  private asked = 0;
  private readonly durations: number[] = [];
  private readonly waits: number[] = [];
  private readonly failures = new Map<string, number>();
  private readonly peaks = { checkedOut: 0, overflow: 0, waiters: 0 };
  private readonly counts = { timeout: 0, rejection: 0, connect: 0, invalidation: 0 };
  private isOver = false;

  /** Queries of which the end is known. */
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
    if (!this.isOver) this.durations.push(durationMs);
  }

  fail(error: unknown): void {
    if (!this.isOver) this.count(failureKind(error), 1);
  }

  /** Called at every event that changes these. */
  look({ checkedOut, checkedIn, overflow, size, capacity, waiters }: PoolStats): void {
    // Those for whom a connection is free, or may still be made, only wait for their turn in the event loop.
    const served = checkedIn + capacity - size;
    this.peaks.checkedOut = Math.max(this.peaks.checkedOut, checkedOut);
    this.peaks.overflow = Math.max(this.peaks.overflow, overflow);
    this.peaks.waiters = Math.max(this.peaks.waiters, waiters - served);
  }

  note(event: PoolEvent): void {
    if (this.isOver) return;
    if (event.type === 'checkout') this.waits.push(event.waitMs);
    else if (Object.hasOwn(this.counts, event.type)) this.counts[event.type as keyof typeof this.counts]++;
  }

  /** Nothing counts any more: queries without an end are failures. */
  finish(): Measured {
    const unfinished = this.asked - this.done;
    if (unfinished > 0) this.count(UNFINISHED, unfinished);
    this.isOver = true;
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
