import type { SymbolName, Timeframe, ZoneRule } from '../market/index.js';
import type { Camelized } from './files/camelize.js';
import type { UnprovedPlaces } from './descriptors/descriptor-budget.js';
import type { DocsAccess } from './sections/docs-access.js';
import type { EngineEntry } from './files/indicators.file.js';

/**
 * The gateway's settings, one class per concern; the class is also the injection token. They are filled once, before
 * Nest starts, from the environment and from `config/*.json`, and never change afterwards.
 */

/** HTTP server and process. */
export class ServerSettings {
  readonly host!: string;
  /** Port of the API. */
  readonly port!: number;
  /** A port of its own for `/metrics`; undefined = on the main port. */
  readonly metricsPort!: number | undefined;
  /** Who may read Swagger UI at /docs. */
  readonly docsAccess!: DocsAccess;
  /** Who may read Swagger UI at /docs/admin. */
  readonly adminDocsAccess!: DocsAccess;
  /** How long open requests may take to finish at shutdown, milliseconds. */
  readonly shutdownGraceMs!: number;
  /** How long readiness is red at shutdown while requests are still served, milliseconds. */
  readonly shutdownDelayMs!: number;
  readonly logLevel!: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** Number of proxies in front whose X-Forwarded-For is believed; 0 = none. */
  readonly trustedProxies!: number;
  /** Origins whose pages may read answers of customer routes in a browser; `*` = all, empty = none. */
  readonly corsOrigins!: '*' | readonly string[];
}

/** How many connections fit under the limit of open files and sockets. */
export class ConnectionSettings {
  /** Most that the process may have open; undefined = the system does not tell. */
  readonly descriptorLimit!: number | undefined;
  /** Below this limit the gateway does not start. */
  readonly lowestDescriptorLimit!: number;
  /** HTTP_MAX_CONNECTIONS; undefined = not set. */
  readonly wantedHttp!: number | undefined;
  /** With this limit all that is wanted fits. */
  readonly ampleDescriptorLimit!: number;
  /** Most connections of the API; undefined = no cap. */
  readonly maxHttp!: number | undefined;
  /** Bridge connections that may be open without a proof. */
  readonly unproved!: UnprovedPlaces;
}

/** Postgres, direct or behind PgBouncer. */
export class DatabaseSettings {
  /** postgres:// URL of the application's role. Secret. */
  readonly url!: string;
  /** Direct postgres:// URL for migrations; the same as `url` unless set. Secret. */
  readonly migrateUrl!: string;
  /** PgBouncer stands in between: smaller pool, shorter waits. */
  readonly usePgbouncer!: boolean;
  /** postgres:// URL of PgBouncer's console; undefined = there is none to ask. Secret. */
  readonly pgbouncerAdminUrl!: string | undefined;
  /** Connections kept open. */
  readonly poolSize!: number;
  /** Further connections under load. */
  readonly maxOverflow!: number;
  /** Callers that may wait for a connection. */
  readonly maxWaiters!: number;
  /** Longest wait for a connection, milliseconds. */
  readonly poolTimeoutMs!: number;
  /** Age at which a connection is replaced, milliseconds. */
  readonly poolRecycleMs!: number;
  /** Whether a read is repeated once when its connection turns out to be dead. */
  readonly poolPrePing!: boolean;
  /** How long a connection may be held before that is reported, milliseconds. */
  readonly leakAfterMs!: number;
  /** Whether every event of the pool is logged. */
  readonly echoPool!: boolean;
  readonly connectTimeoutMs!: number;
  /** Longest a statement may take before its connection is destroyed, milliseconds. */
  readonly statementTimeoutMs!: number;
}

/** The port that terminals dial. */
export class BridgeSettings {
  readonly host!: string;
  readonly port!: number;
  /** Every terminal's key is derived from it. Secret, at least 32 characters. */
  readonly masterSecret!: string;
  /** PEM files; both or neither. */
  readonly tlsCertFile!: string | undefined;
  readonly tlsKeyFile!: string | undefined;
  /** Heartbeat interval, milliseconds; a terminal is lost after three without a byte. */
  readonly heartbeatMs!: number;
  readonly handshakeTimeoutMs!: number;
  /** Largest frame payload, bytes. */
  readonly maxFrameBytes!: number;
}

/** One symbol on one terminal. */
export interface ConfiguredSymbol {
  readonly name: SymbolName;
  /** The broker's name where the operator knows it; otherwise resolved from the terminal's list. */
  readonly brokerName: string | undefined;
}

/** One terminal as configured. Passwords are never here: they stay on the terminal's host. */
export interface ConfiguredTerminal {
  /** e.g. `MT5_05`; unique. */
  readonly id: string;
  readonly login: number;
  /** The broker's trade server. */
  readonly server: string;
  /** Name of the host that it runs on; that host's agent, where there is one, can restart it. */
  readonly host: string;
  readonly symbols: readonly ConfiguredSymbol[];
}

/** How the clock of a broker's server follows UTC, as the operator knows it. */
export interface ConfiguredZone {
  /** Name of the server; with a `*` at its end the beginning of names. */
  readonly server: string;
  readonly rule: ZoneRule;
}

/** Which terminals are expected, and how they are treated. */
export class TerminalSettings {
  /** In the order of the file; for a symbol on several terminals the first ready one serves it. */
  readonly terminals!: readonly ConfiguredTerminal[];
  /** In the order of the file; the first entry that fits a server counts. Other servers' zones are learned. */
  readonly serverZones!: readonly ConfiguredZone[];
  /** Accept simulated terminals. Then health and every data answer say so. */
  readonly allowSimulator!: boolean;
  /** Deadline of one request to a terminal, queueing included, milliseconds. */
  readonly requestTimeoutMs!: number;
  /** Requests that may wait for one terminal. */
  readonly queueLimit!: number;
  /** Every terminal is probed once per interval, milliseconds. */
  readonly reconnectIntervalMs!: number;
  /** A terminal that stays away for so long is restarted by its host's agent, milliseconds. */
  readonly restartAfterMs!: number;
}

/** Series in memory. */
export class SeriesSettings {
  /** Closed bars kept per series, at least 5200. */
  readonly seriesBars!: number;
  /** Timeframes that are served and kept, shortest first. */
  readonly timeframes!: readonly Timeframe[];
  /** A closed bar is known as closed at most this long after its end by server time, milliseconds. */
  readonly closeGraceMs!: number;
  /** Server time is believed for this long after a heartbeat, milliseconds. */
  readonly heartbeatFreshMs!: number;
  /** Every live series is compared with its terminal once in this time, milliseconds. */
  readonly verifyIntervalMs!: number;
}

/** How long bars stay in the database. */
export class CandleRetentionSettings {
  /** Days, by timeframe; timeframes that are not named stay for ever. */
  readonly days!: ReadonlyMap<Timeframe, number>;
  /** The newest bars of each series stay however old they are: as many as are held in memory. */
  readonly keptBars!: number;
}

/** The audit trail. */
export class AuditSettings {
  /** Whole months that stay besides the current one, at least 3. */
  readonly retentionMonths!: number;
  /** Folder in which entries wait while the database is away. */
  readonly spoolDir!: string;
  /** Most that may wait there, bytes. */
  readonly spoolMaxBytes!: number;
}

/** One of the secrets under which keys are hashed. */
export interface KeyPepper {
  /** Stored beside each hash; 1 to 32767. */
  readonly version: number;
  /** At least 32 characters. Secret. */
  readonly secret: string;
}

/** API keys. */
export class AccessSettings {
  /** Newest first; the first one is for new keys, the others for keys that exist. Never empty. Secret. */
  readonly keyPeppers!: readonly KeyPepper[];
  /** Wrong keys that one address may send a minute before it is told to wait. */
  readonly failedAuthPerMinute!: number;
}

/** How often an account of a tier may call. */
export interface TierLimits {
  readonly perMinute: number;
  /** Undefined = no limit. */
  readonly perDay: number | undefined;
  /** Requests at once; undefined = the default of 50. */
  readonly concurrent: number | undefined;
}

/** What one tier may use. */
export interface Tier {
  /** Upper case, e.g. `FREE`. */
  readonly name: string;
  /** Higher includes more; used to tell "lower" from "higher" for X-User-Tier. */
  readonly rank: number;
  /** Undefined = every symbol. */
  readonly symbols: readonly SymbolName[] | undefined;
  readonly timeframes: readonly Timeframe[];
  readonly limits: TierLimits;
}

/** `config/tiers.json`: the first tiers of a database that has none. */
export class TierSettings {
  /** Lowest rank first. */
  readonly tiers!: readonly Tier[];
}

/** Parameter of a terminal indicator as configured. */
export interface ConfiguredParameter {
  readonly type: 'int' | 'long' | 'double' | 'bool' | 'string' | 'datetime' | 'color';
  readonly value: number | boolean | string;
}

/** An indicator in the terminal and which of its buffers are which output. */
export interface TerminalIndicator {
  /** Name as for iCustom, e.g. `Fractal Horizontal Line_V5`. */
  readonly indicator: string;
  readonly parameters: readonly ConfiguredParameter[];
  /** Output name (`peak_1`, `fractal_peaks`, ...) to buffer number. */
  readonly buffers: Readonly<Record<string, number>>;
  /** Values besides EMPTY_VALUE that mean "no value". */
  readonly emptyValues: readonly number[];
}

/** `config/indicators.json`. */
export class IndicatorSettings {
  /** `engine`: computed here from candles; `terminal`: read from the terminal's own indicators. */
  readonly source!: 'engine' | 'terminal';
  readonly engine!: EngineNumbers;
  readonly terminal!: readonly TerminalIndicator[];
}

/**
 * Every number of the engine's definitions , as in `config/indicators.json`. The formulas declare
 * the same shape as their own input; the compiler holds the two equal where `indicators` joins them.
 */
export type EngineNumbers = Camelized<EngineEntry>;
