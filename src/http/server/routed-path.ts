import type { FastifyRequest } from 'fastify';
import { pathOf } from '../problems/problem.sender.js';

/**
 * Path of a request as the router has understood it: it takes whole URLs and encoded letters (`/%64ocs`) as well, so that
 * what is allowed by path must not look at what was sent. The template of the route; without one the path as sent.
 */
export function routedPathOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? pathOf(request.url);
}
