import type { FastifyRequest } from 'fastify';
import { handlerOf } from './access-rule.js';

/** Where the OpenAPI decorators keep what was said of an operation. */
const OPERATION = 'swagger/apiOperation';

const known = new WeakMap<object, string>();

/** The operation id of the route that a request was matched to, as the OpenAPI document names it; else empty. */
export function operationOf(request: FastifyRequest): string {
  const handler = handlerOf(request);
  if (handler === undefined) return '';
  let id = known.get(handler);
  if (id === undefined) {
    id = (Reflect.getMetadata(OPERATION, handler) as { operationId?: string } | undefined)?.operationId ?? '';
    known.set(handler, id);
  }
  return id;
}
