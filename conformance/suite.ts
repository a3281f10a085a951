import { Bench, type BenchTools } from './bench.js';
import type { Check } from './check.js';
import { ALL_CHECKS } from './checks/all-checks.js';
import { Finding, Skipped } from './finding.js';
import type { SuiteSettings } from './settings.js';

/** The result of one check. */
export interface CheckResult {
  readonly id: string;
  readonly promise: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Reason of a failure or skip; empty when it passed. */
  readonly reason: string;
  readonly tookMs: number;
}

/** The results of all checks. */
export interface SuiteReport {
  readonly results: readonly CheckResult[];
  /** Program of the bridge's hello; undefined when none came. */
  readonly program: string | undefined;
  readonly tookMs: number;
  readonly passed: boolean;
}

/** Options of a run of the suite. */
export interface SuiteListener {
  /** Called when the port is open. */
  readonly onListening?: (port: number) => void;
  readonly onResult?: (result: CheckResult) => void;
  /** Ends the suite before the next check. */
  readonly stop?: AbortSignal;
  /** No check begins later, milliseconds from the start. @default 15 minutes */
  readonly limitMs?: number;
  /** Ids, or groups (`rates`). @default all */
  readonly only?: readonly string[];
}

const LIMIT_MS = 15 * 60_000;

/** The checks of the given ids and groups; all when none is given. */
export function selectChecks(only: readonly string[] = []): readonly Check[] {
  if (only.length === 0) return ALL_CHECKS;
  return ALL_CHECKS.filter(({ id }) => only.some((wanted) => id === wanted || id.startsWith(`${wanted}.`)));
}

/** Listens for the bridge and tries one promise of the protocol after the other. */
export async function runSuite(
  settings: SuiteSettings,
  tools: BenchTools,
  listener: SuiteListener = {},
): Promise<SuiteReport> {
  const { clock } = tools;
  const bench = await Bench.listen(settings, tools);
  const startedAtMs = clock.monotonicMs();
  const deadlineMs = startedAtMs + (listener.limitMs ?? LIMIT_MS);
  const results: CheckResult[] = [];
  try {
    listener.onListening?.(bench.port);
    for (const check of selectChecks(listener.only)) {
      if (listener.stop?.aborted) break;
      const isLate = clock.monotonicMs() > deadlineMs;
      const result = isLate ? skip(check, 'the time for the whole suite is over') : await tryOut(check, bench);
      results.push(result);
      listener.onResult?.(result);
    }
  } finally {
    await bench.close();
  }
  const isWhole = listener.stop?.aborted !== true && results.some(({ outcome }) => outcome === 'passed');
  return {
    results,
    program: bench.program,
    tookMs: clock.monotonicMs() - startedAtMs,
    passed: isWhole && results.every(({ outcome }) => outcome !== 'failed'),
  };
}

async function tryOut(check: Check, bench: Bench): Promise<CheckResult> {
  const { id, promise } = check;
  const from = bench.clock.monotonicMs();
  const result = (outcome: CheckResult['outcome'], reason: string): CheckResult => {
    return { id, promise, outcome, reason, tookMs: bench.clock.monotonicMs() - from };
  };
  try {
    await check.run(bench);
    return result('passed', '');
  } catch (error) {
    if (error instanceof Skipped) return result('skipped', error.message);
    if (error instanceof Finding) return result('failed', error.message);
    throw error;
  }
}

function skip({ id, promise }: Check, reason: string): CheckResult {
  return { id, promise, outcome: 'skipped', reason, tookMs: 0 };
}
