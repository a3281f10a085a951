import type { ErrorCode } from '../../kernel/index.js';

/** Log level of a problem: error = a person must act, warn = degraded, debug = the caller's own mistake. */
export type ProblemLogLevel = 'error' | 'warn' | 'debug';

/** Properties that all problems of one code share. */
export interface ProblemSpec {
  readonly status: number;
  readonly title: string;
  readonly logLevel: ProblemLogLevel;
  /** Meaning and remedy; shown in the documentation. */
  readonly description: string;
  /** Whether the same request may succeed later; an error may say otherwise of itself. */
  readonly retryable: boolean;
}

const mistake = (status: number, title: string, description: string): ProblemSpec => ({
  status,
  title,
  description,
  logLevel: 'debug',
  retryable: false,
});

const passing = (status: number, title: string, description: string): ProblemSpec => ({
  ...mistake(status, title, description),
  logLevel: 'warn',
  retryable: true,
});

/** Every public error code with its HTTP status, wording and retry advice. */
export const PROBLEMS = {
  'invalid-parameter': mistake(400, 'Invalid parameter', 'A parameter is not allowed; `errors` lists every fault.'),
  'unknown-parameter': mistake(400, 'Unknown parameter', 'The route has no such query parameter; `errors` lists all.'),
  'key-in-query': mistake(
    400,
    'Key in the query string',
    'Keys belong into a header: URLs end up in logs. Treat this key as exposed and replace it.',
  ),
  'key-missing': mistake(401, 'Key missing', 'Send an API key as `X-API-Key` or `Authorization: Bearer`.'),
  'key-invalid': mistake(401, 'Key invalid', 'The key is mistyped, unknown, or two different keys were sent.'),
  'key-expired': mistake(401, 'Key expired', 'The key was valid until a time that has passed.'),
  'key-not-yet-valid': mistake(401, 'Key not yet valid', 'The key becomes valid at a later time.'),
  'key-revoked': mistake(401, 'Key revoked', 'The key was revoked and will not work again.'),
  'tier-required': mistake(
    403,
    'Tier required',
    'The symbol or timeframe is not part of the tier; `required_tier` names the lowest one that has it.',
  ),
  'scope-required': mistake(403, 'Scope required', 'The key is not meant for this route.'),
  'account-suspended': mistake(403, 'Account suspended', 'The account of the key is suspended.'),
  'address-not-allowed': mistake(403, 'Address not allowed', 'The key may not be used from this address.'),
  'symbol-not-found': mistake(
    404,
    'Symbol not found',
    'There is no such symbol; names are upper case. `suggestions` lists similar ones.',
  ),
  'timeframe-not-supported': mistake(
    404,
    'Timeframe not supported',
    'There is no such timeframe; `supported` lists those that are served.',
  ),
  'not-found': mistake(404, 'Not found', 'Nothing has this id; `kind` and `id` say what was looked for.'),
  'route-not-found': mistake(404, 'Route not found', 'There is no such path; the documentation lists all of them.'),
  'method-not-allowed': mistake(405, 'Method not allowed', 'The path exists; `Allow` lists the methods it takes.'),
  'idempotency-conflict': mistake(
    409,
    'Idempotency conflict',
    'The same Idempotency-Key was sent with a different request.',
  ),
  'precondition-failed': mistake(
    412,
    'Precondition failed',
    'Another request has changed the thing since you read it; read it again and repeat the change.',
  ),
  'payload-too-large': mistake(413, 'Payload too large', 'The body or the headers are larger than allowed.'),
  'unsupported-media-type': mistake(415, 'Unsupported media type', 'Bodies must be `application/json`.'),
  'quota-exceeded': {
    ...passing(429, 'Quota exceeded', 'The limit of the account is used up; `violated_policies` says which.'),
    logLevel: 'debug',
  },
  'concurrency-exceeded': {
    ...passing(429, 'Too many concurrent requests', 'The account has too many open requests.'),
    logLevel: 'debug',
  },
  internal: {
    ...mistake(500, 'Internal error', 'A fault of the gateway; quote the `request_id` to its operator.'),
    logLevel: 'error',
  },
  'terminal-error': {
    ...passing(502, 'Terminal error', 'The terminal answered with an error.'),
    retryable: false,
  },
  'terminal-timeout': passing(504, 'Terminal timeout', 'The terminal did not answer in time.'),
  'terminal-disconnected': passing(
    503,
    'Terminal disconnected',
    'No terminal that serves the symbol is connected; `terminal_id` names the one that should be.',
  ),
  'history-loading': passing(503, 'History loading', 'The terminal is still loading this history; ask again soon.'),
  'reduced-capacity': passing(503, 'Reduced capacity', 'A part of the gateway is away or full; ask again soon.'),
  'shutting-down': passing(503, 'Shutting down', 'The gateway is stopping; another instance may answer.'),
} satisfies Record<ErrorCode, ProblemSpec>;

/** The row of a code. */
export function problemSpec(code: ErrorCode): ProblemSpec {
  return PROBLEMS[code];
}
