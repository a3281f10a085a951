import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet, { type HelmetOptions } from 'helmet';
import { DOCS_PATH } from '../docs-path.js';

const EVERYWHERE = {
  frameguard: { action: 'deny' },
  // Whoever ends TLS in front of the gateway knows whether all of its host may insist on it.
  strictTransportSecurity: false,
} as const satisfies HelmetOptions;

/** Answers are data: whatever a browser takes one for, it may load and run nothing. */
const DATA = headersOf({
  ...EVERYWHERE,
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
});

/** Swagger UI: its own scripts, styles and pictures, inline styles as it writes them, and requests to this server. */
const DOCS = headersOf({
  ...EVERYWHERE,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
});

/** Headers that keep a browser from doing anything with an answer but reading it. `path` is without its query. */
export function securityHeaders(path: string): Readonly<Record<string, string>> {
  return path === `/${DOCS_PATH}` || path.startsWith(`/${DOCS_PATH}/`) ? DOCS : DATA;
}

/** What helmet would set, asked once: the same for every request, and for answers that no framework writes. */
function headersOf(options: HelmetOptions): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, (error) => {
    if (error !== undefined) throw error as Error;
  });
  return headers;
}
