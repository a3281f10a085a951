import { dashboard } from './dashboard.mjs';
import { lines, number, query, soundOrBroken } from './panels.mjs';

const GATEWAY = 'instance=~"$instance"';
const DATA = `${GATEWAY},route=~"/api/(v1/)?(candles|indicators|symbols).*"`;
const share = (part, whole) => `sum(rate(${part}[$__rate_interval])) / sum(rate(${whole}[$__rate_interval]))`;

export const customers = dashboard({
  uid: 'mt5-customers',
  title: 'Customers and limits',
  description:
    'What customers ask for and what they are refused. No metric knows a key or an account: see the audit trail.',
  variables: [],
  rows: [
    [
      number(
        'Data requests',
        'Per second.',
        [query(`sum(rate(http_request_duration_seconds_count{${DATA}}[$__rate_interval]))`)],
        { unit: 'reqps' },
      ),
      number(
        'Answered',
        'Share of data requests with 2xx.',
        [
          query(
            share(
              `http_request_duration_seconds_count{${DATA},status=~"2.."}`,
              `http_request_duration_seconds_count{${DATA}}`,
            ),
          ),
        ],
        { unit: 'percentunit' },
      ),
      number(
        'Refused keys',
        'Per second, over five minutes.',
        [query(`sum(instance:mt5gw_auth_failures:rate5m{${GATEWAY}})`)],
        {
          unit: 'reqps',
          limits: [0.2, 1],
        },
      ),
      number('Over the limit', 'Requests refused in the last hour because a limit was used up.', [
        query(`sum(increase(mt5gw_rate_limited_total{${GATEWAY}}[1h]))`),
      ]),
      number('Audit spool', 'Entries that are not written yet.', [query(`sum(mt5gw_audit_spool_rows{${GATEWAY}})`)], {
        limits: [1000, 100_000],
      }),
      number(
        'Audit chain',
        'As the last verification of any gateway found it; each verifies an hour after its start and once a day.',
        [query(`max(mt5gw_audit_chain_broken{${GATEWAY}})`)],
        { mappings: soundOrBroken },
      ),
    ],
    [
      lines(
        'Data requests',
        'By route.',
        [query(`sum by (route) (rate(http_request_duration_seconds_count{${DATA}}[$__rate_interval]))`, '{{route}}')],
        { unit: 'reqps', stack: true },
      ),
      lines(
        'Answers',
        'To data requests, by status.',
        [query(`sum by (status) (rate(http_request_duration_seconds_count{${DATA}}[$__rate_interval]))`, '{{status}}')],
        { unit: 'reqps', stack: true },
      ),
      lines(
        'Duration of data answers',
        '',
        [
          query(
            `histogram_quantile(0.95, sum by (route, le) (rate(http_request_duration_seconds_bucket{${DATA},status=~"2.."}[$__rate_interval])))`,
            '{{route}} p95',
          ),
        ],
        { unit: 's' },
      ),
    ],
    [
      lines(
        'Limits',
        'Requests refused, by tier and policy.',
        [
          query(
            `sum by (tier, policy) (rate(mt5gw_rate_limited_total{${GATEWAY}}[$__rate_interval]))`,
            '{{tier}} {{policy}}',
          ),
        ],
        { unit: 'reqps' },
      ),
      lines(
        'Refusals',
        'By reason. A burst of key-invalid means guessing; tier-required marks a customer for PRO.',
        [query(`sum by (reason) (rate(mt5gw_auth_failures_total{${GATEWAY}}[$__rate_interval]))`, '{{reason}}')],
        { unit: 'reqps' },
      ),
      lines('Audit', 'Entries not written yet, lost, and sealed into the chain.', [
        query(`sum(mt5gw_audit_spool_rows{${GATEWAY}})`, 'waiting'),
        query(`sum(increase(mt5gw_audit_dropped_total{${GATEWAY}}[$__rate_interval]))`, 'lost'),
        query(`sum(increase(mt5gw_audit_sealed_total{${GATEWAY}}[$__rate_interval]))`, 'sealed'),
      ]),
      lines('Usage', 'What bills are made of: sums that wait, tries that failed, and what is coarser or lost.', [
        query(`sum(mt5gw_usage_waiting_rows{${GATEWAY}})`, 'rows in memory'),
        query(`sum(mt5gw_usage_spooled_batches{${GATEWAY}})`, 'batches on disk'),
        query(`sum(increase(mt5gw_usage_flush_failures_total{${GATEWAY}}[$__rate_interval]))`, 'failed tries'),
        query(
          `sum(increase(mt5gw_usage_folded_total{${GATEWAY}}[$__rate_interval]))`,
          'requests without route and symbol',
        ),
        query(`sum(increase(mt5gw_usage_lost_total{${GATEWAY}}[$__rate_interval]))`, 'requests lost'),
      ]),
    ],
  ],
});
