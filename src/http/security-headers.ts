import { DOCS_PATH } from './docs-path.js';

const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  // For tags such as <img> and <script>. What CORS opens is asked with fetch, which this does not concern.
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Answers are data: whatever a browser takes one for, it may load and run nothing. */
const DATA = { ...EVERYWHERE, 'content-security-policy': "default-src 'none'; frame-ancestors 'none'" };

/** Swagger UI: its own scripts, styles and pictures, inline styles as it writes them, and requests to this server. */
const DOCS = {
  ...EVERYWHERE,
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
};

/** Headers that keep a browser from doing anything with an answer but reading it. `path` is without its query. */
export function securityHeaders(path: string): Readonly<Record<string, string>> {
  return path === `/${DOCS_PATH}` || path.startsWith(`/${DOCS_PATH}/`) ? DOCS : DATA;
}
