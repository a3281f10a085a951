import type { FastifyReply } from 'fastify';

/**
 * Calls `over` exactly once: when the answer is sent, or its connection gone; at once when it has already gone. A
 * response hears of both itself, also while it waits behind another one on the same connection.
 */
export function whenOver({ raw, request }: FastifyReply, over: () => void): void {
  // What happened before anybody listened is not told again.
  if (request.raw.socket.destroyed) over();
  else raw.once('close', over);
}
