import { describeOptions, type LoadOptions } from './load-options.js';
import type { Run } from './load-test.js';
import type { PoolFigures } from './recorder.js';

/** Description of a load test without its figures. */
export interface ReportHead {
  /** Target of the load, without secrets. */
  readonly target: string;
  readonly machine: string;
  readonly startedAt: Date;
  readonly options: LoadOptions;
}

/** Whether every requested scenario met its thresholds. */
export function hasPassed(runs: readonly Run[]): boolean {
  return runs.length > 0 && runs.every(({ verdict }) => verdict.passed);
}

/** The report for programs; its fields are described in docs/load-testing.md. */
export function jsonReport(head: ReportHead, runs: readonly Run[]): string {
  const report = {
    version: 1,
    started_at: head.startedAt.toISOString(),
    target: head.target,
    machine: head.machine,
    options: describeOptions(head.options),
    runs: runs.map(describeRun),
    passed: hasPassed(runs),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function describeRun({ scenario, pool, ended, busyMs, measured, verdict }: Run): Readonly<Record<string, unknown>> {
  return {
    scenario,
    pool: { size: pool.size, max_overflow: pool.overflow, ...describePoolFigures(measured.pool) },
    ended,
    asked: measured.asked,
    succeeded: measured.succeeded,
    failed: measured.failed,
    failures: measured.failures,
    success_rate: measured.successRate,
    seconds: busyMs / 1000,
    queries_per_second: queriesPerSecond(measured.succeeded, busyMs),
    duration_ms: measured.duration ?? null,
    verdict: {
      ...verdict,
      checks: verdict.checks.map((check) => ({ ...check, value: check.value ?? null })),
    },
  };
}

function describePoolFigures(figures: PoolFigures): Readonly<Record<string, unknown>> {
  return {
    peak_checked_out: figures.peakCheckedOut,
    peak_overflow: figures.peakOverflow,
    peak_waiters: figures.peakWaiters,
    timeouts: figures.timeouts,
    rejections: figures.rejections,
    connects: figures.connects,
    invalidations: figures.invalidations,
    checkout_ms: figures.checkout ?? null,
    checkout_rising: figures.isCheckoutRising,
  };
}

/** Answered queries per second; 0 for no time. */
export function queriesPerSecond(succeeded: number, busyMs: number): number {
  return busyMs > 0 ? (1000 * succeeded) / busyMs : 0;
}
