import type { FastifyRequest } from 'fastify';
import type { Caller } from '../http/index.js';

/** Who asks for a change, for the audit trail. */
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
export function actorOf(caller: Caller, request: Pick<FastifyRequest, 'id'>): Actor {
  const { keyId, accountId, scopes } = caller;
  return { actor: `key:${keyId}`, requestId: request.id, accountId, scopes };
}
