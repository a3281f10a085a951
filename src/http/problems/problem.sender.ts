import type { FastifyReply, FastifyRequest } from 'fastify';
import { pathWithoutKeys, withoutKeys } from '../../kernel/index.js';
import { PROBLEM_MEDIA_TYPE, problemDocument, type ProblemFields } from './problem.document.js';
import { REQUEST_ID_HEADER } from './request-id.js';

/** A problem before it is tied to a request, and the headers that its answer needs besides the usual ones. */
export interface Problem extends Omit<ProblemFields, 'instance' | 'requestId'> {
  readonly headers?: Readonly<Record<string, string>>;
}

const REALM = 'Bearer realm="mt5-gateway"';

/** Path of a request without its query, which may hold a secret. */
export function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}

/** Answers with the problem document and the headers that belong to it. No answer repeats a key that a caller sent. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): void {
  const instance = pathWithoutKeys(pathOf(request.url));
  const document = problemDocument({ ...problem, instance, requestId: request.id });
  void reply.code(document.status).headers({
    ...problem.headers,
    [REQUEST_ID_HEADER]: request.id,
    'cache-control': 'no-store',
    'content-type': PROBLEM_MEDIA_TYPE,
  });
  if (document.retry_after !== undefined) void reply.header('retry-after', String(document.retry_after));
  if (document.status === 401 && !reply.hasHeader('www-authenticate')) {
    const challenge = problem.code === 'key-missing' ? REALM : `${REALM}, error="invalid_token"`;
    void reply.header('www-authenticate', challenge);
  }
  void reply.send(withoutKeys(JSON.stringify(document)));
}
