/** Who may call what: keys, tiers, limits, and the one guard that enforces the rules that routes declare. */
export { AccessModule } from './access.module.js';
export { formatKey, generateKey, hashSecret, parseKey } from './api-key.js';
export type { ParsedKey, WrittenKeyKind } from './api-key.js';
export { KeyAuthenticator } from './key-authenticator.js';
export { KeyIssuer } from './key-issuer.js';
export type { Actor, IssuedKey, KeyIssuerParts, KeyOrder } from './key-issuer.js';
export { KeyRecords } from './key-records.js';
export { RateLimits } from './rate-limits.js';
export type {
  Admission,
  RateState,
  RateSubject,
  Reservation,
  WindowName,
  WindowPolicy,
  WindowState,
} from './rate-limits.js';
export { TierCatalog } from './tier-catalog.js';
