import { createHash } from 'node:crypto';

const { imul } = Math;

/** 32-bit hash of a text (FNV-1a). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** 32-bit hash of whole numbers; every bit of every number counts (the finalizer of MurmurHash3 after each). */
export function hashNumbers(seed: number, a: number, b: number): number {
  return mix(mix(mix(seed) ^ (a | 0)) ^ (b | 0) ^ imul(Math.floor(b / 2 ** 32), 0x9e3779b1));
}

/** Hash as a number in [-1, 1). */
export function signedUnit(hash: number): number {
  return hash / 2 ** 31 - 1;
}

/** Six hex digits that change with any part; parts are delimited, so `ab` + `c` differs from `a` + `bc`. */
export function fingerprint(parts: readonly (string | Uint8Array)[]): string {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(`${part.length}:`).update(part);
  return digest.digest('hex').slice(0, 6);
}

function mix(value: number): number {
  let hash = value | 0;
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
