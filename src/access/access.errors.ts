import { type ErrorDetails, GatewayError, printable } from '../kernel/index.js';

/** The key works, but not for this (403 `scope-required`). */
export class ScopeRequiredError extends GatewayError {
  override readonly code = 'scope-required';

  constructor(message: string, requiredScope?: string) {
    super(message, requiredScope === undefined ? {} : { members: { required_scope: requiredScope } });
  }
}

/** The tier does not include what was asked for (403 `tier-required`). */
export class TierRequiredError extends GatewayError {
  override readonly code = 'tier-required';

  constructor(message: string, members: NonNullable<ErrorDetails['members']>) {
    super(message, { members });
  }
}

/** No terminal is configured for the symbol (404 `symbol-not-found`). */
export class SymbolNotFoundError extends GatewayError {
  override readonly code = 'symbol-not-found';

  constructor(symbol: string, suggestions: readonly string[]) {
    const hint = suggestions.length === 0 ? 'see /api/v1/symbols' : `did you mean ${suggestions.join(' or ')}?`;
    super(`there is no symbol '${printable(symbol, 40)}'; ${hint}`, { members: { suggestions } });
  }
}

/** The timeframe is not served (404 `timeframe-not-supported`). */
export class TimeframeNotSupportedError extends GatewayError {
  override readonly code = 'timeframe-not-supported';

  constructor(timeframe: string, supported: readonly string[]) {
    const list = supported.join(', ');
    super(`there is no timeframe '${printable(timeframe, 40)}'; supported: ${list}`, { members: { supported } });
  }
}

/** An account has a tier that does not exist, so nobody knows what it may do. */
export class UnknownTierError extends GatewayError {
  override readonly code = 'internal';

  constructor(tier: string) {
    super(`the tier '${printable(tier, 40)}' of this account is not configured; its operator must correct it`);
  }
}
