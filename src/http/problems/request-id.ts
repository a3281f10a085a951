import type { IncomingMessage } from 'node:http';
import type { Random } from '../../kernel/index.js';

/** Header that carries the id in both directions. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** Text that contains a key is refused as an id, because ids are logged and audited. */
const ACCEPTED = /^(?!.*mt5g_)[A-Za-z0-9._-]{1,64}$/;

/** The caller's own id when it is harmless in logs and headers, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>, random: Random): string {
  const sent = request.headers[REQUEST_ID_HEADER];
  return typeof sent === 'string' && ACCEPTED.test(sent) ? sent : newRequestId(random);
}

/** 16 hex digits. */
export function newRequestId(random: Random): string {
  return random.bytes(8).toString('hex');
}
