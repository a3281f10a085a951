import { HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Status of a request whose client left before its answer was sent, in metrics only; the number is nginx's. */
export const CLIENT_GONE_STATUS = 499;

/**
 * Whether a request failed because its client left in the middle of the body. Node hands the very error that it ended the
 * request with to those who read from it; any other error is ours, also after the client has left.
 */
export function isClientGone(error: unknown, { raw }: FastifyRequest): boolean {
  const origin: unknown = error instanceof HttpException ? (error.cause ?? error) : error;
  return raw.destroyed && raw.errored !== null && origin === raw.errored;
}

/** Calls `gone` when the connection ends before the whole answer was handed to it. */
export function onClientGone({ raw, request }: FastifyReply, gone: () => void): void {
  // What happened before anybody listened is not told again.
  if (request.raw.socket.destroyed) return gone();
  raw.once('close', () => {
    if (!raw.writableFinished) gone();
  });
}
