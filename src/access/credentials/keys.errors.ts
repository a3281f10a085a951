import { counted, type ErrorCode, ErrorExample, GatewayError } from '../../kernel/index.js';

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
const KEY_REFUSALS = Object.keys(KEY_MESSAGES) as KeyRefusal[];

/** The key of a request is refused. `keyId` is known once the secret was found right, and only then. */
@ErrorExample(KEY_REFUSALS, (code) => new KeyRefusedError(code))
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

/** An address has shown too many wrong keys (429 `quota-exceeded`). Valid keys from that address are still admitted. */
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
@ErrorExample('key-in-query', () => new KeyInQueryError())
export class KeyInQueryError extends GatewayError {
  override readonly code = 'key-in-query';

  constructor() {
    super('send the API key as a header, never in the query string: URLs end up in logs; replace this key');
  }
}

/** Keys cannot be checked right now (503 `reduced-capacity`). */
@ErrorExample('reduced-capacity', () => new KeysUnavailableError())
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
