import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { requestState } from './request-state.js';

/** Who makes a change, for the audit trail. */
export interface Actor {
  /** `key:<id>` or `cli`. */
  readonly actor: string;
  readonly requestId: string | undefined;
  /** Account of the key; undefined on the command line. */
  readonly accountId?: string | undefined;
  /** Admin scopes of the key; undefined on the command line, which may do everything. */
  readonly scopes?: readonly string[] | undefined;
}

/** The admin key of a request as an actor. */
export interface KeyActor extends Actor {
  readonly keyId: string;
}

/** Handler parameter: the {@link KeyActor} that makes the request. */
export const CurrentActor = createParamDecorator((_data: unknown, context: ExecutionContext): KeyActor => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { caller } = requestState(request);
  if (caller === undefined) throw new TypeError('this route has no caller: declare @AdminRoute');
  const { keyId, accountId, scopes } = caller;
  return { actor: `key:${keyId}`, keyId, requestId: request.id, accountId, scopes };
});
