import {
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  StreamableFile,
  type Type,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { DataAnswer } from './data-answer.js';
import { wrapOf } from './envelope.js';
import { versionEtag } from './version-etag.js';

/**
 * Makes the answer of what the handler returns: the envelope, and the ETag of its `version` where the route sends one.
 * It stands next to the handler, so that answers kept for an Idempotency-Key are whole. Ready bytes pass.
 */
export class EnvelopeInterceptor implements NestInterceptor {
  constructor(
    private readonly answer: Type<object>,
    private readonly sendsEtag: boolean,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const wrap = wrapOf(this.answer);
    return next.handle().pipe(
      map((value: unknown) => {
        if (value instanceof DataAnswer || value instanceof StreamableFile) return value;
        if (this.sendsEtag) {
          const reply = context.switchToHttp().getResponse<FastifyReply>();
          void reply.header('etag', versionEtag((value as { version: number }).version));
        }
        return wrap === undefined ? value : wrap(value as never);
      }),
    );
  }
}
