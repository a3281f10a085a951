import type { KeyWithAccount } from '../../persistence/index.js';
import { ALL_SCOPES } from './scopes.js';

const DAY_MS = 86_400_000;

/** Whether the key works now, or will at its start time. The state of its account is ignored. */
export function mayWork({ key: { revokedAt, expiresAt } }: Pick<KeyWithAccount, 'key'>, nowMs: number): boolean {
  return revokedAt === undefined && (expiresAt === undefined || expiresAt.getTime() > nowMs);
}

/** Whether the key opens all admin routes, now or later. */
export function opensAll(record: KeyWithAccount, nowMs: number): boolean {
  return record.key.scopes.includes(ALL_SCOPES) && record.account.state === 'active' && mayWork(record, nowMs);
}

/** Whether operators can rely on the key: it opens all admin routes now and for more than a day. */
export function keepsAllOpen(record: KeyWithAccount, nowMs: number): boolean {
  const { notBefore, expiresAt, replacedBy } = record.key;
  if (!opensAll(record, nowMs) || replacedBy !== undefined) return false;
  const hasBegun = notBefore === undefined || notBefore.getTime() <= nowMs;
  return hasBegun && (expiresAt === undefined || expiresAt.getTime() - nowMs > DAY_MS);
}
