import { SeriesAndCandles1763700000001 } from './0001-series-and-candles.js';
import { AccountsAndKeys1763700000002 } from './0002-accounts-and-keys.js';
import { AuditTrail1763700000003 } from './0003-audit-trail.js';
import { AuditChain1763700000004 } from './0004-audit-chain.js';
import { PlausibleCandles1763700000005 } from './0005-plausible-candles.js';
import { AccountsAndKeyLife1763700000006 } from './0006-accounts-and-key-life.js';
import { Tiers1763700000007 } from './0007-tiers.js';
import { Usage1763700000008 } from './0008-usage.js';
import { SymbolMappings1763700000009 } from './0009-symbol-mappings.js';
import { IdempotentRequests1763700000010 } from './0010-idempotent-requests.js';
import { SeriesByBrokerName1763700000011 } from './0011-series-by-broker-name.js';
import { ServerClocks1763700000012 } from './0012-server-clocks.js';
import { PricesBelowZero1763700000013 } from './0013-prices-below-zero.js';

/** Every migration in the order in which they run. Append-only: a merged migration is never edited. */
export const MIGRATIONS = [
  SeriesAndCandles1763700000001,
  AccountsAndKeys1763700000002,
  AuditTrail1763700000003,
  AuditChain1763700000004,
  PlausibleCandles1763700000005,
  AccountsAndKeyLife1763700000006,
  Tiers1763700000007,
  Usage1763700000008,
  SymbolMappings1763700000009,
  IdempotentRequests1763700000010,
  SeriesByBrokerName1763700000011,
  ServerClocks1763700000012,
  PricesBelowZero1763700000013,
] as const;
