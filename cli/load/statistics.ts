/** Distribution of durations, milliseconds. */
export interface Distribution {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Undefined without values. */
export function distribution(values: readonly number[]): Distribution | undefined {
  if (values.length === 0) return undefined;
  const ascending = Float64Array.from(values).sort();
  return {
    mean: mean(values),
    p50: percentile(ascending, 0.5),
    p95: percentile(ascending, 0.95),
    p99: percentile(ascending, 0.99),
    max: ascending.at(-1)!,
  };
}

/**
 * Smallest value that at least this share of all values does not exceed (nearest rank); always a measured one.
 * @param ascending sorted, at least one
 * @param share above 0, at most 1
 */
export function percentile(ascending: ArrayLike<number>, share: number): number {
  // 0.95 × 20 is a little more than 19 as a double; without the correction that would be the 20th value.
  const rank = Math.ceil(share * ascending.length - 1e-9);
  return ascending[Math.max(1, rank) - 1]!;
}

/** Arithmetic mean; NaN without values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const TREND_VALUES = 40;
const TREND_MS = 10;

/** True when later durations are clearly longer: the last quarter takes twice the first, and 10 ms more. */
export function isRising(inOrder: readonly number[]): boolean {
  if (inOrder.length < TREND_VALUES) return false;
  const quarter = Math.floor(inOrder.length / 4);
  const [first, last] = [mean(inOrder.slice(0, quarter)), mean(inOrder.slice(-quarter))];
  return last > 2 * first && last - first > TREND_MS;
}
