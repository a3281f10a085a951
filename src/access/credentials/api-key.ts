import { createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Random } from '../../kernel/index.js';
import { randomBase62, toBase62 } from './base62.js';

/** What a key is for, as written in it. No `test` keys are issued yet; the word is reserved. */
export type WrittenKeyKind = 'live' | 'test' | 'adm';

/** The parts of a key that was presented. */
export interface ParsedKey {
  readonly kind: WrittenKeyKind;
  /** Names the key; no secret. */
  readonly id: string;
  /** 43 base62 characters, 256 bits. Secret. */
  readonly secret: string;
}

const ID_LENGTH = 10;
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const FORMAT = /^mt5g_(live|test|adm)_([0-9A-Za-z]{10})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

/** Text that every key of this gateway begins with. */
export const KEY_PREFIX = 'mt5g_';

function checksum(text: string): string {
  return toBase62(crc32(text), CHECKSUM_LENGTH);
}

/** The whole key as its owner gets it, once. */
export function formatKey({ kind, id, secret }: ParsedKey): string {
  const body = `${KEY_PREFIX}${kind}_${id}_${secret}`;
  return body + checksum(body);
}

/** A new key of unpredictable id and secret. */
export function generateKey(kind: WrittenKeyKind, random: Random): ParsedKey {
  return { kind, id: randomBase62(ID_LENGTH, random), secret: randomBase62(SECRET_LENGTH, random) };
}

/** The parts of a key; undefined when it is malformed or mistyped (its checksum finds every single wrong character). */
export function parseKey(text: string): ParsedKey | undefined {
  const match = FORMAT.exec(text);
  if (match === null || checksum(text.slice(0, -CHECKSUM_LENGTH)) !== match[4]) return undefined;
  return { kind: match[1] as WrittenKeyKind, id: match[2] ?? '', secret: match[3] ?? '' };
}

/** What is stored of a secret: HMAC-SHA256 under the pepper, 32 bytes. */
export function hashSecret(secret: string, pepper: string): Buffer {
  return createHmac('sha256', pepper).update(secret).digest();
}

/** Compares in a time that does not depend on where the hashes differ. */
export function sameHash(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
