import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import type { Random } from '../../kernel/index.js';
import { PROBLEM_MEDIA_TYPE, problemDocument, type ProblemFields } from '../problems/problem.document.js';
import { newRequestId } from '../problems/request-id.js';
import { securityHeaders } from '../answers/security-headers.js';

type RawProblem = Omit<ProblemFields, 'instance' | 'requestId'>;

/** Why a connection brought no request that could be routed. */
export type UnreadableReason = 'client-gone' | 'headers-too-large' | 'timeout' | 'malformed' | 'connect';

const PROBLEMS: Readonly<Record<Exclude<UnreadableReason, 'client-gone'>, RawProblem>> = {
  'headers-too-large': { code: 'payload-too-large', status: 431, detail: 'the headers are larger than 16 kB' },
  timeout: { code: 'invalid-parameter', status: 408, detail: 'the request did not arrive completely in time' },
  malformed: { code: 'invalid-parameter', detail: 'this is not a valid HTTP request', members: { errors: [] } },
  connect: { code: 'method-not-allowed', detail: 'CONNECT asks for a proxy, and this is none' },
};

function reasonOf({ code }: { readonly code?: string }, socket: Duplex): UnreadableReason {
  // The peer is gone, or the connection is being torn down: no one reads an answer.
  if (code === 'ECONNRESET' || code === 'EPIPE' || !socket.writable || socket.destroyed) return 'client-gone';
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'timeout' : 'malformed';
}

/** Answers a connection on which no HTTP request could be read with a problem document, and closes it. */
export function answerClientError(error: { readonly code?: string }, socket: Duplex, random: Random): UnreadableReason {
  const reason = reasonOf(error, socket);
  if (reason === 'client-gone') socket.destroy();
  else answer(socket, PROBLEMS[reason], random);
  return reason;
}

/** Refuses a CONNECT, for which Node hands over the bare connection. */
export function answerConnect(socket: Duplex, random: Random): void {
  // The peer may reset the connection while the answer is on its way; without a listener that would end the process.
  socket.on('error', () => socket.destroy());
  answer(socket, PROBLEMS.connect, random, { Allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' });
}

/** The whole answer to a connection for which the port has no place. */
export function overCapacityAnswer(random: Random): string {
  const detail = 'too many connections are open, and each of them is in use; ask again soon';
  return rawAnswer({ code: 'reduced-capacity', detail, retryAfterSeconds: 1 }, random);
}

function answer(
  socket: Duplex,
  problem: RawProblem,
  random: Random,
  headers: Readonly<Record<string, string>> = {},
): void {
  socket.end(rawAnswer(problem, random, headers), () => socket.destroy());
}

function rawAnswer(problem: RawProblem, random: Random, headers: Readonly<Record<string, string>> = {}): string {
  const requestId = newRequestId(random);
  const document = problemDocument({ ...problem, instance: '/', requestId });
  const body = JSON.stringify(document);
  const { retry_after: retryAfter } = document;
  const retry = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  const fields = { ...securityHeaders('/'), ...retry, ...headers };
  const head = [
    `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status] ?? 'Error'}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
