/** Keys, tiers and limits, and the guard that enforces the access rules of routes. */
export { AccessModule } from './access.module.js';
export { AccountRegistry } from './accounts/account-registry.js';
export { AccountReasonBody, CreateAccountBody } from './accounts/accounts.schemas.js';
export { KeyAuthority } from './authority/key-authority.js';
export { KeyAuthenticator } from './admission/key-authenticator.js';
export { KeyIssuer } from './keys/key-issuer.js';
export { CreateKeyBody, RevokeKeyBody } from './keys/keys.bodies.js';
export { KeyHasher } from './credentials/key-hasher.js';
export { KeyRecords } from './admission/key-records.js';
export { MemoryRateLimits } from './limits/memory-rate-limits.js';
export { RateLimits } from './limits/rate-limits.js';
export type { RateSubject } from './limits/rate-limits.js';
export { TierCatalog } from './tiers/tier-catalog.js';
