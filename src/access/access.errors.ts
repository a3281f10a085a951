import { type ErrorDetails, ErrorExample, GatewayError, printable } from '../kernel/index.js';

/** The key is valid but lacks the needed scope (403 `scope-required`). */
@ErrorExample('scope-required.data', () => ScopeRequiredError.forCustomers())
@ErrorExample('scope-required', () => ScopeRequiredError.forAdmins('accounts'))
export class ScopeRequiredError extends GatewayError {
  override readonly code = 'scope-required';

  constructor(message: string, requiredScope?: string) {
    super(message, requiredScope === undefined ? {} : { members: { required_scope: requiredScope } });
  }

  /** The key is of kind `adm`, and the route serves market data. */
  static forCustomers(): ScopeRequiredError {
    return new ScopeRequiredError('admin keys cannot read market data; use a key of kind live');
  }

  /** The key is not of kind `adm`. */
  static forAdmins(requiredScope: string): ScopeRequiredError {
    return new ScopeRequiredError('this route needs a key of kind adm', requiredScope);
  }
}

/** Members of the answer, which clients of the original service read. */
export interface TierMembers extends NonNullable<ErrorDetails['members']> {
  readonly required_tier: string | undefined;
  readonly tier: string;
  readonly accessible_symbols: readonly string[];
  readonly accessible_timeframes: readonly string[];
  readonly upgrade_required: true;
}

/** The tier does not include what was asked for (403 `tier-required`). */
@ErrorExample('tier-required', () =>
  TierRequiredError.forSubject('AUDJPY', {
    required_tier: 'PRO',
    tier: 'FREE',
    accessible_symbols: ['BTCUSD', 'EURUSD', 'USDJPY', 'US30', 'XAUUSD'],
    accessible_timeframes: ['H1', 'H4', 'D1'],
    upgrade_required: true,
  }),
)
export class TierRequiredError extends GatewayError {
  override readonly code = 'tier-required';

  constructor(message: string, members: TierMembers) {
    super(message, { members });
  }

  /** The tier lacks a symbol or a timeframe. */
  static forSubject(subject: string, members: TierMembers): TierRequiredError {
    return new TierRequiredError(`${members.tier} tier cannot access ${subject}`, members);
  }
}

/** No terminal is configured for the symbol (404 `symbol-not-found`). */
@ErrorExample('symbol-not-found', () => new SymbolNotFoundError('EURUSDD', ['EURUSD']))
export class SymbolNotFoundError extends GatewayError {
  override readonly code = 'symbol-not-found';

  constructor(symbol: string, suggestions: readonly string[]) {
    const hint = suggestions.length === 0 ? 'see /api/v1/symbols' : `did you mean ${suggestions.join(' or ')}?`;
    super(`there is no symbol '${printable(symbol, 40)}'; ${hint}`, { members: { suggestions } });
  }
}

/** The timeframe is not served (404 `timeframe-not-supported`). */
@ErrorExample(
  'timeframe-not-supported',
  () => new TimeframeNotSupportedError('H3', ['M5', 'M15', 'M30', 'H1', 'H4', 'D1']),
)
export class TimeframeNotSupportedError extends GatewayError {
  override readonly code = 'timeframe-not-supported';

  constructor(timeframe: string, supported: readonly string[]) {
    const list = supported.join(', ');
    super(`there is no timeframe '${printable(timeframe, 40)}'; supported: ${list}`, { members: { supported } });
  }
}

/** The tier of an account does not exist, so its rights are unknown. */
export class UnknownTierError extends GatewayError {
  override readonly code = 'internal';

  constructor(tier: string) {
    super(`the tier '${printable(tier, 40)}' of this account is not configured; its operator must correct it`);
  }
}
