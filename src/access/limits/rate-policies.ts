import type { Tier } from '../../config/index.js';
import type { RateSubject, WindowPolicy } from './rate-limits.js';

/** Concurrent requests of a tier that names no number: enough for any program that waits for its answers. */
export const DEFAULT_CONCURRENT = 50;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The limits of an account are those of its tier, never those of the tier that a request asks for. */
export function rateSubject(accountId: string, { limits }: Tier): RateSubject {
  const windows: WindowPolicy[] = [{ name: 'minute', quota: limits.perMinute, windowMs: MINUTE_MS }];
  if (limits.perDay !== undefined) windows.push({ name: 'day', quota: limits.perDay, windowMs: DAY_MS });
  return { accountId, windows, concurrent: limits.concurrent ?? DEFAULT_CONCURRENT };
}
