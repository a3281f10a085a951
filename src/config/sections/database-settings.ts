import { section, settingsOf } from '../environment/section.js';
import { flag, integer, seconds, text } from '../environment/variable.js';

const URL_FORM = 'a URL postgres://user:password@host:port/database';
const POSTGRES_URL = /^postgres(ql)?:\/\/.+/;

export const DATABASE = section('Database', {
  url: text('DATABASE_URL', {
    about: "Postgres (or PgBouncer) with the application's role.",
    form: URL_FORM,
    pattern: POSTGRES_URL,
    required: true,
    secret: true,
  }),
  migrateUrl: text('MIGRATE_DATABASE_URL', {
    about: 'Direct connection to Postgres for npm run migrate.',
    form: URL_FORM,
    pattern: POSTGRES_URL,
    secret: true,
    unset: 'DATABASE_URL',
  }),
  usePgbouncer: flag('USE_PGBOUNCER', {
    about: 'PgBouncer stands between the gateway and Postgres.',
    default: true,
  }),
  pgbouncerAdminUrl: text('PGBOUNCER_ADMIN_URL', {
    about: "PgBouncer's own console, for its metrics; a separate user, named in stats_users, is best.",
    form: 'a URL postgres://user:password@host:port/pgbouncer',
    pattern: POSTGRES_URL,
    secret: true,
    unset: 'database pgbouncer at the address and with the user of DATABASE_URL; none without PgBouncer',
  }),
  poolSize: integer('DB_POOL_SIZE', {
    about: 'Connections that are opened at start and stay open.',
    range: [1, 200, 'connections'],
    unset: '5 with PgBouncer, 20 without',
  }),
  maxOverflow: integer('DB_MAX_OVERFLOW', {
    about: 'Additional connections under load; they close when they are idle.',
    range: [0, 400, 'connections'],
    unset: '10 with PgBouncer, 30 without',
  }),
  maxWaiters: integer('DB_POOL_MAX_WAITERS', {
    about: 'Callers that may wait for a connection; the next one is refused immediately.',
    range: [0, 10_000, 'callers'],
    unset: 'four for each connection of DB_POOL_SIZE and DB_MAX_OVERFLOW',
  }),
  poolTimeoutMs: seconds('DB_POOL_TIMEOUT', {
    about: 'Longest wait for a connection.',
    range: [1, 120],
    unset: '10 with PgBouncer, 30 without',
  }),
  poolRecycleMs: seconds('DB_POOL_RECYCLE', {
    about: 'Age at which a connection is replaced; up to a quarter earlier, each at its own time.',
    range: [1, 86_400],
    unset: '1800 with PgBouncer, 3600 without',
  }),
  poolPrePing: flag('DB_POOL_PRE_PING', {
    about: 'Repeat a read once on another connection when its own is dead.',
    default: true,
  }),
  leakAfterMs: seconds('DB_POOL_LEAK_AFTER', {
    about: 'A connection that is held longer is logged, with the place in the code that took it.',
    range: [1, 3600],
    default: 30,
  }),
  echoPool: flag('DB_ECHO_POOL', {
    about: 'Log every event of the pool: connect, checkout, checkin and so on.',
    default: false,
  }),
  connectTimeoutMs: seconds('DB_CONNECT_TIMEOUT', {
    about: 'Longest time to open a connection.',
    range: [1, 60],
    default: 10,
  }),
  statementTimeoutMs: seconds('DB_STATEMENT_TIMEOUT', {
    about: 'Longest time of one statement; its connection is then destroyed.',
    range: [1, 300],
    default: 7,
  }),
});

/** With PgBouncer the pool is small, because PgBouncer distributes the server's connections. */
const POOL_DEFAULTS = {
  pooled: { poolSize: 5, maxOverflow: 10, poolTimeoutMs: 10_000, poolRecycleMs: 1_800_000 },
  direct: { poolSize: 20, maxOverflow: 30, poolTimeoutMs: 30_000, poolRecycleMs: 3_600_000 },
} as const;
const WAITERS_PER_CONNECTION = 4;

/** Postgres, direct or behind PgBouncer. */
export class DatabaseSettings extends settingsOf(DATABASE, (values) => {
  const preset = POOL_DEFAULTS[values.usePgbouncer ? 'pooled' : 'direct'];
  const poolSize = values.poolSize ?? preset.poolSize;
  const maxOverflow = values.maxOverflow ?? preset.maxOverflow;
  return {
    ...values,
    migrateUrl: values.migrateUrl ?? values.url,
    pgbouncerAdminUrl: values.pgbouncerAdminUrl ?? consoleBeside(values),
    poolSize,
    maxOverflow,
    maxWaiters: values.maxWaiters ?? WAITERS_PER_CONNECTION * (poolSize + maxOverflow),
    poolTimeoutMs: values.poolTimeoutMs ?? preset.poolTimeoutMs,
    poolRecycleMs: values.poolRecycleMs ?? preset.poolRecycleMs,
  };
}) {}

/** PgBouncer's console is a database of the same server; undefined without PgBouncer. */
function consoleBeside(values: { readonly usePgbouncer: boolean; readonly url: string }): string | undefined {
  if (!values.usePgbouncer || !URL.canParse(values.url)) return undefined;
  return Object.assign(new URL(values.url), { pathname: '/pgbouncer' }).href;
}
