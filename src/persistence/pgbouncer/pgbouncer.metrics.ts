import { Counter, Gauge, type Registry } from 'prom-client';
import { ScrapedFamilies } from '../../metrics/index.js';
import type { PgBouncerState } from './pgbouncer-collector.js';
import type { ConsoleRow, ConsoleSnapshot } from './pgbouncer-console.js';

/** Maps the rows of one list to a metric family. */
interface Family {
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
  readonly list: keyof ConsoleSnapshot;
  /** Label to column. */
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined when this version lacks the column. */
  readonly value: (row: ConsoleRow) => number | undefined;
}

const MICROSECONDS = 1e6;

/** The first of these columns that exists, as a number. */
export function columnOf(row: ConsoleRow, ...names: readonly string[]): number | undefined {
  const name = names.find((column) => row[column] !== undefined && row[column] !== null);
  // The console sends every number as text.
  const text = name === undefined ? '' : String(row[name]);
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value;
}

/** Age of the oldest waiting client, seconds. */
export function maxwaitOf(row: ConsoleRow): number | undefined {
  const seconds = columnOf(row, 'maxwait');
  return seconds === undefined ? undefined : seconds + (columnOf(row, 'maxwait_us') ?? 0) / MICROSECONDS;
}

const POOL_LABELS = { database: 'database', user: 'user' };
const poolGauge = (column: string, help: string): Family => ({
  name: `pgbouncer_pools_${column}`,
  help,
  kind: 'gauge',
  list: 'pools',
  labels: POOL_LABELS,
  value: (row) => columnOf(row, column),
});
const databaseGauge = (name: string, help: string, ...columns: readonly string[]): Family => ({
  name: `pgbouncer_databases_${name}`,
  help,
  kind: 'gauge',
  list: 'databases',
  labels: { database: 'name' },
  value: (row) => columnOf(row, ...columns),
});
const statsCounter = (name: string, help: string, column: string, unit = 1): Family => ({
  name: `pgbouncer_stats_${name}_total`,
  help,
  kind: 'counter',
  list: 'stats',
  labels: { database: 'database' },
  value: (row) => scaled(columnOf(row, column), unit),
});

const FAMILIES: readonly Family[] = [
  poolGauge('cl_active', 'Clients that have a server connection, or need none now.'),
  poolGauge('cl_waiting', 'Clients that wait for a server connection.'),
  poolGauge('sv_active', 'Server connections that a client uses.'),
  poolGauge('sv_idle', 'Server connections that are free.'),
  poolGauge('sv_used', 'Server connections that are idle and must be checked before use.'),
  poolGauge('sv_tested', 'Server connections that are being reset or checked.'),
  poolGauge('sv_login', 'Server connections that are logging in.'),
  { ...poolGauge('maxwait', 'Age of the oldest waiting client, seconds.'), value: maxwaitOf },
  databaseGauge('current_connections', 'Server connections of the database.', 'current_connections'),
  databaseGauge('pool_size', 'Server connections a user may have.', 'pool_size'),
  databaseGauge('reserve_pool', 'Additional server connections under load.', 'reserve_pool_size', 'reserve_pool'),
  databaseGauge('max_connections', 'Limit of server connections; 0 = none.', 'max_connections'),
  databaseGauge('paused', '1 while the database is paused.', 'paused'),
  databaseGauge('disabled', '1 while the database is disabled.', 'disabled'),
  statsCounter('transactions', 'Transactions.', 'total_xact_count'),
  statsCounter('queries', 'Statements.', 'total_query_count'),
  statsCounter('received_bytes', 'Bytes that clients sent.', 'total_received'),
  statsCounter('sent_bytes', 'Bytes that clients received.', 'total_sent'),
  statsCounter('transaction_seconds', 'Time spent in transactions.', 'total_xact_time', MICROSECONDS),
  statsCounter('query_seconds', 'Time spent in statements.', 'total_query_time', MICROSECONDS),
  statsCounter(
    'client_wait_seconds',
    'Time that clients waited for a server connection.',
    'total_wait_time',
    MICROSECONDS,
  ),
  {
    name: 'pgbouncer_lists_items',
    help: 'Objects that PgBouncer keeps, by kind (used_clients, free_servers, ...).',
    kind: 'gauge',
    list: 'lists',
    labels: { list: 'list' },
    value: (row) => columnOf(row, 'items'),
  },
];

/** Adds the families `pgbouncer_*`. While PgBouncer is away `pgbouncer_up` is 0 and the others have no values. */
export function registerPgBouncerMetrics(registry: Registry, state: () => PgBouncerState): void {
  const isUp = () => (state().up ? 1 : 0);
  new ScrapedFamilies(registry).gauge('pgbouncer_up', '1 when PgBouncer answered the last time it was asked.', isUp);
  for (const family of FAMILIES) registerFamily(registry, family, state);
}

function registerFamily(registry: Registry, family: Family, state: () => PgBouncerState): void {
  const { name, help, kind, list, labels, value } = family;
  const collect = (): void => {
    metric.reset();
    const now = state();
    if (!now.up) return;
    for (const row of now.snapshot[list]) {
      const amount = value(row);
      if (amount === undefined || amount < 0) continue;
      const entries = Object.entries(labels).map(([label, column]) => [label, String(row[column] ?? '')]);
      metric.inc(Object.fromEntries(entries), amount);
    }
  };
  const options = { name, help, labelNames: Object.keys(labels), registers: [registry], collect };
  const metric: Gauge | Counter = kind === 'gauge' ? new Gauge(options) : new Counter(options);
}

function scaled(value: number | undefined, unit: number): number | undefined {
  return value === undefined ? undefined : value / unit;
}
