import { join } from 'node:path';
import { isTimeframe, parseZoneRule, symbolName, TIMEFRAMES, type Timeframe } from '../market/index.js';
import { camelize } from './files/camelize.js';
import { readCorsOrigins } from './sections/cors-origins.js';
import { ConfigurationError } from './config.errors.js';
import { connectionSettings } from './descriptors/connection-settings.js';
import { readDescriptorLimit } from './descriptors/descriptor-limit.js';
import {
  AccessEnvironment,
  AuditEnvironment,
  BridgeEnvironment,
  DatabaseEnvironment,
  DemoEnvironment,
  SeriesEnvironment,
  ServerEnvironment,
  TerminalEnvironment,
} from './sections/environment.js';
import { filled } from './sections/filled.js';
import { ignoredVariables } from './environment/ignored-variables.js';
import { readKeyPeppers } from './sections/key-peppers.js';
import { knownVariables } from './reference/env-example.js';
import { IndicatorsFile } from './files/indicators.file.js';
import { repeatedOutputs } from './files/served-outputs.js';
import { symbolsOf, TerminalsFile } from './files/terminals.file.js';
import { TiersFile } from './files/tiers.file.js';
import { readConfigFile, type ConfigFileReading } from './files/read-config-file.js';
import { readEnvironment, type EnvironmentReading, type EnvironmentSource } from './environment/read-environment.js';
import {
  AccessSettings,
  AuditSettings,
  BridgeSettings,
  CandleRetentionSettings,
  type ConnectionSettings,
  DatabaseSettings,
  IndicatorSettings,
  SeriesSettings,
  ServerSettings,
  TerminalSettings,
  TierSettings,
} from './settings.js';

/** Everything that the gateway needs to run. */
export interface Settings {
  readonly server: ServerSettings;
  readonly connections: ConnectionSettings;
  readonly database: DatabaseSettings;
  readonly bridge: BridgeSettings;
  readonly terminals: TerminalSettings;
  readonly series: SeriesSettings;
  readonly candleRetention: CandleRetentionSettings;
  readonly access: AccessSettings;
  readonly audit: AuditSettings;
  readonly tiers: TierSettings;
  readonly indicators: IndicatorSettings;
  /** Sentences about variables that look like settings and have no effect. */
  readonly ignored: readonly string[];
}

/** Collects the faults of several readings, so that all are told at once. */
export class Faults {
  private readonly found: string[] = [];

  add(fault: string): void {
    this.found.push(fault);
  }

  take<T>(reading: EnvironmentReading<T>): T {
    this.found.push(...reading.faults);
    return reading.values;
  }

  takeFile<T>(reading: ConfigFileReading<T>): T | undefined {
    this.found.push(...reading.faults);
    return reading.content;
  }

  raise(): void {
    if (this.found.length > 0) throw new ConfigurationError(this.found);
  }
}

/**
 * Reads environment and configuration files.
 * @throws ConfigurationError listing everything that is missing or wrong, by name and rule
 */
export function loadSettings(source: EnvironmentSource, descriptorLimit = readDescriptorLimit()): Settings {
  const faults = new Faults();
  const serverEnvironment = faults.take(readEnvironment(ServerEnvironment, source));
  const server = serverSettings(serverEnvironment, faults);
  const database = databaseSettings(faults.take(readEnvironment(DatabaseEnvironment, source)));
  const bridge = bridgeSettings(faults.take(readEnvironment(BridgeEnvironment, source)), faults);
  const access = accessSettings(faults.take(readEnvironment(AccessEnvironment, source)), faults);
  const audit = auditSettings(faults.take(readEnvironment(AuditEnvironment, source)));
  const terminalEnvironment = faults.take(readEnvironment(TerminalEnvironment, source));
  const seriesEnvironment = faults.take(readEnvironment(SeriesEnvironment, source));
  const candleRetention = candleRetentionSettings(seriesEnvironment, faults);
  const folder = terminalEnvironment.CONFIG_DIR;
  const terminalsFile = faults.takeFile(readConfigFile(TerminalsFile, join(folder, 'terminals.json')));
  const tiersFile = faults.takeFile(readConfigFile(TiersFile, join(folder, 'tiers.json')));
  const indicatorsFile = faults.takeFile(readConfigFile(IndicatorsFile, join(folder, 'indicators.json')));
  const terminals = terminalsFile && terminalSettings(terminalEnvironment, terminalsFile, faults);
  const tiers = tiersFile && tierSettings(tiersFile, join(folder, 'tiers.json'), faults);
  for (const name of repeatedOutputs(indicatorsFile?.terminal ?? [])) {
    faults.add(`${join(folder, 'indicators.json')}: ${name} would be read from two indicators; keep one of them`);
  }
  faults.raise();
  if (!terminals || !tiers || !indicatorsFile) throw new ConfigurationError(['a configuration file is empty']);
  return {
    server,
    connections: connectionSettings(serverEnvironment, { database, terminals, descriptorLimit }),
    database,
    bridge,
    terminals,
    series: seriesSettings(seriesEnvironment, tiers),
    candleRetention,
    access,
    audit,
    tiers,
    indicators: filled(IndicatorSettings, camelizeIndicators(indicatorsFile)),
    ignored: ignoredVariables(source, knownVariables()),
  };
}

/** Only what is needed to reach the database. @throws ConfigurationError */
export function loadDatabaseSettings(source: EnvironmentSource): DatabaseSettings {
  return loadOne(DatabaseEnvironment, source, databaseSettings);
}

/** Only what is needed to make and check API keys. @throws ConfigurationError */
export function loadAccessSettings(source: EnvironmentSource): AccessSettings {
  const faults = new Faults();
  const settings = accessSettings(faults.take(readEnvironment(AccessEnvironment, source)), faults);
  faults.raise();
  return settings;
}

/** Only what is needed to derive terminal keys. @throws ConfigurationError */
export function loadBridgeSettings(source: EnvironmentSource): BridgeSettings {
  const faults = new Faults();
  const settings = bridgeSettings(faults.take(readEnvironment(BridgeEnvironment, source)), faults);
  faults.raise();
  return settings;
}

/** Where the demo keeps its things, what it replays, and its ports. */
export interface DemoSettings {
  readonly dataDir: string;
  /** Folder of candle files to replay; undefined = a synthetic market. */
  readonly candlesDir: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly bridgeHost: string;
  readonly bridgePort: number;
}

/** What the demo needs to know before it starts the rest. @throws ConfigurationError */
export function loadDemoSettings(source: EnvironmentSource): DemoSettings {
  const faults = new Faults();
  const demo = faults.take(readEnvironment(DemoEnvironment, source));
  const server = faults.take(readEnvironment(ServerEnvironment, source));
  // The demo makes the bridge's master secret itself.
  const { BRIDGE_HOST, BRIDGE_PORT } = faults.take(
    readEnvironment(BridgeEnvironment, { ...source, BRIDGE_MASTER_SECRET: 'made by the demo, not known here' }),
  );
  faults.raise();
  return {
    dataDir: demo.DATA_DIR,
    candlesDir: demo.CANDLES_DIR,
    host: server.HOST,
    port: server.PORT,
    bridgeHost: BRIDGE_HOST,
    bridgePort: BRIDGE_PORT,
  };
}

function loadOne<E extends object, S>(
  environment: new () => E,
  source: EnvironmentSource,
  convert: (environment: E) => S,
): S {
  const reading = readEnvironment(environment, source);
  if (reading.faults.length > 0) throw new ConfigurationError(reading.faults);
  return convert(reading.values);
}

function serverSettings(environment: ServerEnvironment, faults: Faults): ServerSettings {
  return filled(ServerSettings, {
    host: environment.HOST,
    port: environment.PORT,
    metricsPort: environment.METRICS_PORT,
    docsAccess: environment.DOCS_ACCESS,
    adminDocsAccess: environment.ADMIN_DOCS_ACCESS,
    shutdownGraceMs: environment.SHUTDOWN_GRACE_MS,
    shutdownDelayMs: environment.SHUTDOWN_DELAY_MS,
    logLevel: environment.LOG_LEVEL,
    trustedProxies: environment.TRUSTED_PROXIES,
    corsOrigins: readCorsOrigins(environment.CORS_ORIGINS, faults),
  });
}

/** With PgBouncer the pool is small, because PgBouncer is the one that shares out the server's connections. */
const POOL_DEFAULTS = {
  pooled: { size: 5, overflow: 10, timeoutSeconds: 10, recycleSeconds: 1800 },
  direct: { size: 20, overflow: 30, timeoutSeconds: 30, recycleSeconds: 3600 },
} as const;
const WAITERS_PER_CONNECTION = 4;

function databaseSettings(environment: DatabaseEnvironment): DatabaseSettings {
  const preset = POOL_DEFAULTS[environment.USE_PGBOUNCER ? 'pooled' : 'direct'];
  const poolSize = environment.DB_POOL_SIZE ?? preset.size;
  const maxOverflow = environment.DB_MAX_OVERFLOW ?? preset.overflow;
  return filled(DatabaseSettings, {
    url: environment.DATABASE_URL,
    migrateUrl: environment.MIGRATE_DATABASE_URL ?? environment.DATABASE_URL,
    usePgbouncer: environment.USE_PGBOUNCER,
    pgbouncerAdminUrl: environment.PGBOUNCER_ADMIN_URL ?? consoleBeside(environment),
    poolSize,
    maxOverflow,
    maxWaiters: environment.DB_POOL_MAX_WAITERS ?? WAITERS_PER_CONNECTION * (poolSize + maxOverflow),
    poolTimeoutMs: (environment.DB_POOL_TIMEOUT ?? preset.timeoutSeconds) * 1000,
    poolRecycleMs: (environment.DB_POOL_RECYCLE ?? preset.recycleSeconds) * 1000,
    poolPrePing: environment.DB_POOL_PRE_PING,
    leakAfterMs: environment.DB_POOL_LEAK_AFTER * 1000,
    echoPool: environment.DB_ECHO_POOL,
    connectTimeoutMs: environment.DB_CONNECT_TIMEOUT * 1000,
    statementTimeoutMs: environment.DB_STATEMENT_TIMEOUT * 1000,
  });
}

/** PgBouncer's console is a database of the same server. */
function consoleBeside({ USE_PGBOUNCER: used, DATABASE_URL: url }: DatabaseEnvironment): string | undefined {
  if (!used || !URL.canParse(url)) return undefined;
  return Object.assign(new URL(url), { pathname: '/pgbouncer' }).href;
}

function bridgeSettings(environment: BridgeEnvironment, faults: Faults): BridgeSettings {
  if ((environment.BRIDGE_TLS_CERT_FILE === undefined) !== (environment.BRIDGE_TLS_KEY_FILE === undefined)) {
    faults.add('BRIDGE_TLS_CERT_FILE and BRIDGE_TLS_KEY_FILE must be set together');
  }
  return filled(BridgeSettings, {
    host: environment.BRIDGE_HOST,
    port: environment.BRIDGE_PORT,
    masterSecret: environment.BRIDGE_MASTER_SECRET,
    tlsCertFile: environment.BRIDGE_TLS_CERT_FILE,
    tlsKeyFile: environment.BRIDGE_TLS_KEY_FILE,
    heartbeatMs: environment.BRIDGE_HEARTBEAT_MS,
    handshakeTimeoutMs: environment.BRIDGE_HANDSHAKE_TIMEOUT_MS,
    maxFrameBytes: environment.BRIDGE_MAX_FRAME_BYTES,
  });
}

function accessSettings(environment: AccessEnvironment, faults: Faults): AccessSettings {
  return filled(AccessSettings, {
    keyPeppers: readKeyPeppers(environment, faults),
    failedAuthPerMinute: environment.FAILED_AUTH_PER_MINUTE,
  });
}

/** The terminals of the file, or the only one of the environment. */
export function terminalSettings(
  environment: TerminalEnvironment,
  file: TerminalsFile,
  faults: Faults,
): TerminalSettings {
  for (const { id } of file.terminals.filter(({ symbol, symbols }) => symbol !== undefined && symbols !== undefined)) {
    faults.add(`terminals.json: ${id} has both symbol and symbols; keep one`);
  }
  return filled(TerminalSettings, {
    terminals: onlyTerminal(environment, file, faults) ?? file.terminals.map(configuredTerminal),
    serverZones: serverZones(file, faults),
    allowSimulator: environment.ALLOW_SIMULATOR,
    requestTimeoutMs: environment.TERMINAL_REQUEST_TIMEOUT_MS,
    queueLimit: environment.TERMINAL_QUEUE_LIMIT,
    reconnectIntervalMs: environment.TERMINAL_RECONNECT_INTERVAL_MS,
    restartAfterMs: environment.TERMINAL_RESTART_AFTER_MS,
  });
}

function serverZones({ servers = [] }: TerminalsFile, faults: Faults): TerminalSettings['serverZones'] {
  return servers.flatMap(({ server, zone }, index) => {
    const rule = parseZoneRule(zone);
    if (rule !== undefined) return [{ server, rule }];
    faults.add(
      `terminals.json: servers[${index}].zone must be a zone such as Europe/Athens, US+2/+3, EU+2/+3 or UTC+3`,
    );
    return [];
  });
}

/** Where terminals are that name no host. */
const MAIN_HOST = 'main';

/** A single-terminal installation: MT5_LOGIN and MT5_SERVER replace the list, its symbols are served by one terminal. */
function onlyTerminal(
  environment: TerminalEnvironment,
  file: TerminalsFile,
  faults: Faults,
): TerminalSettings['terminals'] | undefined {
  const { MT5_LOGIN: login, MT5_SERVER: server } = environment;
  if ((login === undefined) !== (server === undefined)) faults.add('MT5_LOGIN and MT5_SERVER must be set together');
  if (login === undefined || server === undefined) return undefined;
  const symbols = new Map(
    file.terminals.flatMap((terminal) => configuredTerminal(terminal).symbols).map((s) => [s.name, s]),
  );
  return [{ id: 'MT5_01', login, server, host: MAIN_HOST, symbols: [...symbols.values()] }];
}

function configuredTerminal(entry: TerminalsFile['terminals'][number]): TerminalSettings['terminals'][number] {
  return {
    id: entry.id,
    login: entry.login,
    server: entry.server,
    host: entry.host ?? MAIN_HOST,
    symbols: symbolsOf(entry).map((symbol) => ({ name: symbolName(symbol.name), brokerName: symbol.broker_name })),
  };
}

function tierSettings(file: TiersFile, path: string, faults: Faults): TierSettings {
  const tiers = file.tiers.map((tier) => {
    const all = tier.symbols.includes('*');
    if (all && tier.symbols.length > 1) faults.add(`${path}: tier ${tier.name}: * must be the only entry of symbols`);
    return {
      name: tier.name,
      rank: tier.rank,
      symbols: all ? undefined : tier.symbols.map(symbolName),
      timeframes: TIMEFRAMES.filter((timeframe) => tier.timeframes.includes(timeframe)),
      limits: { perMinute: tier.limits.per_minute, perDay: tier.limits.per_day, concurrent: tier.limits.concurrent },
    };
  });
  return filled(TierSettings, { tiers: tiers.sort((a, b) => a.rank - b.rank) });
}

/** Kept and served are the timeframes that any tier may use. */
function seriesSettings(environment: SeriesEnvironment, { tiers }: TierSettings): SeriesSettings {
  const used = new Set<Timeframe>(tiers.flatMap((tier) => tier.timeframes));
  return filled(SeriesSettings, {
    seriesBars: environment.SERIES_BARS,
    timeframes: TIMEFRAMES.filter((timeframe) => used.has(timeframe)),
    closeGraceMs: environment.CLOSE_GRACE_MS,
    heartbeatFreshMs: environment.HEARTBEAT_FRESH_MS,
    verifyIntervalMs: environment.SERIES_VERIFY_INTERVAL_MS,
  });
}

/** A text of the wrong form has its fault already. */
function candleRetentionSettings(environment: SeriesEnvironment, faults: Faults): CandleRetentionSettings {
  const days = new Map<Timeframe, number>();
  for (const [, timeframe = '', count] of environment.CANDLE_RETENTION?.matchAll(/([A-Z0-9]+)=([0-9]{1,5})d/g) ?? []) {
    if (!isTimeframe(timeframe)) faults.add('CANDLE_RETENTION names a timeframe that MetaTrader does not have');
    else if (days.has(timeframe)) faults.add(`CANDLE_RETENTION names ${timeframe} twice`);
    else if (Number(count) < 1) faults.add(`CANDLE_RETENTION must keep ${timeframe} for at least 1d`);
    else days.set(timeframe, Number(count));
  }
  return filled(CandleRetentionSettings, { days, keptBars: environment.SERIES_BARS });
}

function auditSettings(environment: AuditEnvironment): AuditSettings {
  return filled(AuditSettings, {
    retentionMonths: environment.AUDIT_RETENTION_MONTHS,
    spoolDir: environment.AUDIT_SPOOL_DIR,
    spoolMaxBytes: environment.AUDIT_SPOOL_MAX_BYTES,
  });
}

/** Names of outputs are no member names and keep their form. */
function camelizeIndicators(file: IndicatorsFile): IndicatorSettings {
  return {
    source: file.source,
    engine: camelize(file.engine),
    terminal: file.terminal.map(({ indicator, parameters, buffers, empty_values }) => ({
      indicator,
      parameters,
      buffers,
      emptyValues: empty_values,
    })),
  };
}
