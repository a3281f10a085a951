import { createHash } from 'node:crypto';

/** Ready bytes of a data route with what its headers say. Return it from a handler; the interceptor sends it. */
export interface DataAnswerParts {
  /** The whole JSON body. Hand in the same buffer as long as nothing changed: its ETag is computed once per buffer. */
  readonly body: Buffer;
  /** How long a client may keep it, seconds, 1 to 60. */
  readonly maxAgeSeconds: number;
  /** Server time of the newest bar used, unix seconds. */
  readonly asOf: number;
  /** `terminal`, `store` or `simulator`. */
  readonly source: string;
  /** Further headers, e.g. `Link`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of market data: ready bytes, sent with ETag, caching and origin headers, or as 304 without a body. */
export class DataAnswer {
  constructor(readonly parts: DataAnswerParts) {}
}

const etags = new WeakMap<Buffer, string>();

/** Strong ETag of these bytes. */
export function etagOf(body: Buffer): string {
  let etag = etags.get(body);
  if (etag === undefined) {
    etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
    etags.set(body, etag);
  }
  return etag;
}

/** Whether an `If-None-Match` header names this ETag: a list, weak tags, or `*` (RFC 9110, weak comparison). */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  const named = ifNoneMatch.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return named.some((tag) => tag.replace(/^W\//, '') === etag);
}
