import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { QuotaExceededError } from '../../src/access/limits/limits.errors.js';
import { TooManyFailuresError, KeyRefusedError } from '../../src/access/credentials/keys.errors.js';
import { RequestTimeoutError } from '../../src/bridge/bridge.errors.js';
import { PoolLog } from '../../src/persistence/database/pool/pool-log.js';
import { TerminalTimeoutError } from '../../src/terminals/terminals.errors.js';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['src', 'agent', 'simulator', 'conformance', 'cli', 'tools', 'embedded-postgres', 'mql5-harness'];
/** Give text without the noise of floating point. */
const FORMATTERS = /^(?:asMilliseconds|asSeconds|asDecimal|counted|Math\.(?:round|floor|ceil)|.*\.toFixed)$/s;
/** Names of quantities that clocks, divisions or settings give, so that they can have any number of decimals. */
const MEASURED = /(?:Ms|Seconds|Minutes|Hours|Percent|Ratio|Micros|Mb|seconds|minutes|percent)$/;
/** What follows a quantity in a text. */
const UNIT = /^\s(?:ms|s|min|h|seconds?|minutes?|hours?|days?|MB|GB|MiB|GiB|%|percent)(?![A-Za-z])/;
/** A named constant is written by hand. */
const CONSTANT = /^(?:\w+\.)?[A-Z][A-Z0-9_]*(?:\.\w+)?$/;
/** A span of whole numbers that no person reads: a header. */
const EXCEPTIONS = new Set(['src/http/answers/data-answer.interceptor.ts: maxAgeSeconds']);

/** Places where a template puts a measured number into its text without a formatter. */
function offenders(file: string, source: string): string[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateSpan(node) && isMeasured(node) && !EXCEPTIONS.has(`${file}: ${node.expression.getText()}`)) {
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${file}:${line + 1} ${node.expression.getText()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function isMeasured({ expression, literal }: ts.TemplateSpan): boolean {
  if (isFormatted(expression) || CONSTANT.test(expression.getText())) return false;
  return UNIT.test(literal.text) || namesQuantity(expression);
}

function isFormatted(expression: ts.Expression): boolean {
  if (ts.isStringLiteralLike(expression)) return true;
  if (ts.isConditionalExpression(expression)) {
    return isFormatted(expression.whenTrue) && isFormatted(expression.whenFalse);
  }
  return ts.isCallExpression(expression) && FORMATTERS.test(expression.expression.getText());
}

/** Whether the value of the expression is such a quantity, or is computed from one. */
function namesQuantity(expression: ts.Expression): boolean {
  if (ts.isIdentifier(expression)) return MEASURED.test(expression.text);
  if (ts.isPropertyAccessExpression(expression)) return MEASURED.test(expression.name.text);
  if (ts.isBinaryExpression(expression)) return namesQuantity(expression.left) || namesQuantity(expression.right);
  if (ts.isParenthesizedExpression(expression)) return namesQuantity(expression.expression);
  // What another function makes of it is its own affair.
  return ts.isCallExpression(expression) && expression.expression.getText().startsWith('Math.')
    ? expression.arguments.some(namesQuantity)
    : false;
}

function sourceFiles(): string[] {
  return FOLDERS.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

/** Documents of the repository that code may name. */
const DOCUMENTS = new Set(
  ['.', 'docs', 'docs/adr', 'mql5', 'mql5-harness', 'bridges', 'bench', 'docker', 'conformance', 'simulator']
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) => readdirSync(join(ROOT, folder)))
    .filter((name) => name.endsWith('.md')),
);

/** Documents that a text names and that no reader of the repository has. */
function missingDocuments(text: string): string[] {
  const files = [...text.matchAll(/([\w-]+\.md)\b/g)].map(([, name]) => name!);
  const titles = [...text.matchAll(/\b(?:DESIGN|HOUSE|STYLE|LANGUAGE) (?:section|decision|part) \d+/g)].map(
    ([title]) => title,
  );
  return [...files.filter((name) => !DOCUMENTS.has(name)), ...titles];
}

describe('texts of the program', () => {
  it('name no document that a reader of the repository does not have', () => {
    const missing = sourceFiles().flatMap((file) =>
      missingDocuments(readFileSync(join(ROOT, file), 'utf8')).map((name) => `${file}: ${name}`),
    );
    expect(missing).toEqual([]);
    expect(missingDocuments('As in api.md; see DESIGN section 4 and docs/engine.md.')).toEqual([
      'api.md',
      'DESIGN section 4',
    ]);
  });

  it('put no measured number into a message without a formatter', () => {
    const files = sourceFiles();
    expect(files.length).toBeGreaterThan(500);
    expect(files.flatMap((file) => offenders(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });

  it.each([
    '`did not answer within ${timeoutMs} ms`',
    '`no bytes for ${this.link.silentMs} ms`',
    '`again in ${retryInMs}`',
    '`again in ${limits.restartAfterMs / 1000} s`',
    '`took ${(nowMs - sinceMs) / 1000} seconds`',
    '`${share * 100} % are used`',
    '`${Math.max(lateMs, 0)} late`',
    '`${measure()} ms`',
    '`${Math.round(lateMs) / 1000} s`',
    '`${isLate ? lateMs : 0} s`',
  ])('are scanned by a rule that finds %s', (text) => {
    expect(offenders('planted.ts', `const line = ${text};`)).toHaveLength(1);
  });

  it.each([
    '`within ${asMilliseconds(timeoutMs)}`',
    '`at most ${MAX_BARS} bars`',
    '`after ${LIMIT_MS} ms`',
    '`${items.length} items`',
  ])('are scanned by a rule that leaves %s', (text) => {
    expect(offenders('planted.ts', `const line = ${text};`)).toEqual([]);
  });

  /** What a clock gives where 5 s are left of a deadline. */
  const ODD_MS = 4999.962078000011;

  it('of time-outs, refusals and the pool hold no more than three decimals, whatever the clock gave', () => {
    const lines: string[] = [];
    const logger = { log: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) };
    const log = new PoolLog('default', true, logger);
    log.write({ type: 'checkout', waitMs: ODD_MS });
    log.write({ type: 'leak', heldMs: ODD_MS, place: { frames: ['at a place'] } as never });
    const minute = { policy: { name: 'minute', quota: 60, windowMs: 60_000 }, remaining: 0, resetMs: ODD_MS } as const;
    expect([
      new RequestTimeoutError('MT5_01', 'RATES', ODD_MS).message,
      new TerminalTimeoutError('MT5_01', ODD_MS, 'sent').message,
      new QuotaExceededError([minute], { atConcurrencyLimit: false }).message,
      new TooManyFailuresError(1, new KeyRefusedError('key-invalid')).message,
      ...lines,
    ]).toEqual([
      'terminal MT5_01 did not answer RATES within 5000 ms; try again',
      'a request to terminal MT5_01 got no answer after 5000 ms',
      'the limit of 60 requests per minute is used up; wait 5 seconds',
      'too many requests without a valid API key from this address; wait 1 second, or send a valid one',
      'pool default: checkout after 5 s',
      'pool default: a connection is held for 5 s; it was taken\n    at a place',
    ]);
  });
});
