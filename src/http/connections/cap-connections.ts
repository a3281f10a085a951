import type { FastifyInstance } from 'fastify';
import { MAX_REFUSALS } from '../../config/index.js';
import type { Clock, Random } from '../../kernel/index.js';
import { overCapacityAnswer } from './client-error.js';
import type { OpenRequests } from '../intake/open-requests.js';
import { ConnectionCap } from './connection-cap.js';
import { logOverCap } from './over-cap.log.js';
import { Refusals } from './refusals.js';

/** How long a connection over the cap may take to read that it is refused, milliseconds. */
const REFUSAL_MS = 500;

/** Caps the connections of the API; those that are refused read a problem document. */
export function capConnections(
  fastify: FastifyInstance,
  options: {
    readonly max: number | undefined;
    readonly open: OpenRequests;
    readonly clock: Clock;
    readonly random: Random;
  },
): ConnectionCap {
  const { max, open, clock, random } = options;
  const refusals = new Refusals({
    clock,
    answer: () => overCapacityAnswer(random),
    max: MAX_REFUSALS,
    limitMs: REFUSAL_MS,
  });
  fastify.addHook('preClose', (done) => {
    refusals.close();
    done();
  });
  const cap = new ConnectionCap(fastify.server, { max, refuse: (socket) => refusals.refuse(socket) }, open);
  logOverCap(cap, 'the API', clock);
  return cap;
}
