import { choice, dashboard } from './dashboard.mjs';
import { dial, lines, number, query, upOrDown } from './panels.mjs';

const POOL = 'instance=~"$instance",pool=~"$pool"';
const POOLER = 'instance=~"$instance",database=~"$database"';
const rate = (metric) => `sum by (pool) (rate(${metric}{${POOL}}[$__rate_interval]))`;

const held = (share) =>
  `histogram_quantile(${share}, sum by (pool, le) (rate(db_pool_held_duration_seconds_bucket{${POOL}}[$__rate_interval])))`;

export const connectionPool = dashboard({
  uid: 'connection-pool-monitoring',
  title: 'Connection pool',
  description: 'The two tiers in front of Postgres: the pool inside the gateway, and PgBouncer.',
  variables: [
    choice('pool', 'Pool', 'db_pool_capacity'),
    choice('database', 'Database', 'pgbouncer_databases_pool_size'),
  ],
  rows: [
    [
      dial(
        'Utilization',
        'Connections in use, of all that may exist. Should stay below 75 %.',
        [query(`max by (pool) (instance_pool:db_pool_utilization:ratio{${POOL}})`, '{{pool}}')],
        [0.75, 0.9],
      ),
      number(
        'Waiting',
        'Callers without a connection. Should be 0.',
        [query(`sum by (pool) (db_pool_waiters{${POOL}})`, '{{pool}}')],
        { limits: [1, 5] },
      ),
      number(
        'Checkout p99',
        'Should be below 100 ms; 500 ms raise an alert.',
        [query(`max by (pool) (instance_pool:db_pool_checkout_duration_seconds:p99_5m{${POOL}})`, '{{pool}}')],
        { unit: 's', limits: [0.1, 0.5] },
      ),
      number(
        'PgBouncer',
        'Whether its console answers.',
        [query('pgbouncer_up{instance=~"$instance"}', '{{instance}}')],
        {
          mappings: upOrDown,
        },
      ),
      number(
        'PgBouncer max wait',
        'How long its oldest client has waited for a server connection. Should be below 5 s.',
        [query(`max by (database) (pgbouncer_pools_maxwait{${POOLER}})`, '{{database}}')],
        { unit: 's', limits: [5, 30] },
      ),
    ],
    [
      lines('Connections', 'Overflow is what exists above DB_POOL_SIZE.', [
        query(`sum by (pool) (db_pool_checked_out{${POOL}})`, '{{pool}} checked out'),
        query(`sum by (pool) (db_pool_checked_in{${POOL}})`, '{{pool}} checked in'),
        query(`sum by (pool) (db_pool_overflow{${POOL}})`, '{{pool}} overflow'),
        query(`sum by (pool) (db_pool_size{${POOL}})`, '{{pool}} size'),
        query(`sum by (pool) (db_pool_capacity{${POOL}})`, '{{pool}} capacity'),
      ]),
      lines(
        'Utilization',
        'Alerts at 75 % for five minutes and at 90 % for one.',
        [query(`instance_pool:db_pool_utilization:ratio{${POOL}}`, '{{instance}} {{pool}}')],
        { unit: 'percentunit', max: 1, limits: [0.75, 0.9] },
      ),
      lines('Waiting', 'Callers that wait for a connection.', [
        query(`db_pool_waiters{${POOL}}`, '{{instance}} {{pool}}'),
      ]),
    ],
    [
      lines(
        'Operations',
        'Connects and disconnects should be rare: each costs more than many statements.',
        [
          query(rate('db_pool_checkouts_total'), '{{pool}} checkouts'),
          query(rate('db_pool_checkins_total'), '{{pool}} checkins'),
          query(rate('db_pool_connects_total'), '{{pool}} connects'),
          query(rate('db_pool_disconnects_total'), '{{pool}} disconnects'),
        ],
        { unit: 'ops' },
      ),
      lines(
        'Checkout duration',
        'How long callers wait for a connection, over five minutes.',
        [
          query(`instance_pool:db_pool_checkout_duration_seconds:p50_5m{${POOL}}`, '{{pool}} p50'),
          query(`instance_pool:db_pool_checkout_duration_seconds:p95_5m{${POOL}}`, '{{pool}} p95'),
          query(`instance_pool:db_pool_checkout_duration_seconds:p99_5m{${POOL}}`, '{{pool}} p99'),
        ],
        { unit: 's' },
      ),
      lines(
        'Held',
        'How long callers keep a connection; long statements show here first.',
        [query(held(0.5), '{{pool}} p50'), query(held(0.95), '{{pool}} p95'), query(held(0.99), '{{pool}} p99')],
        { unit: 's' },
      ),
      lines('Invalidations and timeouts', 'Connections thrown away, and callers that got none, in time or at all.', [
        query(
          `sum by (pool) (increase(db_pool_invalidations_total{${POOL}}[$__rate_interval]))`,
          '{{pool}} invalidated',
        ),
        query(`sum by (pool) (increase(db_pool_timeouts_total{${POOL}}[$__rate_interval]))`, '{{pool}} timed out'),
        query(`sum by (pool) (increase(db_pool_rejections_total{${POOL}}[$__rate_interval]))`, '{{pool}} refused'),
        query(
          `sum by (pool) (increase(db_pool_connect_failures_total{${POOL}}[$__rate_interval]))`,
          '{{pool}} could not connect',
        ),
      ]),
    ],
    [
      lines('PgBouncer clients', 'Active clients have a server connection, waiting ones want one.', [
        query(`sum by (database, user) (pgbouncer_pools_cl_active{${POOLER}})`, '{{database}}/{{user}} active'),
        query(`sum by (database, user) (pgbouncer_pools_cl_waiting{${POOLER}})`, '{{database}}/{{user}} waiting'),
      ]),
      lines('PgBouncer servers', 'Connections from PgBouncer to Postgres.', [
        query(`sum by (database, user) (pgbouncer_pools_sv_active{${POOLER}})`, '{{database}}/{{user}} active'),
        query(`sum by (database, user) (pgbouncer_pools_sv_idle{${POOLER}})`, '{{database}}/{{user}} idle'),
      ]),
      lines(
        'PgBouncer max wait',
        'Age of the oldest waiting client.',
        [query(`max by (database, user) (pgbouncer_pools_maxwait{${POOLER}})`, '{{database}}/{{user}}')],
        { unit: 's', limits: [5, 30] },
      ),
      lines('PgBouncer databases', 'Open server connections, and the size of a pool.', [
        query(`max by (database) (pgbouncer_databases_current_connections{${POOLER}})`, '{{database}} connections'),
        query(`max by (database) (pgbouncer_databases_pool_size{${POOLER}})`, '{{database}} pool size'),
      ]),
    ],
    [
      lines(
        'PgBouncer work',
        'Statements and transactions that passed through.',
        [
          query(
            `sum by (database) (rate(pgbouncer_stats_queries_total{${POOLER}}[$__rate_interval]))`,
            '{{database}} statements',
          ),
          query(
            `sum by (database) (rate(pgbouncer_stats_transactions_total{${POOLER}}[$__rate_interval]))`,
            '{{database}} transactions',
          ),
        ],
        { unit: 'ops' },
      ),
      lines(
        'PgBouncer waiting',
        'Seconds that all clients together waited for a server connection, per second.',
        [
          query(
            `sum by (database) (rate(pgbouncer_stats_client_wait_seconds_total{${POOLER}}[$__rate_interval]))`,
            '{{database}}',
          ),
        ],
        { unit: 's' },
      ),
    ],
  ],
});
