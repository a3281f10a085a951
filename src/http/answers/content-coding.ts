/** How the bytes of an answer may be coded, in the order that the gateway prefers where a client takes several alike. */
export const CONTENT_CODINGS = ['br', 'gzip', 'identity'] as const;

/** A content coding by its name in `Content-Encoding`. */
export type ContentCoding = (typeof CONTENT_CODINGS)[number];

/** Below this a body fits into a packet or two anyway, bytes. */
const SMALL_BODY_BYTES = 1024;

/** Weight of identity where the client names none: acceptable, after every requested coding. */
const LAST_RESORT = 1e-4;

const ELEMENT = /^([!#$%&'*+.^_`|~0-9a-z-]+)(?:[ \t]*;[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?$/;

/**
 * Chooses the coding of a body by `Accept-Encoding` (RFC 9110, section 12.5.3): the highest weight wins, then our own
 * preference. Elements that are malformed or unknown ask for nothing. A client that accepts no available
 * coding gets the bytes as they are: the contract has no 406.
 */
export function chooseCoding(acceptEncoding: string | undefined, bodyBytes: number): ContentCoding {
  if (acceptEncoding === undefined) return 'identity';
  const weightOf = weights(acceptEncoding);
  if (bodyBytes < SMALL_BODY_BYTES && weightOf('identity') > 0) return 'identity';
  // The sort is stable: equal weights stay in our order.
  const [best] = [...CONTENT_CODINGS].sort((a, b) => weightOf(b) - weightOf(a));
  return best !== undefined && weightOf(best) > 0 ? best : 'identity';
}

function weights(acceptEncoding: string): (coding: ContentCoding) => number {
  const named = new Map<string, number>();
  for (const element of acceptEncoding.toLowerCase().split(',')) {
    const [, coding = '', weight = '1'] = ELEMENT.exec(element.trim()) ?? [];
    // The old name of the same coding.
    named.set(coding === 'x-gzip' ? 'gzip' : coding, Number(weight));
  }
  return (coding) => named.get(coding) ?? named.get('*') ?? (coding === 'identity' ? LAST_RESORT : 0);
}
