import { printable } from '../src/kernel/index.js';
import type { CheckResult, SuiteReport } from './suite.js';

const ID_COLUMNS = 26;

/** One line of the table. */
export function resultLine({ id, outcome, reason, promise }: CheckResult): string {
  const why = outcome === 'passed' ? promise : `${promise}: ${printable(reason, 300)}`;
  return `${outcome.padEnd(8)} ${id.padEnd(ID_COLUMNS)} ${why}`;
}

/** The last line. */
export function summaryLine({ results, program, tookMs }: SuiteReport): string {
  const count = (outcome: CheckResult['outcome']) => results.filter((result) => result.outcome === outcome).length;
  const counts = `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
  const who = program === undefined ? 'no bridge introduced itself' : `"${printable(program)}"`;
  return `conformance: ${who}: ${counts} in ${(tookMs / 1000).toFixed(1)} s`;
}

/** The whole report for programs. */
export function jsonReport({ results, program, tookMs, passed }: SuiteReport): string {
  const rows = results.map(({ id, promise, outcome, reason, tookMs: ms }) => {
    return { id, promise, outcome, reason, took_ms: Math.round(ms) };
  });
  return `${JSON.stringify({ program: program ?? null, passed, took_ms: Math.round(tookMs), checks: rows }, null, 2)}\n`;
}
