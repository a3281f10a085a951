import { HttpException } from '@nestjs/common';
import { UnsupportedMediaTypeError } from './http.errors.js';
import { describeError } from './problem.document.js';
import type { Problem } from './problem.sender.js';

/** Fastify's error codes whose meaning the status alone does not tell. */
const BY_FASTIFY_CODE: Readonly<Record<string, Problem>> = {
  FST_ERR_BAD_URL: fault('path', 'is not valid URL encoding'),
  FST_ERR_MAX_PARAM_LENGTH: fault('path', 'has a part that is too long'),
  FST_ERR_CTP_INVALID_JSON_BODY: fault('body', 'is not valid JSON'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: fault('body', 'has another size than Content-Length says'),
};

function fault(parameter: string, message: string): Problem {
  return {
    code: 'invalid-parameter',
    detail: `${parameter} ${message}`,
    members: { errors: [{ parameter, message }] },
  };
}

/** Translates an error of the server framework, wrapped by Nest or not; undefined for other errors. */
export function frameworkProblem(error: unknown): Problem | undefined {
  const origin = error instanceof HttpException ? (error.cause ?? error) : error;
  const code = (origin as { code?: unknown } | null)?.code;
  const known = typeof code === 'string' ? BY_FASTIFY_CODE[code] : undefined;
  if (known !== undefined) return known;
  const status = error instanceof HttpException ? error.getStatus() : undefined;
  if (status === undefined || status >= 500) return undefined;
  if (status === 413) return { code: 'payload-too-large', detail: 'the body is larger than 100 kB' };
  if (status === 415) return describeError(new UnsupportedMediaTypeError());
  return { code: 'invalid-parameter', status, detail: 'the request is malformed', members: { errors: [] } };
}

/** An unmatched request: the path is unknown, or takes only other methods. */
export function unmatchedProblem(method: string, path: string, allowed: readonly string[]): Problem {
  // A route that switched itself off has its own method among the allowed ones; treat it as unknown.
  if (allowed.length === 0 || allowed.includes(method))
    return { code: 'route-not-found', detail: `there is no route ${path}` };
  const allow = allowed.join(', ');
  return {
    code: 'method-not-allowed',
    detail: `${path} does not take ${method}; it takes ${allow}`,
    headers: { allow },
  };
}
