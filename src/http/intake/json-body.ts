import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidParameterError, UnsupportedMediaTypeError } from '../problems/http.errors.js';

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;
const UTF_8: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii']);
/** Refuses what is not UTF-8 instead of storing U+FFFD; drops a byte order mark. */
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Bodies are JSON in UTF-8 without a coding, or refused: a body that is decoded wrongly must not be stored. */
export function readJsonBodies(server: FastifyInstance): void {
  server.addHook('preParsing', (request, _reply, _payload, done) => done(codingFault(request)));
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser('text/plain');
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = decoded(body);
    if (text === undefined) return done(InvalidParameterError.of('body', 'must be valid UTF-8'));
    // Many clients announce JSON on every POST, also on one without a body: that is no body, not a broken one.
    if (text === '') return done(null, undefined);
    // Fastify's own parser answers through the callback.
    return void parse(request, text, done);
  });
}

function decoded(body: string | Buffer): string | undefined {
  try {
    return decoder.decode(Buffer.from(body));
  } catch {
    return undefined;
  }
}

/** Why a body cannot be read as it is announced; headers without a body announce nothing. */
function codingFault({ headers }: FastifyRequest): UnsupportedMediaTypeError | undefined {
  if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0) return undefined;
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (coding !== '' && coding !== 'identity') {
    return new UnsupportedMediaTypeError('send the body as it is, without Content-Encoding');
  }
  const charset = CHARSET.exec(headers['content-type'] ?? '')?.[1]?.toLowerCase();
  if (charset !== undefined && !UTF_8.has(charset)) return new UnsupportedMediaTypeError('send the body in UTF-8');
  return undefined;
}
