import { codeOf, ERROR_CODES, type ErrorCode, type ErrorExampleName, errorExamples } from '../../kernel/index.js';
import { problemSpec } from '../problems/problem.catalog.js';
import { describeError, problemDocument } from '../problems/problem.document.js';

/** Stands for the path of every operation: they share the examples. */
const INSTANCE = '/path/of/the/request';

interface ProblemExample {
  readonly summary: ErrorCode;
  readonly value: object;
}

/** The error answers of all codes as their classes make them, by the names of the examples. */
export function problemExamples(): Record<string, ProblemExample> {
  const names = [...new Set<ErrorExampleName>([...ERROR_CODES, ...errorExamples().keys()])];
  return Object.fromEntries(names.map((name) => [name, problemExample(name)]));
}

function problemExample(name: ErrorExampleName): ProblemExample {
  const code = codeOf(name);
  const make = errorExamples().get(name);
  const problem = make === undefined ? { code, detail: problemSpec(code).description } : describeError(make());
  return {
    summary: code,
    value: problemDocument({ ...problem, instance: INSTANCE, requestId: '4f9c1d2e8a7b6c50' }),
  };
}
