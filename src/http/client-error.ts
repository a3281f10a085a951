import type { Duplex } from 'node:stream';
import { STATUS_CODES } from 'node:http';
import type { Random } from '../kernel/index.js';
import { PROBLEM_MEDIA_TYPE, problemDocument, type ProblemParts } from './problem.document.js';
import { newRequestId } from './request-id.js';
import { securityHeaders } from './security-headers.js';

type RawProblem = Omit<ProblemParts, 'instance' | 'requestId'>;

/** What went wrong before there was a request that could be routed. */
function describe(code: string | undefined): RawProblem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return { code: 'payload-too-large', status: 431, detail: 'the headers are larger than 16 kB' };
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { code: 'invalid-parameter', status: 408, detail: 'the request did not arrive completely in time' };
  }
  return { code: 'invalid-parameter', detail: 'this is not a valid HTTP request', members: { errors: [] } };
}

/** Answers a connection on which no HTTP request could be read with a problem document, and closes it. */
export function answerClientError(error: { readonly code?: string }, socket: Duplex, random: Random): void {
  // The peer is gone, or the connection is being torn down: there is nobody to answer.
  if (error.code === 'ECONNRESET' || !socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const requestId = newRequestId(random);
  const document = problemDocument({ ...describe(error.code), instance: '/', requestId });
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status] ?? 'Error'}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    ...Object.entries(securityHeaders('/')).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
