import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { requestState } from '../../http/index.js';
import { TestKeyOnRealSeriesError } from '../credentials/keys.errors.js';
import { isSimulated } from './simulated-answer.js';

/**
 * Restricts keys of kind `test` to simulated series. Only the answer shows whether a series is simulated, so every answer
 * of a data route is checked before it is sent, and a refusal costs nothing.
 */
@Injectable()
export class TestKeyInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const state = requestState(context.switchToHttp().getRequest<FastifyRequest>());
    // Only routes of a series name a symbol.
    if (state.caller?.kind !== 'test' || state.symbol === undefined) return next.handle();
    return next.handle().pipe(
      map((answer: unknown) => {
        if (!isSimulated(answer)) throw new TestKeyOnRealSeriesError();
        return answer;
      }),
    );
  }
}
