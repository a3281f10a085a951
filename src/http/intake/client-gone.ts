import { HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** An answer was not made because its client left before. */
export class RenderCanceledError extends Error {}

/** Status of a request whose client left before its answer was sent, in metrics only; the number is nginx's. */
export const CLIENT_GONE_STATUS = 499;

/**
 * Whether a request failed because its client left. Node hands the very error that it ended the request with to those
 * who read from it; any other error is ours, also after the client has left.
 */
export function isClientGone(error: unknown, { raw }: FastifyRequest): boolean {
  if (error instanceof RenderCanceledError) return true;
  const origin: unknown = error instanceof HttpException ? (error.cause ?? error) : error;
  return raw.destroyed && raw.errored !== null && origin === raw.errored;
}

/**
 * Calls `closed` exactly once: when the answer is sent, or its connection gone; immediately when it has already gone. A
 * response emits both itself, also while it waits behind another one on the same connection.
 */
export function onResponseClosed({ raw, request }: FastifyReply, closed: () => void): void {
  // Events before this listener are not emitted again.
  if (request.raw.socket.destroyed || raw.closed) closed();
  else raw.once('close', closed);
}

/** Calls `gone` when the connection ends before the whole answer was handed to it. */
export function onClientGone(reply: FastifyReply, gone: () => void): void {
  onResponseClosed(reply, () => {
    if (!reply.raw.writableFinished) gone();
  });
}
