import type { Tier } from '../../config/index.js';

/** The caller of a request: its key, its account, and what both allow. */
export interface Caller {
  /** The 10 characters that name the key. */
  readonly keyId: string;
  readonly accountId: string;
  /** `live` keys read data, `test` keys simulated data only, `adm` keys use admin routes. */
  readonly kind: 'live' | 'test' | 'adm';
  /** What this request may use: the account's tier, lowered by `X-User-Tier` where it was sent. */
  readonly tier: Tier;
  /** The account's own tier; its limits count, whatever `X-User-Tier` says. */
  readonly keyTier: Tier;
  /** Admin areas that the key may use; `*` = all. Empty for live keys. */
  readonly scopes: readonly string[];
}
