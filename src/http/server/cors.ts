import type { IncomingHttpHeaders } from 'node:http';
import type { ServerSettings } from '../../config/index.js';

/** Request headers that a page's script may send. */
const REQUEST_HEADERS = 'X-API-Key, Authorization, X-User-Tier, If-None-Match, Content-Type, X-Request-Id';

/** Response headers that a page's script may read. */
const RESPONSE_HEADERS = [
  'Allow',
  'ETag',
  'Link',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Data-As-Of',
  'X-Data-Source',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Request-Id',
].join(', ');

/** How long a browser may remember the answer to a preflight, seconds; common browsers cap it at this. */
const REMEMBER_SECONDS = 7200;

/** The part of a request that matters here. */
export interface CorsRequest {
  readonly method: string;
  /** Path without its query, as it was sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** What to do with a request. */
export interface CorsAnswer {
  readonly headers: Readonly<Record<string, string>>;
  /** The browser only asks whether it may: answer 204 with these headers and do nothing else. */
  readonly preflight: boolean;
}

const NOTHING: CorsAnswer = { headers: {}, preflight: false };

/**
 * Which pages may use the customer routes from a browser. Cookies are not used here and not allowed: a key is sent by
 * the page itself. Admin routes are never opened.
 */
export class CorsPolicy {
  private readonly origins: ReadonlySet<string>;
  private readonly everyone: boolean;

  constructor(origins: ServerSettings['corsOrigins']) {
    this.everyone = origins === '*';
    this.origins = new Set(origins === '*' ? [] : origins);
  }

  answer({ method, path, headers }: CorsRequest): CorsAnswer {
    if ((!this.everyone && this.origins.size === 0) || !isOpen(path)) return NOTHING;
    const { origin } = headers;
    // With a list, answers differ by page, so caches must vary by origin.
    const vary: Record<string, string> = this.everyone ? {} : { vary: 'Origin' };
    if (origin === undefined || !(this.everyone || this.origins.has(origin)))
      return { headers: vary, preflight: false };
    const allowed = { ...vary, 'access-control-allow-origin': this.everyone ? '*' : origin };
    if (method === 'OPTIONS' && headers['access-control-request-method'] !== undefined) {
      return { headers: { ...allowed, ...PREFLIGHT }, preflight: true };
    }
    return { headers: { ...allowed, 'access-control-expose-headers': RESPONSE_HEADERS }, preflight: false };
  }
}

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, HEAD, POST',
  'access-control-allow-headers': REQUEST_HEADERS,
  'access-control-max-age': String(REMEMBER_SECONDS),
};

/** The router decodes paths before it looks for a route: `%61dmin` is `admin` to it as well. */
function isOpen(path: string): boolean {
  try {
    const decoded = decodeURIComponent(path);
    return /^\/(api|problems)\//.test(decoded) && !/^\/api\/(v1\/)?admin(\/|$)/.test(decoded);
  } catch {
    return false;
  }
}
