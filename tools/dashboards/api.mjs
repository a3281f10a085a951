import { dashboard } from './dashboard.mjs';
import { lines, number, query, upOrDown } from './panels.mjs';

const GATEWAY = 'instance=~"$instance"';
const PROCESS = 'job="mt5-gateway",instance=~"$instance"';
const CALLERS = `${GATEWAY},route!~"/health/.*|/api/health|/metrics"`;
const quantile = (share, by) =>
  `histogram_quantile(${share}, sum by (${by}) (rate(http_request_duration_seconds_bucket{${CALLERS}}[$__rate_interval])))`;

export const api = dashboard({
  uid: 'mt5-api',
  title: 'API',
  description: 'Requests, errors, durations, and the process that answers. Probes and scrapes are not counted.',
  variables: [],
  rows: [
    [
      number('Gateway', 'Whether it can be scraped.', [query(`up{${PROCESS}}`, '{{instance}}')], {
        mappings: upOrDown,
      }),
      number('Version', 'What is running.', [query(`max by (version) (mt5gw_build_info{${GATEWAY}})`, '{{version}}')]),
      number('Requests', 'Per second, over five minutes.', [query(`sum(instance:http_requests:rate5m{${GATEWAY}})`)], {
        unit: 'reqps',
      }),
      number(
        '5xx',
        'Share of answers, over five minutes.',
        [query(`max(instance:http_requests_5xx:ratio_rate5m{${GATEWAY}})`)],
        { unit: 'percentunit', limits: [0.01, 0.05] },
      ),
      number(
        'p99',
        'Duration, over five minutes.',
        [query(`max(instance:http_request_duration_seconds:p99_5m{${GATEWAY}})`)],
        { unit: 's', limits: [0.25, 1] },
      ),
      number('Alerts', 'That are firing now.', [query('sum(ALERTS{alertstate="firing"}) or vector(0)')], {
        limits: [1, 3],
      }),
    ],
    [
      lines(
        'Requests by route',
        'Templates, never what callers put into them.',
        [
          query(
            `sum by (method, route) (rate(http_request_duration_seconds_count{${CALLERS}}[$__rate_interval]))`,
            '{{method}} {{route}}',
          ),
        ],
        { unit: 'reqps', stack: true },
      ),
      lines(
        'Answers by status',
        '',
        [
          query(
            `sum by (status) (rate(http_request_duration_seconds_count{${CALLERS}}[$__rate_interval]))`,
            '{{status}}',
          ),
        ],
        { unit: 'reqps', stack: true },
      ),
      lines(
        '5xx',
        'Share of answers.',
        [query(`instance:http_requests_5xx:ratio_rate5m{${GATEWAY}}`, '{{instance}}')],
        { unit: 'percentunit', limits: [0.01, 0.05] },
      ),
    ],
    [
      lines(
        'Duration',
        'From the request line to the last byte.',
        [query(quantile(0.5, 'le'), 'p50'), query(quantile(0.95, 'le'), 'p95'), query(quantile(0.99, 'le'), 'p99')],
        { unit: 's' },
      ),
      lines('Duration p95 by route', '', [query(quantile(0.95, 'route, le'), '{{route}}')], { unit: 's' }),
      lines(
        'Where answers came from',
        'Memory is the fast path; the terminal is asked for bars of long ago only.',
        [
          query(
            `sum by (layer, outcome) (rate(mt5gw_cache_requests_total{${GATEWAY}}[$__rate_interval]))`,
            '{{layer}} {{outcome}}',
          ),
        ],
        { unit: 'ops' },
      ),
    ],
    [
      lines(
        'Event loop lag',
        'Everything waits this long.',
        [query(`nodejs_eventloop_lag_p99_seconds{${PROCESS}}`, '{{instance}} p99')],
        { unit: 's', limits: [0.05, 0.2] },
      ),
      lines(
        'Memory',
        '',
        [
          query(`process_resident_memory_bytes{${PROCESS}}`, '{{instance}} resident'),
          query(`nodejs_heap_size_used_bytes{${PROCESS}}`, '{{instance}} heap'),
        ],
        { unit: 'bytes' },
      ),
      lines('Processor', 'In cores.', [
        query(`rate(process_cpu_seconds_total{${PROCESS}}[$__rate_interval])`, '{{instance}}'),
      ]),
      lines(
        'Uptime',
        'Falls to 0 at each start.',
        [query(`time() - process_start_time_seconds{${PROCESS}}`, '{{instance}}')],
        {
          unit: 's',
        },
      ),
    ],
  ],
});
