import { UINT32_MAX } from './limits.js';

/** Number of the BAR that follows the one with `number`. Numbers are u32: 0 follows 0xFFFFFFFF. */
export function nextPushNumber(number: number): number {
  return number === UINT32_MAX ? 0 : number + 1;
}

/** Steps from `from` to `to`, counted forward over the wrap: 0 to 2^32 - 1. */
export function pushNumbersBetween(from: number, to: number): number {
  return (to - from) >>> 0;
}
