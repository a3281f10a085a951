import { createHash, type Hash } from 'node:crypto';
import type { Steps } from '../../kernel/index.js';
import { CONTENT_CODINGS, type ContentCoding } from './content-coding.js';

/** Ready bytes of a data route with what its headers say. Return it from a handler; the interceptor sends it. */
export interface DataAnswerContent {
  /**
   * The whole JSON body. Pass the same buffer while nothing changed: its ETag and its compressed
   * forms are computed once per buffer.
   */
  readonly body: Buffer;
  /** How long a client may cache it, seconds, 1 to 60. */
  readonly maxAgeSeconds: number;
  /** Server time of the newest bar used, unix seconds. */
  readonly asOf: number;
  /** `terminal`, `store` or `simulator`. */
  readonly source: string;
  /** Additional headers, e.g. `Link`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of market data: ready bytes, sent with ETag, caching and origin headers, or as 304 without a body. */
export class DataAnswer {
  constructor(readonly parts: DataAnswerContent) {}
}

const DIGEST_STEP_BYTES = 64 * 1024;
const digests = new WeakMap<Buffer, string>();

function digestText(hash: Hash): string {
  return hash.digest('base64url').slice(0, 27);
}

function digestOf(body: Buffer): string {
  let digest = digests.get(body);
  if (digest === undefined) {
    digest = digestText(createHash('sha256').update(body));
    digests.set(body, digest);
  }
  return digest;
}

/** Computes the digest that {@link etagOf} needs in steps of well under a millisecond. */
export function* digestSteps(body: Buffer): Steps<void> {
  if (digests.has(body)) return;
  const hash = createHash('sha256');
  for (let from = 0; from < body.length; from += DIGEST_STEP_BYTES) {
    hash.update(body.subarray(from, from + DIGEST_STEP_BYTES));
    yield;
  }
  digests.set(body, digestText(hash));
}

/**
 * Makes the digest of a body out of those of its parts, in steps: a part that many bodies share is read once. Bodies of
 * one kind must always be parted in the same way, or equal bytes would have different tags.
 */
export function* digestOfParts(body: Buffer, parts: readonly Buffer[]): Steps<void> {
  const hash = createHash('sha256');
  for (const part of parts) {
    yield* digestSteps(part);
    hash.update(`${part.length}:${digestOf(part)};`);
  }
  digests.set(body, digestText(hash));
}

/** Strong ETag of these bytes in a coding: each coding has its own tag. */
export function etagOf(body: Buffer, coding: ContentCoding = 'identity'): string {
  return coding === 'identity' ? `"${digestOf(body)}"` : `"${digestOf(body)}-${coding}"`;
}

/**
 * The tag that an `If-None-Match` header (a list, weak tags, or `*`; RFC 9110, weak comparison) already has of this
 * body: that of `coding` where it is named, else that of another coding of the same bytes, because a copy in another
 * coding is as fresh. Undefined when it has none.
 */
export function heldEtag(ifNoneMatch: string | undefined, body: Buffer, coding: ContentCoding): string | undefined {
  if (ifNoneMatch === undefined) return undefined;
  const own = etagOf(body, coding);
  if (ifNoneMatch.trim() === '*') return own;
  const named = new Set((ifNoneMatch.match(/(?:W\/)?"[^"]*"/g) ?? []).map((tag) => tag.replace(/^W\//, '')));
  return [own, ...CONTENT_CODINGS.map((other) => etagOf(body, other))].find((tag) => named.has(tag));
}
