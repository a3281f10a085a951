import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mergeMap, type Observable } from 'rxjs';
import { chooseCoding } from './content-coding.js';
import { DataAnswer, etagOf, heldEtag } from './data-answer.js';
import { encodedBody } from './encoded-bodies.js';

/** Sends what handlers return as {@link DataAnswer}; everything else passes through. */
@Injectable()
export class DataAnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      mergeMap(async (value: unknown) => {
        if (!(value instanceof DataAnswer)) return value;
        const http = context.switchToHttp();
        return prepare(value, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
      }),
    );
  }
}

/** Sets the headers and gives the bytes that are to be sent; undefined for 304. */
async function prepare(answer: DataAnswer, request: FastifyRequest, reply: FastifyReply): Promise<Buffer | undefined> {
  const { body } = answer.parts;
  const coding = chooseCoding(request.headers['accept-encoding'], body.length);
  const held = heldEtag(request.headers['if-none-match'], body, coding);
  if (held !== undefined) {
    void reply.code(304).headers(headersOf(answer, reply, held));
    return undefined;
  }
  // Before any header: should it fail, the error must not look like data.
  const bytes = coding === 'identity' ? body : await encodedBody(body, coding);
  void reply.headers(headersOf(answer, reply, etagOf(body, coding))).type('application/json; charset=utf-8');
  if (coding !== 'identity') void reply.header('content-encoding', coding);
  return bytes;
}

function headersOf({ parts }: DataAnswer, reply: FastifyReply, etag: string): Record<string, string> {
  const { maxAgeSeconds, asOf, source, headers } = parts;
  const vary = reply.getHeader('vary');
  return {
    ...headers,
    etag,
    'cache-control': `private, max-age=${maxAgeSeconds}`,
    vary: ['Accept, Accept-Encoding', ...(vary === undefined ? [] : [String(vary)])].join(', '),
    'x-data-as-of': String(asOf),
    'x-data-source': source,
  };
}
