import { choice, dashboard } from './dashboard.mjs';
import { lines, number, query } from './panels.mjs';

const GATEWAY = 'instance=~"$instance"';
const TERMINAL = 'instance=~"$instance",terminal=~"$terminal"';

export const terminals = dashboard({
  uid: 'mt5-terminals',
  title: 'Terminals',
  description: 'MetaTrader terminals, their bridges, and what they feed.',
  variables: [choice('terminal', 'Terminal', 'mt5gw_terminal_up')],
  rows: [
    [
      number('Ready', 'Terminals that serve.', [query(`sum(mt5gw_terminal_up{${TERMINAL}})`)]),
      number(
        'Not ready',
        'Configured terminals that do not serve.',
        [query(`count(mt5gw_terminal_up{${TERMINAL}}) - sum(mt5gw_terminal_up{${TERMINAL}})`)],
        { limits: [1, 3] },
      ),
      number(
        'Stale series',
        'Series that stand still while their market is open.',
        [query(`sum(mt5gw_series_stale{${TERMINAL}})`)],
        { limits: [1, 10] },
      ),
      number(
        'Loading series',
        'Series that answer 503 until their history is there.',
        [query(`sum(mt5gw_series{${GATEWAY},state="loading"})`)],
        { limits: [1, 50] },
      ),
    ],
    [
      lines(
        'States',
        'Configured terminals by state.',
        [query(`sum by (state) (mt5gw_terminals{${GATEWAY}})`, '{{state}}')],
        { stack: true },
      ),
      lines(
        'Up',
        '1 while the terminal is ready.',
        [query(`max by (terminal) (mt5gw_terminal_up{${TERMINAL}})`, '{{terminal}}')],
        { max: 1 },
      ),
      lines(
        'Age of the newest bar',
        'By server time. Grows at nights and weekends: see stale series for trouble.',
        [
          query(
            `max by (terminal) (instance_terminal:mt5gw_terminal_bar_age_seconds:last{${TERMINAL}})`,
            '{{terminal}}',
          ),
        ],
        { unit: 's' },
      ),
    ],
    [
      lines(
        'Stale series',
        'By terminal; knows the trading sessions of each symbol.',
        [query(`sum by (terminal) (mt5gw_series_stale{${TERMINAL}})`, '{{terminal}}')],
        { limits: [1, 10] },
      ),
      lines('Series', 'By state.', [query(`sum by (state) (mt5gw_series{${GATEWAY}})`, '{{state}}')], { stack: true }),
      lines('Backfills', 'Series that were brought up to date, by why.', [
        query(`sum by (outcome) (increase(mt5gw_series_backfills_total{${GATEWAY}}[$__rate_interval]))`, '{{outcome}}'),
      ]),
    ],
    [
      lines(
        'Requests',
        'To terminals, by outcome.',
        [
          query(
            `sum by (outcome) (rate(mt5gw_terminal_request_duration_seconds_count{${TERMINAL}}[$__rate_interval]))`,
            '{{outcome}}',
          ),
        ],
        { unit: 'reqps' },
      ),
      lines(
        'Request duration p95',
        'Waiting for a turn included.',
        [
          query(
            `histogram_quantile(0.95, sum by (op, le) (rate(mt5gw_terminal_request_duration_seconds_bucket{${TERMINAL}}[$__rate_interval])))`,
            '{{op}}',
          ),
        ],
        { unit: 's' },
      ),
      lines('Queue', 'Requests that wait for their turn at a terminal.', [
        query(`max by (terminal) (mt5gw_terminal_queue_depth{${TERMINAL}})`, '{{terminal}}'),
      ]),
    ],
    [
      lines('Reconnects', 'New sessions, by why the one before ended.', [
        query(
          `sum by (terminal, reason) (increase(mt5gw_terminal_reconnects_total{${TERMINAL}}[$__rate_interval]))`,
          '{{terminal}} {{reason}}',
        ),
      ]),
      lines(
        'Frames',
        'On the bridge port.',
        [
          query(
            `sum by (direction, type) (rate(mt5gw_bridge_frames_total{${GATEWAY}}[$__rate_interval]))`,
            '{{direction}} {{type}}',
          ),
        ],
        { unit: 'ops' },
      ),
      lines('Refused connections', 'On the bridge port, by reason.', [
        query(`sum by (reason) (increase(mt5gw_bridge_rejected_total{${GATEWAY}}[$__rate_interval]))`, '{{reason}}'),
      ]),
    ],
    [
      lines(
        'Agents',
        '1 while the agent of a host is connected; always 0 where a host has none.',
        [query(`max by (host) (mt5gw_agent_up{${GATEWAY}})`, '{{host}}')],
        { max: 1 },
      ),
      lines(
        'Programs',
        '1 while the program of a terminal runs, as the agent of its host says.',
        [query(`max by (terminal) (mt5gw_agent_process_up{${TERMINAL}})`, '{{terminal}}')],
        { max: 1 },
      ),
      lines('Restarts of programs', 'In an hour; more than five raise an alert.', [
        query(`sum by (terminal) (increase(mt5gw_agent_process_restarts{${TERMINAL}}[1h]))`, '{{terminal}}'),
      ]),
      lines(
        'Memory of programs',
        'Terminals give no history back; their agent restarts them at AGENT_MEMORY_LIMIT_MB.',
        [query(`max by (terminal) (mt5gw_agent_process_memory_bytes{${TERMINAL}})`, '{{terminal}}')],
        { unit: 'bytes' },
      ),
    ],
  ],
});
