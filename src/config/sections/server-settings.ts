import { section, settingsOf } from '../environment/section.js';
import { choice, integer, text } from '../environment/variable.js';
import { readCorsOrigins } from './cors-origins.js';

/** Address that a server listens on. */
export const HOST = /^[A-Za-z0-9.:_-]{1,253}$/;
/** Who may read a page of documentation: everybody, holders of an admin key, or no one. */
const DOCS_ACCESS = ['open', 'key', 'off'] as const;

/** One of {@link DOCS_ACCESS}. */
export type DocsAccess = (typeof DOCS_ACCESS)[number];

export const SERVER = section('Server', {
  host: text('HOST', {
    about: 'Address the API listens on; 0.0.0.0 = all.',
    form: 'an IP address',
    pattern: HOST,
    default: '127.0.0.1',
  }),
  port: integer('PORT', { about: 'Port of the API.', range: [0, 65_535, 'TCP port'], default: 5001 }),
  metricsPort: integer('METRICS_PORT', {
    about: 'Separate port for /metrics.',
    range: [1, 65_535, 'TCP port'],
    unset: 'the port of the API',
  }),
  docsAccess: choice('DOCS_ACCESS', {
    about: 'Who may read Swagger UI for customers at /docs: everybody, holders of an admin key, or no one.',
    of: DOCS_ACCESS,
    default: 'open',
  }),
  adminDocsAccess: choice('ADMIN_DOCS_ACCESS', {
    about: 'Who may read Swagger UI for admins at /docs/admin: everybody, holders of an admin key, or no one.',
    of: DOCS_ACCESS,
    default: 'key',
  }),
  logLevel: choice('LOG_LEVEL', {
    about: 'Lowest level of lines that are logged.',
    of: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    default: 'info',
  }),
  shutdownGraceMs: integer('SHUTDOWN_GRACE_MS', {
    about: 'Time for open requests to finish when the gateway stops.',
    range: [0, 60_000, 'milliseconds'],
    default: 5000,
  }),
  shutdownDelayMs: integer('SHUTDOWN_DELAY_MS', {
    about:
      'Time at a stop in which requests are still served while readiness is red, so that load balancers turn away first.',
    range: [0, 60_000, 'milliseconds'],
    default: 0,
  }),
  trustedProxies: integer('TRUSTED_PROXIES', {
    about: 'Number of proxies in front whose X-Forwarded-For is trusted.',
    range: [0, 10, 'proxies'],
    default: 0,
  }),
  maxConnections: integer('HTTP_MAX_CONNECTIONS', {
    about:
      'Maximum of connections of the API; at the limit a newer one replaces an unused one, else it is refused with 503.',
    range: [1, 1_000_000, 'connections'],
    unset: 'what the limit of open files (ulimit -n) leaves',
  }),
  corsOrigins: text('CORS_ORIGINS', {
    about: 'Web pages, by origin, that may call customer routes from a browser; admin routes are never opened.',
    form: '* or a list such as https://app.example.com,https://example.com:8443',
    unset: 'none',
  }),
});

/** HTTP server and process. */
export class ServerSettings extends settingsOf(SERVER, (values, faults) => ({
  ...values,
  corsOrigins: readCorsOrigins(values.corsOrigins, faults),
})) {}
