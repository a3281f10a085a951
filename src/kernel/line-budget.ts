import type { Clock } from './clock.js';

/** How often a recurring log line may be written. */
export interface LineBudgetOptions {
  /** The same key is let through once in this time, milliseconds. @default 60000 */
  readonly periodMs?: number;
  /** Keys in one period; what comes beyond them is left out. @default 100 */
  readonly maxKeys?: number;
}

interface Recurring {
  readonly sinceMs: number;
  leftOut: number;
}

/**
 * Bounds the lines of a log that outsiders can cause in any number: the same key once per period, and no more than
 * `maxKeys` different ones. What is left out is counted and said with the next line of its key.
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

  /** How many lines of `key` were left out since its last one; undefined when this one must be left out too. */
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
