import { DOCS_ACCESS, type DocsAccess } from './docs-access.js';
import { BooleanVariable, ChoiceVariable, IntegerVariable, TextVariable } from '../environment/variable.js';

export { AgentEnvironment } from './agent-environment.js';

/**
 * Every environment variable that the gateway knows, one class per concern. `.env.example` is rendered from these
 * classes and a test holds the two equal.
 */

const HOST = /^[A-Za-z0-9.:_-]{1,253}$/;
const POSTGRES_URL = /^postgres(ql)?:\/\/.+/;

export class ServerEnvironment {
  @TextVariable({
    about: 'Address the API listens on; 0.0.0.0 = all.',
    unit: 'an IP address',
    pattern: HOST,
    default: '127.0.0.1',
  })
  HOST!: string;

  @IntegerVariable({ about: 'Port of the API.', unit: 'TCP port', min: 0, max: 65_535, default: 5001 })
  PORT!: number;

  @IntegerVariable({
    about: 'Own port for /metrics.',
    unit: 'TCP port',
    min: 1,
    max: 65_535,
    defaultNote: 'the port of the API',
  })
  METRICS_PORT?: number;

  @ChoiceVariable({
    about: 'Who may read Swagger UI for customers at /docs: anybody, who has an admin key, nobody.',
    of: DOCS_ACCESS,
    default: 'open',
  })
  DOCS_ACCESS!: DocsAccess;

  @ChoiceVariable({
    about: 'Who may read Swagger UI for admins at /docs/admin: anybody, who has an admin key, nobody.',
    of: DOCS_ACCESS,
    default: 'key',
  })
  ADMIN_DOCS_ACCESS!: DocsAccess;

  @ChoiceVariable({
    about: 'Least important lines that are logged.',
    of: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    default: 'info',
  })
  LOG_LEVEL!: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

  @IntegerVariable({
    about: 'How long open requests may take to finish when the gateway stops.',
    unit: 'milliseconds',
    min: 0,
    max: 60_000,
    default: 5000,
  })
  SHUTDOWN_GRACE_MS!: number;

  @IntegerVariable({
    about:
      'How long requests are still served at a stop while readiness is red, so that load balancers turn away first.',
    unit: 'milliseconds',
    min: 0,
    max: 60_000,
    default: 0,
  })
  SHUTDOWN_DELAY_MS!: number;

  @IntegerVariable({
    about: 'How many proxies stand in front, whose X-Forwarded-For is believed.',
    unit: 'proxies',
    min: 0,
    max: 10,
    default: 0,
  })
  TRUSTED_PROXIES!: number;

  @IntegerVariable({
    about: 'Most connections of the API; an unused one is closed for a newer one, and the next is refused with 503.',
    unit: 'connections',
    min: 1,
    max: 1_000_000,
    defaultNote: 'what the limit of open files (ulimit -n) leaves',
  })
  HTTP_MAX_CONNECTIONS?: number;

  @TextVariable({
    about: 'Web pages that may ask the customer routes from a browser, by origin; admin routes are never opened.',
    unit: '* or a list such as https://app.example.com,https://example.com:8443',
    defaultNote: 'none',
  })
  CORS_ORIGINS?: string;
}

export class DatabaseEnvironment {
  @TextVariable({
    about: "Postgres (or PgBouncer) with the application's role.",
    unit: 'a URL postgres://user:password@host:port/database',
    pattern: POSTGRES_URL,
    required: true,
    secret: true,
  })
  DATABASE_URL!: string;

  @TextVariable({
    about: 'Direct way to Postgres for npm run migrate.',
    unit: 'a URL postgres://user:password@host:port/database',
    pattern: POSTGRES_URL,
    secret: true,
    defaultNote: 'DATABASE_URL',
  })
  MIGRATE_DATABASE_URL?: string;

  @BooleanVariable({ about: 'PgBouncer stands between the gateway and Postgres.', default: true })
  USE_PGBOUNCER!: boolean;

  @TextVariable({
    about: "PgBouncer's own console, for its metrics; a user of its own, named in stats_users, is best.",
    unit: 'a URL postgres://user:password@host:port/pgbouncer',
    pattern: POSTGRES_URL,
    secret: true,
    defaultNote: 'database pgbouncer at the address and with the user of DATABASE_URL; none without PgBouncer',
  })
  PGBOUNCER_ADMIN_URL?: string;

  @IntegerVariable({
    about: 'Connections that are opened at start and kept open.',
    unit: 'connections',
    min: 1,
    max: 200,
    defaultNote: '5 with PgBouncer, 20 without',
  })
  DB_POOL_SIZE?: number;

  @IntegerVariable({
    about: 'Further connections under load; they close when they are idle.',
    unit: 'connections',
    min: 0,
    max: 400,
    defaultNote: '10 with PgBouncer, 30 without',
  })
  DB_MAX_OVERFLOW?: number;

  @IntegerVariable({
    about: 'Callers that may wait for a connection; the next one is refused at once.',
    unit: 'callers',
    min: 0,
    max: 10_000,
    defaultNote: 'four for each connection of DB_POOL_SIZE and DB_MAX_OVERFLOW',
  })
  DB_POOL_MAX_WAITERS?: number;

  @IntegerVariable({
    about: 'Longest wait for a connection.',
    unit: 'seconds',
    min: 1,
    max: 120,
    defaultNote: '10 with PgBouncer, 30 without',
  })
  DB_POOL_TIMEOUT?: number;

  @IntegerVariable({
    about: 'Age at which a connection is replaced; up to a quarter earlier, each at its own time.',
    unit: 'seconds',
    min: 1,
    max: 86_400,
    defaultNote: '1800 with PgBouncer, 3600 without',
  })
  DB_POOL_RECYCLE?: number;

  @BooleanVariable({
    about: 'Repeat a read once on another connection when its own turns out to be dead.',
    default: true,
  })
  DB_POOL_PRE_PING!: boolean;

  @IntegerVariable({
    about: 'Whoever holds a connection longer is reported, with the place that took it.',
    unit: 'seconds',
    min: 1,
    max: 3600,
    default: 30,
  })
  DB_POOL_LEAK_AFTER!: number;

  @BooleanVariable({ about: 'Log every event of the pool: connect, checkout, checkin and so on.', default: false })
  DB_ECHO_POOL!: boolean;

  @IntegerVariable({ about: 'Longest time to open a connection.', unit: 'seconds', min: 1, max: 60, default: 10 })
  DB_CONNECT_TIMEOUT!: number;

  @IntegerVariable({
    about: 'Longest time of one statement; its connection is then destroyed.',
    unit: 'seconds',
    min: 1,
    max: 300,
    default: 7,
  })
  DB_STATEMENT_TIMEOUT!: number;
}

export class BridgeEnvironment {
  @TextVariable({
    about: 'Address the terminals dial; keep it on loopback unless TLS is set.',
    unit: 'an IP address',
    pattern: HOST,
    default: '127.0.0.1',
  })
  BRIDGE_HOST!: string;

  @IntegerVariable({ about: 'Port the terminals dial.', unit: 'TCP port', min: 0, max: 65_535, default: 5010 })
  BRIDGE_PORT!: number;

  @TextVariable({
    about:
      "Every terminal's key is derived from it (npm run keys -- terminal MT5_05). Changing it changes all of them.",
    unit: 'at least 32 characters',
    minLength: 32,
    required: true,
    secret: true,
  })
  BRIDGE_MASTER_SECRET!: string;

  @TextVariable({
    about: 'Certificate chain for TLS on the bridge port.',
    unit: 'path of a PEM file',
    defaultNote: 'no TLS',
  })
  BRIDGE_TLS_CERT_FILE?: string;

  @TextVariable({ about: 'Private key for TLS on the bridge port.', unit: 'path of a PEM file', defaultNote: 'no TLS' })
  BRIDGE_TLS_KEY_FILE?: string;

  @IntegerVariable({
    about: 'Heartbeat interval; a terminal is lost after three intervals without a byte.',
    unit: 'milliseconds',
    min: 200,
    max: 60_000,
    default: 5000,
  })
  BRIDGE_HEARTBEAT_MS!: number;

  @IntegerVariable({
    about: 'A terminal must prove itself within this time.',
    unit: 'milliseconds',
    min: 100,
    max: 60_000,
    default: 5000,
  })
  BRIDGE_HANDSHAKE_TIMEOUT_MS!: number;

  @IntegerVariable({ about: 'Largest frame.', unit: 'bytes', min: 65_536, max: 16_777_216, default: 1_048_576 })
  BRIDGE_MAX_FRAME_BYTES!: number;
}

export class TerminalEnvironment {
  @TextVariable({ about: 'Folder of terminals.json, tiers.json and indicators.json.', unit: 'path', default: 'config' })
  CONFIG_DIR!: string;

  @BooleanVariable({ about: 'Accept simulated terminals; every answer then says so.', default: false })
  ALLOW_SIMULATOR!: boolean;

  @IntegerVariable({
    about: 'Account of the only terminal, instead of terminals.json: MT5_01 serves all symbols named there.',
    unit: 'account number',
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    defaultNote: 'terminals.json',
  })
  MT5_LOGIN?: number;

  @TextVariable({
    about: 'Trade server of the only terminal; together with MT5_LOGIN.',
    unit: "the broker's server name",
    defaultNote: 'terminals.json',
  })
  MT5_SERVER?: string;

  @IntegerVariable({
    about: 'Deadline of one request to a terminal, waiting included.',
    unit: 'milliseconds',
    min: 100,
    max: 120_000,
    default: 10_000,
  })
  TERMINAL_REQUEST_TIMEOUT_MS!: number;

  @IntegerVariable({
    about: 'Requests that may wait for one terminal.',
    unit: 'requests',
    min: 1,
    max: 10_000,
    default: 64,
  })
  TERMINAL_QUEUE_LIMIT!: number;

  @IntegerVariable({
    about: 'Every terminal is probed once per interval and dropped if it fails.',
    unit: 'milliseconds',
    min: 1000,
    max: 3_600_000,
    default: 60_000,
  })
  TERMINAL_RECONNECT_INTERVAL_MS!: number;

  @IntegerVariable({
    about: "A terminal whose program runs but whose bridge stays away for so long is restarted by its host's agent.",
    unit: 'milliseconds',
    min: 1000,
    max: 86_400_000,
    default: 180_000,
  })
  TERMINAL_RESTART_AFTER_MS!: number;
}

export class SeriesEnvironment {
  @IntegerVariable({
    about: 'Closed bars kept in memory per symbol and timeframe.',
    unit: 'bars',
    min: 5200,
    max: 100_000,
    default: 10_000,
  })
  SERIES_BARS!: number;

  @IntegerVariable({
    about: "A bar counts as closed this long after its end by the terminal's server time.",
    unit: 'milliseconds',
    min: 0,
    max: 1500,
    default: 1000,
  })
  CLOSE_GRACE_MS!: number;

  @IntegerVariable({
    about: 'Server time is believed for this long after a heartbeat.',
    unit: 'milliseconds',
    min: 1000,
    max: 60_000,
    default: 10_000,
  })
  HEARTBEAT_FRESH_MS!: number;

  @IntegerVariable({
    about: 'Every live series is compared with its terminal once per interval, and soon after each reconnect.',
    unit: 'milliseconds',
    min: 500,
    max: 604_800_000,
    default: 21_600_000,
  })
  SERIES_VERIFY_INTERVAL_MS!: number;

  @TextVariable({
    about: 'How long bars stay in the database, by timeframe; the newest SERIES_BARS of a series always stay.',
    unit: 'a list such as M1=30d,M5=180d (days)',
    pattern: /^[A-Z0-9]+=[0-9]{1,5}d(,[A-Z0-9]+=[0-9]{1,5}d)*$/,
    defaultNote: 'for ever',
  })
  CANDLE_RETENTION?: string;
}

export class AuditEnvironment {
  @IntegerVariable({
    about: 'Whole months that the audit trail is kept besides the current one; older ones are dropped by the month.',
    unit: 'months',
    min: 3,
    max: 1200,
    default: 24,
  })
  AUDIT_RETENTION_MONTHS!: number;

  @TextVariable({
    about:
      'Folder in which audit entries wait while the database is away; keep it on a disk that outlives the process.',
    unit: 'path',
    default: 'data/audit-spool',
  })
  AUDIT_SPOOL_DIR!: string;

  @IntegerVariable({
    about: 'Most that may wait there; some 300 bytes an entry.',
    unit: 'bytes',
    min: 65_536,
    max: 1_099_511_627_776,
    default: 67_108_864,
  })
  AUDIT_SPOOL_MAX_BYTES!: number;
}

export class AccessEnvironment {
  @TextVariable({
    about: 'Mixed into the stored hashes of API keys (version 1). Changing it makes the keys made with it invalid.',
    unit: 'at least 32 characters',
    minLength: 32,
    required: true,
    secret: true,
  })
  KEY_PEPPER!: string;

  @TextVariable({
    about: 'Newer peppers by version; new keys take the highest, older keys stay valid while theirs is kept.',
    unit: 'a list such as 3:…,2:… of versions from 2 to 32767, each with at least 32 characters without comma',
    pattern: /^[0-9]{1,5}:[^,]{32,}(,[0-9]{1,5}:[^,]{32,})*$/,
    secret: true,
    defaultNote: 'only KEY_PEPPER',
  })
  KEY_PEPPERS?: string;

  @IntegerVariable({
    about: 'Requests with a wrong key or none from one address; further ones get 429, those with a valid key never do.',
    unit: 'requests a minute',
    min: 1,
    max: 100_000,
    default: 60,
  })
  FAILED_AUTH_PER_MINUTE!: number;
}

/** Only the demo reads these: it brings its own database, secrets and terminals. */
export class DemoEnvironment {
  @TextVariable({ about: 'Demo only: where its database, secrets and demo.json live.', unit: 'path', default: '.data' })
  DATA_DIR!: string;

  @TextVariable({
    about: 'Demo and simulator only: folder of SYMBOL_TIMEFRAME.csv[.gz] files to replay.',
    unit: 'path',
    defaultNote: 'none: a synthetic market',
  })
  CANDLES_DIR?: string;
}
