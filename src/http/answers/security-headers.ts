import { DOCS_PATH } from '../docs-path.js';

/**
 * What helmet sets, without Strict-Transport-Security: only the proxy that ends TLS in front of the gateway knows
 * whether its whole host can insist on it.
 */
const EVERYWHERE = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
} as const;

/** Answers are data: a browser loads and runs nothing of them, whatever it takes them for. */
const DATA = { 'content-security-policy': "default-src 'none';frame-ancestors 'none'", ...EVERYWHERE };

/** Swagger UI: its own scripts, styles and pictures, inline styles as it writes them, and requests to this server. */
const DOCS = {
  'content-security-policy':
    "default-src 'none';script-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data:;connect-src 'self';" +
    "base-uri 'none';form-action 'none';frame-ancestors 'none'",
  ...EVERYWHERE,
};

/** Headers that keep a browser from doing anything with an answer but reading it. `path` is without its query. */
export function securityHeaders(path: string): Readonly<Record<string, string>> {
  return path === `/${DOCS_PATH}` || path.startsWith(`/${DOCS_PATH}/`) ? DOCS : DATA;
}
