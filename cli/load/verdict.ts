import { asMilliseconds } from '../../src/kernel/index.js';
import type { QueryType } from './load-options.js';
import type { Measured } from './recorder.js';

/** One figure and its threshold. */
export interface Check {
  readonly name: string;
  /** In the guide's form: `> 99 %`. */
  readonly threshold: string;
  /** Undefined = not measured, which is a miss. */
  readonly value: number | undefined;
  readonly passed: boolean;
}

/** Result of a run, with warnings even if it passed. */
export interface Verdict {
  readonly passed: boolean;
  readonly checks: readonly Check[];
  readonly warnings: readonly string[];
}

/** Thresholds of the pooling guide; success in percent, times in milliseconds. */
export const THRESHOLDS = { successPercent: 99, meanMs: 50, p95Ms: 100, p99Ms: 500 } as const;
/** Warning signs of the pooling guide. */
const WARNINGS = { successPercent: 95, p99Ms: 1000, timeoutShare: 0.01 } as const;

/** Compares the measurements with the guide, whose mean applies to simple queries only. */
export function judge(measured: Measured, queryType: QueryType): Verdict {
  const { duration } = measured;
  const checks = [
    {
      name: 'success rate',
      threshold: `> ${THRESHOLDS.successPercent} %`,
      value: measured.successRate * 100,
      passed: measured.successRate * 100 > THRESHOLDS.successPercent,
    },
    ...(queryType === 'simple' ? [below('mean', duration?.mean, THRESHOLDS.meanMs)] : []),
    below('p95', duration?.p95, THRESHOLDS.p95Ms),
    below('p99', duration?.p99, THRESHOLDS.p99Ms),
  ];
  return { passed: checks.every(({ passed }) => passed), checks, warnings: warningSigns(measured) };
}

function below(name: string, value: number | undefined, limitMs: number): Check {
  return { name, threshold: `< ${asMilliseconds(limitMs)}`, value, passed: value !== undefined && value < limitMs };
}

function warningSigns({ asked, successRate, duration, pool }: Measured): string[] {
  const signs: readonly (readonly [boolean, string])[] = [
    [successRate * 100 < WARNINGS.successPercent, `Fewer than ${WARNINGS.successPercent} % of the queries succeeded.`],
    [(duration?.p99 ?? 0) > WARNINGS.p99Ms, 'One query in a hundred takes longer than a second.'],
    [pool.timeouts > WARNINGS.timeoutShare * asked, 'Many callers got no connection in time: the pool is too small.'],
    [pool.isCheckoutRising, 'The wait for a connection grew: queries come faster than they are answered.'],
  ];
  return signs.filter(([isSo]) => isSo).map(([, sign]) => sign);
}
