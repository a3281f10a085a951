import type { Clock } from '../../kernel/index.js';

const BUCKET_MS = 5 * 60_000;
/** Buckets of a day. */
const BUCKETS = 288;

/**
 * The share of time in which a terminal was ready: since the gateway started, and over the last day. The day is kept in
 * buckets of five minutes, so that a flapping terminal costs no more memory than a stable one.
 */
export class ReadyTime {
  private readonly startedMs: number;
  private readonly buckets = new Float64Array(BUCKETS);
  /** Time up to which the buckets are right, monotonic milliseconds. */
  private untilMs: number;
  private totalMs = 0;
  private ready = false;

  constructor(private readonly clock: Clock) {
    this.startedMs = clock.monotonicMs();
    this.untilMs = this.startedMs;
  }

  /** Call it when the terminal becomes ready or stops being so. */
  set(ready: boolean): void {
    this.accrue();
    this.ready = ready;
  }

  /** Since the start, percent with two decimals; 0 at the first moment. */
  sinceStart(): number {
    this.accrue();
    return percent(this.totalMs, this.untilMs - this.startedMs);
  }

  /** Over the last 24 hours (to five minutes), or since the start if that is shorter; percent with two decimals. */
  lastDay(): number {
    this.accrue();
    const oldestMs = (bucketOf(this.untilMs) - BUCKETS + 1) * BUCKET_MS;
    const readyMs = this.buckets.reduce((sum, value) => sum + value, 0);
    return percent(readyMs, this.untilMs - Math.max(this.startedMs, oldestMs));
  }

  private accrue(): void {
    const nowMs = this.clock.monotonicMs();
    if (this.ready) this.totalMs += nowMs - this.untilMs;
    const oldest = bucketOf(nowMs) - BUCKETS + 1;
    if (bucketOf(this.untilMs) < oldest) {
      this.buckets.fill(0);
      this.untilMs = oldest * BUCKET_MS;
    }
    while (this.untilMs < nowMs) {
      const bucket = bucketOf(this.untilMs);
      const endMs = Math.min(nowMs, (bucket + 1) * BUCKET_MS);
      const index = slotOf(bucket);
      // The first moment of a bucket replaces the same time yesterday.
      if (this.untilMs === bucket * BUCKET_MS) this.buckets[index] = 0;
      if (this.ready) this.buckets[index] = (this.buckets[index] ?? 0) + (endMs - this.untilMs);
      this.untilMs = endMs;
    }
  }
}

function bucketOf(monotonicMs: number): number {
  return Math.floor(monotonicMs / BUCKET_MS);
}

/** Also right for times before the clock's zero. */
function slotOf(bucket: number): number {
  return ((bucket % BUCKETS) + BUCKETS) % BUCKETS;
}

function percent(partMs: number, wholeMs: number): number {
  return wholeMs <= 0 ? 0 : Math.round((partMs / wholeMs) * 10_000) / 100;
}
