import type { FastifyRequest } from 'fastify';

/** Decides who may read the admin documentation (port); implemented by access. */
export abstract class DocsGate {
  /**
   * Resolves when the request carries an admin key, as the other admin routes take it or as the password of HTTP Basic,
   * which is what a browser asks its user for.
   * @throws GatewayError with the code of the refusal
   */
  abstract admit(request: FastifyRequest): Promise<void>;
}
