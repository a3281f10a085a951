import type { FastifyRequest } from 'fastify';
import { pathOf } from '../problems/problem.sender.js';

/**
 * Path of a request as the router has understood it: the template of the route, without one the path as sent. The router
 * also takes whole URLs and encoded letters (`/%64ocs`), so a rule by path must not read the raw URL.
 */
export function routedPathOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? pathOf(request.url);
}
