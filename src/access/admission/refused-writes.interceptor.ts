import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError, type Observable, throwError } from 'rxjs';
import { requestState } from '../../http/index.js';
import { ScopeRequiredError } from '../access.errors.js';
import { SelfLockoutError } from '../accounts/accounts.errors.js';
import { KeyUseAudit } from './key-use-audit.js';
import { LastFullKeyError } from '../authority/authority.errors.js';

/** Records the refusals that handlers decide on, as the guard records its own. */
@Injectable()
export class RefusedWritesInterceptor implements NestInterceptor {
  constructor(private readonly audit: KeyUseAudit) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(
      catchError((error: unknown) => {
        this.record(request, error);
        return throwError(() => error);
      }),
    );
  }

  private record(request: FastifyRequest, error: unknown): void {
    const keyId = requestState(request).caller?.keyId;
    if (error instanceof ScopeRequiredError) this.audit.refused(request, error, keyId);
    if (keyId === undefined) return;
    if (error instanceof LastFullKeyError) this.audit.lockout(request, 'last-full-key', keyId);
    if (error instanceof SelfLockoutError) this.audit.lockout(request, 'own-account', keyId);
  }
}
