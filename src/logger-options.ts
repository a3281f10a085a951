import type { Params } from 'nestjs-pino';
import type { ServerSettings } from './config/index.js';
import { withoutSecrets } from './kernel/index.js';

/** Contexts of Nest that log every module and route at each start: 70 lines that no operator needs. */
const CHATTY = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory']);
const WARN = 40;

/** Members whose values are always secret. */
const SECRET_MEMBERS = [
  'authorization',
  '["x-api-key"]',
  '["x-admin-api-key"]',
  'cookie',
  'password',
  'secret',
  'pepper',
];

/**
 * The gateway logs JSON lines from `level` on. Requests are measured in /metrics, not logged; an error is logged where
 * it is answered.
 */
export function loggerOptions(level: ServerSettings['logLevel']): NonNullable<Params['pinoHttp']> {
  return {
    level,
    autoLogging: false,
    redact: {
      paths: SECRET_MEMBERS.flatMap((name) => ['', '*', '*.*'].map((above) => memberPath(above, name))),
      censor: '[redacted]',
    },
    hooks: {
      logMethod(parameters, method, number) {
        const context = (parameters[0] as { context?: unknown } | undefined)?.context;
        if (number < WARN && typeof context === 'string' && CHATTY.has(context)) return;
        method.apply(this, parameters);
      },
      streamWrite: withoutSecrets,
    },
  };
}

function memberPath(above: string, name: string): string {
  return above === '' || name.startsWith('[') ? `${above}${name}` : `${above}.${name}`;
}
