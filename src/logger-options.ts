import type { Params } from 'nestjs-pino';
import type { ServerSettings } from './config/index.js';

/** Nest's own parts that tell of every module and route at each start: 70 lines that no operator asked for. */
const CHATTY = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory']);
const WARN = 40;

/** Members that are secret whatever they hold. */
const SECRET_MEMBERS = [
  'authorization',
  '["x-api-key"]',
  '["x-admin-api-key"]',
  'cookie',
  'password',
  'secret',
  'pepper',
];

/** What is secret wherever it stands: an API key, and the password in the URL of a database. */
const API_KEY = /(mt5g_(?:live|test|adm)_[0-9A-Za-z]{1,16})_[0-9A-Za-z]+/g;
const URL_PASSWORD = /(\b[a-z][a-z0-9+]*:\/\/[^\s:@/"]*):[^\s@/"]+@/g;

/** A line of the log without the keys and passwords that somebody else's words may have brought into it. */
export function withoutSecrets(line: string): string {
  return line.replace(API_KEY, '$1_[redacted]').replace(URL_PASSWORD, '$1:[redacted]@');
}

/**
 * How the gateway logs: JSON lines from `level` on. Requests are measured, not logged: /metrics tells more, and an error
 * is logged where it is answered.
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
