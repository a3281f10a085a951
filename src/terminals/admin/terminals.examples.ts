import { HOST_EXAMPLE } from './agent.presenter.js';
import { OPERATION_EXAMPLE } from './operations.schema.js';

const HEALTH_EXAMPLE = {
  terminal_id: 'MT5_05',
  connected: true,
  state: 'ready',
  uptime_percent: 99.87,
  uptime_percent_24h: 99.21,
  reconnect_count: 2,
  last_bar: 1_795_269_600,
  queue_depth: 0,
  in_flight: 0,
  latency_ms: { median: 11.4, p95: 38.2, requests: 100 },
  broker_ping_ms: 38.2,
  last_check: '2026-11-20T14:03:21.004Z',
  last_probe: { at: '2026-11-20T14:02:58.120Z', ok: true, duration_ms: 14 },
  last_errors: [{ at: '2026-11-20T09:12:44.310Z', code: 'silent', message: 'lost: silent: no bytes for 15000 ms' }],
};

const TERMINAL_EXAMPLE = {
  ...HEALTH_EXAMPLE,
  since: '2026-11-20T09:12:51.712Z',
  reason: null,
  login: 10005,
  server: 'ICMarkets-Demo',
  zone: { source: 'learned', rules: ['EU+02:00/+03:00'], known_from: 1741996800, offsets_seen: 2, weekends_seen: 87 },
  symbols: [{ symbol: 'EURUSD', broker_symbol: 'EURUSD.pro', resolved_by: 'affix', problem: null }],
  session: {
    epoch: 17,
    connected_at: '2026-11-20T09:12:51.650Z',
    remote_address: '10.0.0.15',
    broker_server: 'ICMarkets-Demo',
    company: 'IC Markets',
    program: 'mt5-gateway EA 1.0',
    terminal_build: 5430,
    simulated: false,
    can_restart: false,
    silent_ms: 812,
    broker_connected: true,
    ping_ms: 38.2,
    memory_mb: 412,
    last_error: 0,
    server_time: 1795269799,
    server_utc_offset: 7200,
    clock_skew_seconds: 0,
  },
  host: HOST_EXAMPLE,
};

/** One real answer per admin route, for the OpenAPI document. */
export const TERMINAL_EXAMPLES = {
  list: { success: true, data: { terminals: [TERMINAL_EXAMPLE] } },
  one: { success: true, data: TERMINAL_EXAMPLE },
  health: { success: true, data: { terminals: [HEALTH_EXAMPLE] } },
  stats: {
    success: true,
    data: {
      total_terminals: 15,
      connected_terminals: 15,
      states: { expected: 0, handshaking: 0, ready: 15, impaired: 0, lost: 0, draining: 0, closed: 0 },
      average_uptime_percent: 99.91,
      total_reconnects: 4,
      worst_terminals: [
        { terminal_id: 'MT5_05', uptime_percent: 99.87, uptime_percent_24h: 99.21, reconnect_count: 2 },
      ],
    },
  },
  account: {
    success: true,
    data: {
      terminal_id: 'MT5_05',
      login: 10005,
      server: 'ICMarkets-Demo',
      company: 'IC Markets',
      name: 'Data account 5',
      currency: 'USD',
      trade_mode: 'demo',
      leverage: 100,
      balance: 10_000,
      equity: 10_000,
      broker_connected: true,
    },
  },
  logs: {
    success: true,
    data: {
      terminal_id: 'MT5_05',
      lines: [
        {
          at: '2026-11-20T09:12:51.712Z',
          level: 'info',
          message: 'MT5_05 is ready (was handshaking): symbols resolved, account and broker as expected',
        },
      ],
    },
  },
  action: { success: true, data: { terminal_id: 'MT5_05', action: 'reconnect' } },
  drained: {
    success: true,
    data: {
      terminal_id: 'MT5_05',
      state: 'draining',
      since: '2026-11-20T14:03:21.004Z',
      in_flight: 1,
      queue_depth: 0,
    },
  },
  resumed: {
    success: true,
    data: { terminal_id: 'MT5_05', state: 'ready', since: '2026-11-20T14:09:02.117Z', in_flight: 0, queue_depth: 0 },
  },
  rolling: {
    success: true,
    data: {
      operation_id: OPERATION_EXAMPLE.id,
      step_limit_seconds: 120,
      operation: OPERATION_EXAMPLE,
    },
  },
} as const;
