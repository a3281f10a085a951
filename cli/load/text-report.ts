import { hasPassed, queriesPerSecond, type ReportHead } from './json-report.js';
import type { Ending, Run } from './load-test.js';
import { describePool } from './pool-shape.js';
import type { Distribution } from './statistics.js';
import type { Check } from './verdict.js';

type Column = readonly [title: string, cell: (run: Run) => string];

const COLUMNS: readonly Column[] = [
  ['scenario', ({ scenario }) => scenario],
  ['pool', ({ pool }) => describePool(pool)],
  ['queries', ({ measured }) => String(measured.asked)],
  ['success', ({ measured }) => percent(measured.successRate * 100)],
  ['mean', ({ measured }) => ms(measured.duration, 'mean')],
  ['p50', ({ measured }) => ms(measured.duration, 'p50')],
  ['p95', ({ measured }) => ms(measured.duration, 'p95')],
  ['p99', ({ measured }) => ms(measured.duration, 'p99')],
  ['max', ({ measured }) => ms(measured.duration, 'max')],
  ['queries/s', ({ measured, busyMs }) => queriesPerSecond(measured.succeeded, busyMs).toFixed(0)],
];

const POOL_COLUMNS: readonly Column[] = [
  ['scenario', ({ scenario }) => scenario],
  ['pool', ({ pool }) => describePool(pool)],
  ['checked out', ({ measured }) => String(measured.pool.peakCheckedOut)],
  ['overflow', ({ measured }) => String(measured.pool.peakOverflow)],
  ['waiters', ({ measured }) => String(measured.pool.peakWaiters)],
  ['wait p95', ({ measured }) => ms(measured.pool.checkout, 'p95')],
  ['wait p99', ({ measured }) => ms(measured.pool.checkout, 'p99')],
  ['timeouts', ({ measured }) => String(measured.pool.timeouts)],
  ['refused', ({ measured }) => String(measured.pool.rejections)],
  ['connects', ({ measured }) => String(measured.pool.connects)],
];

const ENDINGS: Readonly<Record<Exclude<Ending, 'done'>, string>> = {
  interrupted: 'stopped before its end',
  time: 'ended by --max-seconds',
};

/** The report for people. */
export function textReport(head: ReportHead, runs: readonly Run[]): string {
  const { options } = head;
  const lines = [
    `Load test of ${head.target}, ${options.queryType} queries, ${options.workers} workers`,
    `on ${head.machine}`,
    '',
    'Milliseconds of answered queries, from asking for a connection to the answer:',
    ...table(COLUMNS, runs),
    '',
    'The pool meanwhile (peaks, and the milliseconds that callers waited for a connection):',
    ...table(POOL_COLUMNS, runs),
    '',
    ...runs.flatMap(verdictLines),
    hasPassed(runs) ? 'PASSED: every threshold was met.' : failureOf(runs),
  ];
  return `${lines.join('\n')}\n`;
}

function verdictLines({ scenario, pool, ended, measured, verdict }: Run): string[] {
  const result = verdict.passed ? 'passed' : 'MISSED';
  const incomplete = ended === 'done' ? '' : `, ${ENDINGS[ended]} after ${measured.asked} queries`;
  const failures = Object.entries(measured.failures).map(([kind, count]) => `${count} ${kind}`);
  return [
    `${scenario} ${describePool(pool)}: ${result}${incomplete}`,
    ...verdict.checks.filter(({ passed }) => !passed).map((check) => `  ${miss(check)}`),
    ...(failures.length === 0 ? [] : [`  failures: ${failures.join(', ')}`]),
    ...verdict.warnings.map((warning) => `  warning: ${warning}`),
  ];
}

function miss({ name, threshold, value }: Check): string {
  const unit = threshold.endsWith('%') ? percent : (number: number) => `${number.toFixed(1)} ms`;
  return `${name} should be ${threshold}, was ${value === undefined ? 'not measured' : unit(value)}`;
}

function failureOf(runs: readonly Run[]): string {
  return runs.length === 0 ? 'MISSED: stopped before anything was measured.' : 'MISSED: see above.';
}

function table(columns: readonly Column[], runs: readonly Run[]): string[] {
  const rows = [columns.map(([title]) => title), ...runs.map((run) => columns.map(([, cell]) => cell(run)))];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index]!.length)));
  return rows.map((row) =>
    row
      .map((text, index) => (index < 2 ? text.padEnd(widths[index]!) : text.padStart(widths[index]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** Rounded down, so that 100 % means all of them. */
function percent(value: number): string {
  return `${(Math.floor(value * 100 + 1e-6) / 100).toFixed(2)} %`;
}

function ms(values: Distribution | undefined, figure: keyof Distribution): string {
  return values === undefined ? '-' : values[figure].toFixed(1);
}
