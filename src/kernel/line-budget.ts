import type { Clock } from './clock.js';

/** Bounds of the log lines that a {@link LineBudget} admits. */
export interface LineBudgetOptions {
  /** Each key is admitted once in this time, milliseconds. @default 60000 */
  readonly periodMs?: number;
  /** Different keys in one period; lines of any other key are dropped. @default 100 */
  readonly maxKeys?: number;
}

interface Recurring {
  readonly sinceMs: number;
  leftOut: number;
}

/**
 * Bounds the log lines that outsiders can cause: each key once per period, and at most `maxKeys` different keys. Dropped
 * lines are counted, and the next line of the key says how many there were.
 */
export class LineBudget {
  private readonly keys = new Map<string, Recurring>();
  private readonly periodMs: number;
  private readonly maxKeys: number;

  constructor(
    private readonly clock: Clock,
    { periodMs = 60_000, maxKeys = 100 }: LineBudgetOptions = {},
  ) {
    this.periodMs = periodMs;
    this.maxKeys = maxKeys;
  }

  /** Number of lines of `key` that were dropped since its last one; undefined when this one is dropped as well. */
  admit(key: string): number | undefined {
    const nowMs = this.clock.monotonicMs();
    const known = this.keys.get(key);
    if (known !== undefined && nowMs - known.sinceMs < this.periodMs) {
      known.leftOut++;
      return undefined;
    }
    if (known === undefined && this.keys.size >= this.maxKeys) this.forgetOld(nowMs);
    if (known === undefined && this.keys.size >= this.maxKeys) return undefined;
    this.keys.delete(key);
    this.keys.set(key, { sinceMs: nowMs, leftOut: 0 });
    return known?.leftOut ?? 0;
  }

  private forgetOld(nowMs: number): void {
    for (const [key, { sinceMs }] of this.keys) if (nowMs - sinceMs >= this.periodMs) this.keys.delete(key);
  }
}

/** `, 7 more since the last such line`, or nothing. */
export function leftOutNote(leftOut: number): string {
  return leftOut === 0 ? '' : `, ${leftOut} more since the last such line`;
}
