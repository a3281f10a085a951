import type { FastifyInstance } from 'fastify';
import { type Clock, Emitter } from '../../kernel/index.js';
import { onResponseClosed } from './client-gone.js';

/**
 * Closes the connection of a client that has not taken its whole answer `limitMs` after it was ready, and reports it.
 * Tables that are sent while they are read take as long as they need.
 */
export function closeSlowReaders(
  server: FastifyInstance,
  { clock, limitMs, closed }: { clock: Clock; limitMs: number; closed: Emitter<void> },
): void {
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (typeof payload === 'string' || Buffer.isBuffer(payload)) {
      const timer = clock.after(limitMs, () => {
        reply.raw.destroy();
        closed.emit();
      });
      onResponseClosed(reply, () => timer.cancel());
    }
    done(null, payload);
  });
}
