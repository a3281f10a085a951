import type { Random } from '../../kernel/index.js';

/** Crockford's digits: no letters that look like others. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/** A new ULID: 26 characters that sort by their creation time. */
export function newAccountId(nowMs: number, random: Random): string {
  let time = '';
  for (let rest = nowMs; time.length < TIME_LENGTH; rest = Math.floor(rest / 32))
    time = DIGITS.charAt(rest % 32) + time;
  return time + [...random.bytes(RANDOM_LENGTH)].map((byte) => DIGITS.charAt(byte % 32)).join('');
}
