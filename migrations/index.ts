import { SeriesAndCandles1763700000001 } from './0001-series-and-candles.js';
import { AccountsAndKeys1763700000002 } from './0002-accounts-and-keys.js';
import { AuditTrail1763700000003 } from './0003-audit-trail.js';
import { AuditChain1763700000004 } from './0004-audit-chain.js';
import { PlausibleCandles1763700000005 } from './0005-plausible-candles.js';

/** Every migration in the order in which they run. Append-only: a merged migration is never edited. */
export const MIGRATIONS = [
  SeriesAndCandles1763700000001,
  AccountsAndKeys1763700000002,
  AuditTrail1763700000003,
  AuditChain1763700000004,
  PlausibleCandles1763700000005,
] as const;
