import type { Random } from '../../kernel/index.js';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** The largest multiple of 62 that fits into a byte: bytes from here on would favor the first digits. */
const FAIR_BYTES = 248;

/** A number as exactly `width` base62 digits. */
export function toBase62(value: number, width: number): string {
  let text = '';
  for (let rest = value; text.length < width; rest = Math.floor(rest / 62)) text = DIGITS.charAt(rest % 62) + text;
  return text;
}

/** `length` unpredictable base62 digits, each equally likely. */
export function randomBase62(length: number, random: Random): string {
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length)) {
      if (byte < FAIR_BYTES && text.length < length) text += DIGITS.charAt(byte % 62);
    }
  }
  return text;
}
