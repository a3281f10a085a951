import { counted, type ErrorCode, type ErrorDetails, GatewayError, printable } from '../kernel/index.js';
import { seconds } from './limits/rate-headers.js';
import type { WindowState } from './limits/rate-limits.js';

/** Why a key is refused. */
export type KeyRefusal = Extract<
  ErrorCode,
  | 'key-missing'
  | 'key-invalid'
  | 'key-expired'
  | 'key-not-yet-valid'
  | 'key-revoked'
  | 'account-suspended'
  | 'address-not-allowed'
>;

const KEY_MESSAGES: Readonly<Record<KeyRefusal, string>> = {
  'key-missing': 'this route needs an API key: send it as X-API-Key or as Authorization: Bearer',
  // One text for mistyped, unknown and wrong keys: an answer must not tell which ids exist.
  'key-invalid': 'the API key is not valid; check that it was copied completely, and send only one',
  'key-expired': 'the API key has expired; ask for a new one',
  'key-not-yet-valid': 'the API key is not valid yet',
  'key-revoked': 'the API key was revoked; ask for a new one',
  'account-suspended': 'the account of this API key is suspended; ask its operator',
  'address-not-allowed': 'this API key may not be used from this address; ask its operator to allow the address',
};

/** The key of a request is refused. `keyId` is known once the secret was found right, and only then. */
export class KeyRefusedError extends GatewayError {
  constructor(
    override readonly code: KeyRefusal,
    readonly keyId?: string,
  ) {
    super(KEY_MESSAGES[code]);
  }
}

/** Name of the limit on wrong keys from one address. */
export const FAILED_AUTH = 'failed-auth';

/** An address has shown too many wrong keys (429 `quota-exceeded`). Valid keys from there are let in all the same. */
export class TooManyFailuresError extends GatewayError {
  override readonly code = 'quota-exceeded';
  override readonly retryable = true;

  constructor(waitSeconds: number, cause: KeyRefusedError) {
    super(
      `too many requests without a valid API key from this address; wait ${counted(waitSeconds, 'second')}, or send a valid one`,
      {
        retryAfterSeconds: waitSeconds,
        members: { violated_policies: [FAILED_AUTH] },
        cause,
      },
    );
  }
}

/** A key of kind `test` was used for a series of a real market (403 `scope-required`). */
export class TestKeyOnRealSeriesError extends GatewayError {
  override readonly code = 'scope-required';

  constructor() {
    super(
      'keys of kind test read simulated series only, and this one comes from a real terminal; use a key of kind live',
      {
        members: { required_kind: 'live' },
      },
    );
  }
}

/** A key came in the query string (400 `key-in-query`). */
export class KeyInQueryError extends GatewayError {
  override readonly code = 'key-in-query';

  constructor() {
    super('send the API key as a header, never in the query string: URLs end up in logs; replace this key');
  }
}

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

/** Name of the limit on requests at once, beside those of the windows of time. */
export const CONCURRENCY = 'concurrency';

/** The account's limit is used up (429 `quota-exceeded`). Names every limit in the way; the longest wait counts. */
export class QuotaExceededError extends GatewayError {
  override readonly code = 'quota-exceeded';
  override readonly retryable = true;

  constructor(exhausted: readonly WindowState[], { crowded }: { readonly crowded: boolean }) {
    const wait = Math.max(...exhausted.map(({ resetMs }) => seconds(resetMs)));
    const quotas = exhausted.map(({ policy }) => `${policy.quota} requests per ${policy.name}`).join(' and ');
    const used = exhausted.length === 1 ? `the limit of ${quotas} is` : `the limits of ${quotas} are`;
    super(`${used} used up; wait ${counted(wait, 'second')}`, {
      retryAfterSeconds: wait,
      members: {
        violated_policies: [...exhausted.map(({ policy }) => policy.name), ...(crowded ? [CONCURRENCY] : [])],
      },
    });
  }
}

/** As many requests of the account are running as may run at once (429 `concurrency-exceeded`). */
export class ConcurrencyExceededError extends GatewayError {
  override readonly code = 'concurrency-exceeded';
  override readonly retryable = true;

  constructor(limit: number) {
    super(`the account already has ${limit} requests open, as many as it may have at once; wait for an answer`, {
      retryAfterSeconds: 1,
      members: { violated_policies: [CONCURRENCY] },
    });
  }
}

/** Keys cannot be checked right now (503 `reduced-capacity`). */
export class KeysUnavailableError extends GatewayError {
  override readonly code = 'reduced-capacity';
  override readonly retryable = true;

  constructor(cause?: unknown) {
    super('this API key cannot be checked right now because the key store is away; ask again soon', {
      retryAfterSeconds: 5,
      cause,
    });
  }
}

/** An account has a tier that does not exist, so nobody knows what it may do. */
export class UnknownTierError extends GatewayError {
  override readonly code = 'internal';

  constructor(tier: string) {
    super(`the tier '${printable(tier, 40)}' of this account is not configured; its operator must correct it`);
  }
}
