import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { DataAnswer, etagOf, matchesEtag } from './data-answer.js';

/** Sends what handlers return as {@link DataAnswer}; everything else passes through. */
@Injectable()
export class DataAnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((value: unknown) => {
        if (!(value instanceof DataAnswer)) return value;
        const http = context.switchToHttp();
        return prepare(value, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
      }),
    );
  }
}

/** Sets the headers and gives the body that is to be sent; undefined for 304. */
function prepare(answer: DataAnswer, request: FastifyRequest, reply: FastifyReply): Buffer | undefined {
  const { body, maxAgeSeconds, asOf, source, headers = {} } = answer.parts;
  const etag = etagOf(body);
  void reply.headers({
    ...headers,
    etag,
    'cache-control': `private, max-age=${maxAgeSeconds}`,
    vary: 'Accept, Accept-Encoding',
    'x-data-as-of': String(asOf),
    'x-data-source': source,
  });
  if (matchesEtag(request.headers['if-none-match'], etag)) {
    void reply.code(304);
    return undefined;
  }
  void reply.type('application/json; charset=utf-8');
  return body;
}
