import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { SchedulerRegistry } from '@nestjs/schedule';
import { AgentRecovery } from '../../src/terminals/upkeep/agent-recovery.js';
import { TerminalSchedule } from '../../src/terminals/upkeep/terminal-schedule.js';
import { gateway } from '../support/gateway-builder.js';
import type { TestGateway } from '../support/test-gateway.js';

describe('admin routes of terminals', () => {
  let app: TestGateway;
  afterEach(() => app.close());

  it('list terminals and show one, under both base paths', async () => {
    app = await gateway().withTerminals().start();
    await app.ready('MT5_05', { symbols: ['EURUSD.pro'] });
    const one = await app.call('GET', '/api/v1/admin/terminals/MT5_05');
    expect(one).toMatchObject({
      status: 200,
      body: {
        success: true,
        data: {
          terminal_id: 'MT5_05',
          state: 'ready',
          connected: true,
          symbols: [{ symbol: 'EURUSD', broker_symbol: 'EURUSD.pro', resolved_by: 'affix', problem: null }],
          session: { epoch: 1, broker_server: 'Broker-Demo', simulated: false },
        },
      },
    });
    const list = await app.call('GET', '/api/admin/terminals');
    expect(list.body).toMatchObject({
      data: { terminals: [{ terminal_id: 'MT5_01', state: 'expected', session: null }, { terminal_id: 'MT5_05' }] },
    });
  });

  it('answer every request for an unknown terminal with not-found, kind and id', async () => {
    app = await gateway().withTerminals().start();
    const paths = ['GET ', 'GET /account', 'GET /logs', 'POST /reconnect', 'POST /restart'] as const;
    for (const path of paths) {
      const [method, rest] = path.split(' ') as ['GET' | 'POST', string];
      const answer = await app.call(method, `/api/v1/admin/terminals/MT5_99${rest}`);
      expect(answer).toMatchObject({ status: 404, body: { code: 'not-found', kind: 'terminal', id: 'MT5_99' } });
    }
    expect(app.stores.audit.entries.filter(({ action }) => action.startsWith('terminal.'))).toEqual([]);
  });

  it('refuse a request without a key with 401 and a key without the scope terminals with 403', async () => {
    app = await gateway().withTerminals().start();
    expect(await app.call('GET', '/api/v1/admin/terminals', '')).toMatchObject({ status: 401 });
    const other = await app.key({ kind: 'adm', scopes: ['keys'] });
    expect(await app.call('POST', '/api/v1/admin/terminals/restart-all', other)).toMatchObject({
      status: 403,
      body: { code: 'scope-required' },
    });
  });

  it('reconnect a terminal and record the actor in the audit trail', async () => {
    app = await gateway().withTerminals().start();
    const bridge = await app.ready('MT5_05');
    expect(await app.call('POST', '/api/v1/admin/terminals/MT5_05/reconnect')).toMatchObject({
      status: 202,
      body: { success: true, data: { terminal_id: 'MT5_05', action: 'reconnect' } },
    });
    await bridge.closed;
    expect(bridge.goaway).toMatchObject({ reason: 'reconnect' });
    expect(app.stores.audit.entries).toContainEqual(
      expect.objectContaining({
        action: 'terminal.reconnected',
        target: 'terminal:MT5_05',
        actor: expect.stringMatching(/^key:/),
        requestId: expect.any(String),
      }),
    );
    expect(await app.call('POST', '/api/v1/admin/terminals/MT5_05/reconnect')).toMatchObject({
      status: 503,
      body: { code: 'terminal-disconnected', terminal_id: 'MT5_05' },
    });
  });

  it('restart the terminal program where the bridge supports it', async () => {
    app = await gateway().withTerminals().start();
    const bridge = await app.ready('MT5_05', { canRestart: true });
    expect(await app.call('POST', '/api/v1/admin/terminals/MT5_05/restart')).toMatchObject({
      status: 202,
      body: { data: { action: 'restart' } },
    });
    expect(bridge.requests).toContainEqual({ type: 'restart' });
  });

  it('restart all terminals by one operation at a time, which an admin can read, list and cancel', async () => {
    app = await gateway().withTerminals().start();
    const bridge = await app.ready('MT5_05');
    const begun = await app.call('POST', '/api/admin/terminals/restart-all');
    const { operation_id: id } = (begun.body as { data: { operation_id: string } }).data;
    expect(begun).toMatchObject({ status: 202, body: { data: { step_limit_seconds: 120, operation: { id } } } });
    expect(begun.headers.get('location')).toBe(`/api/v1/admin/operations/${id}`);
    await bridge.closed;
    const path = `/api/v1/admin/operations/${id}`;
    expect((await app.call('GET', path)).body).toMatchObject({
      data: {
        kind: 'terminals.restart-all',
        state: 'running',
        started_by: expect.stringMatching(/^key:/),
        ended_at: null,
        terminals: [
          { terminal_id: 'MT5_01', state: 'skipped', reason: 'it is not connected' },
          { terminal_id: 'MT5_05', state: 'restarting', reason: null },
        ],
      },
    });
    expect(await app.call('POST', '/api/v1/admin/terminals/restart-all')).toMatchObject({
      status: 409,
      body: { code: 'idempotency-conflict', operation_id: id },
    });
    for (const _again of [1, 2]) {
      expect(await app.call('POST', `${path}/cancel`)).toMatchObject({
        status: 200,
        body: { data: { state: 'running', cancel_requested: true } },
      });
    }
    const ended = new Promise<void>((resolve) =>
      app.stores.audit.onEntry(({ action }) => action === 'operation.ended' && resolve()),
    );
    await app.ready('MT5_05');
    await ended;
    expect((await app.call('GET', '/api/admin/operations?limit=1')).body).toMatchObject({
      data: [{ id, state: 'cancelled', reason: 'an admin canceled it', terminals: [{}, { state: 'ready' }] }],
      next_cursor: null,
    });
    expect(
      app.stores.audit.entries.map(({ action }) => action).filter((action) => /operation|restarted/.test(action)),
    ).toEqual(['terminal.all-restarted', 'operation.cancelled', 'operation.ended']);
    for (const odd of ['op_0000000000000000', 'MT5_05', '%0Aop_', 'constructor']) {
      expect(await app.call('GET', `/api/v1/admin/operations/${odd}`)).toMatchObject({
        status: 404,
        body: { code: 'not-found', kind: 'operation', error: expect.stringContaining('gateway stops') },
      });
    }
    expect(await app.call('GET', '/api/v1/admin/operations?limit=0&cursor=x')).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'limit' }, { parameter: 'cursor' }] },
    });
  });

  it('drain and resume a terminal idempotently, with one audit row each', async () => {
    app = await gateway().withTerminals().start();
    await app.ready('MT5_05');
    for (const _again of [1, 2]) {
      expect(await app.call('POST', '/api/v1/admin/terminals/MT5_05/drain')).toMatchObject({
        status: 200,
        body: { data: { terminal_id: 'MT5_05', state: 'draining', in_flight: 0, queue_depth: 0 } },
      });
    }
    expect((await app.call('GET', '/api/health', '')).body).toMatchObject({
      terminals: { EURUSD: { connected: false, error: 'terminal MT5_05 is being drained' } },
    });
    expect(await app.call('GET', '/api/admin/terminals/MT5_05/account')).toMatchObject({ status: 200 });
    for (const _again of [1, 2]) {
      expect(await app.call('POST', '/api/v1/admin/terminals/MT5_05/resume')).toMatchObject({
        status: 200,
        body: { data: { state: 'ready' } },
      });
    }
    const rows = app.stores.audit.entries.filter(({ action }) => /drained|resumed/.test(action));
    expect(rows).toMatchObject([
      { action: 'terminal.drained', target: 'terminal:MT5_05', detail: { before: { state: 'ready' } } },
      { action: 'terminal.resumed', detail: { before: { state: 'draining' }, after: { state: 'serving' } } },
    ]);
    const unknown = await app.call('POST', '/api/v1/admin/terminals/mt5_5/drain');
    expect(unknown).toMatchObject({ status: 404, body: { kind: 'terminal', id: 'mt5_5', suggestions: ['MT5_05'] } });
    const odd = await app.call('POST', '/api/v1/admin/terminals/MT5%0A05%1b/drain');
    expect(odd).toMatchObject({ status: 404, body: { id: 'MT5?05?' } });
  });

  it('read and change the symbol names of brokers by version', async () => {
    app = await gateway().withTerminals().start();
    await app.ready('MT5_05', { symbols: ['EURUSD.m', 'EURUSD.other'] });
    const path = '/api/v1/admin/symbol-mappings/MT5_05/EURUSD';
    const before = await app.call('GET', path);
    expect(before.headers.get('etag')).toBe('"v1"');
    expect(before.body).toMatchObject({
      data: { configured_name: null, override: null, broker_name: 'EURUSD.m', found_by: 'affix', serving: true },
    });
    const put = (broker_name: unknown, headers = {}) =>
      app.call('PUT', path, undefined, { body: { broker_name }, headers });
    const changed = await put('EURUSD.other', { 'if-match': '"v1"' });
    expect(changed).toMatchObject({
      status: 200,
      body: { data: { broker_name: 'EURUSD.other', found_by: 'configured', version: 2, checked: true, serving: true } },
    });
    expect(changed.headers.get('etag')).toBe('"v2"');
    expect(await put('EURUSD.m', { 'if-match': '"v1"' })).toMatchObject({
      status: 412,
      body: { code: 'precondition-failed', version: 2 },
    });
    expect(await put('NO-SUCH')).toMatchObject({ status: 400, body: { errors: [{ parameter: 'broker_name' }] } });
    for (const odd of ['', ' EURUSD', 'EUR\nUSD', 'x'.repeat(64), null, 5, ['EURUSD.m'], {}]) {
      expect(await put(odd)).toMatchObject({ status: 400, body: { errors: [{ parameter: 'broker_name' }] } });
    }
    expect((await app.call('GET', '/api/admin/symbol-mappings?limit=1')).body).toMatchObject({
      data: [{ symbol: 'AUDJPY', terminals: [{ terminal_id: 'MT5_01', broker_name: null, serving: false }] }],
      next_cursor: 'AUDJPY',
    });
    expect((await app.call('GET', '/api/admin/symbol-mappings?cursor=AUDJPY')).body).toMatchObject({
      data: [{ symbol: 'EURUSD', terminals: [{ override: { broker_name: 'EURUSD.other' } }] }],
      next_cursor: null,
    });
    expect(await app.call('DELETE', path)).toMatchObject({ status: 200, body: { data: { broker_name: 'EURUSD.m' } } });
    expect(await app.call('DELETE', path)).toMatchObject({ status: 404, body: { kind: 'symbol-mapping' } });
    expect(await app.call('GET', '/api/v1/admin/symbol-mappings/MT5_05/EURUSS')).toMatchObject({
      status: 404,
      body: { code: 'symbol-not-found', suggestions: ['EURUSD'] },
    });
    expect(app.stores.mappings.audited.map(({ action }) => action)).toEqual([
      'symbol-mapping.changed',
      'symbol-mapping.removed',
    ]);
  });

  it('show account, health, figures and the newest log lines', async () => {
    app = await gateway().withTerminals().start();
    await app.ready('MT5_05');
    expect((await app.call('GET', '/api/v1/admin/terminals/MT5_05/account')).body).toMatchObject({
      data: { terminal_id: 'MT5_05', login: 1, trade_mode: 'demo', broker_connected: true },
    });
    expect((await app.call('GET', '/api/admin/terminals/health')).body).toMatchObject({
      data: {
        terminals: [
          { connected: false, last_check: null },
          {
            connected: true,
            state: 'ready',
            reconnect_count: 0,
            uptime_percent_24h: expect.any(Number),
            queue_depth: 0,
            last_bar: null,
            latency_ms: { median: 0, requests: 2 },
          },
        ],
      },
    });
    expect((await app.call('GET', '/api/admin/terminals/stats')).body).toMatchObject({
      data: { total_terminals: 2, connected_terminals: 1, worst_terminals: [{ terminal_id: 'MT5_01' }, {}] },
    });
    expect((await app.call('GET', '/api/admin/terminals/MT5_05/logs?lines=1')).body).toMatchObject({
      data: { lines: [{ level: 'info', message: expect.stringContaining('MT5_05 is ready') }] },
    });
    for (const lines of ['0', '1001', '+1', 'abc', '']) {
      const answer = await app.call('GET', `/api/admin/terminals/MT5_05/logs?lines=${lines}`);
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-parameter' } });
    }
  });

  it('count what happens on the bridge port', async () => {
    app = await gateway().withTerminals().start();
    const bridge = await app.ready('MT5_05');
    await bridge.leave();
    await app.ready('MT5_05');
    const metrics = await app.metrics();
    for (const line of [
      'mt5gw_terminals{state="ready"} 1',
      'mt5gw_terminals{state="expected"} 1',
      'mt5gw_terminal_up{terminal="MT5_05"} 1',
      'mt5gw_terminal_queue_depth{terminal="MT5_05"} 0',
      'mt5gw_bridge_frames_total{direction="in",type="hello"} 2',
      'mt5gw_terminal_request_duration_seconds_count{terminal="MT5_05",op="symbols",outcome="ok"} 2',
    ]) {
      expect(metrics).toContain(line);
    }
    expect(metrics).toMatch(/mt5gw_terminal_reconnects_total\{terminal="MT5_05",reason="[a-z-]+"\} 1/);
  });
});

describe('the bridge port', () => {
  let app: TestGateway;
  afterEach(() => app.close());

  it('audits each terminal that becomes ready, is lost, or is refused with a right or a wrong key', async () => {
    app = await gateway().withTerminals().start();
    const bridge = await app.ready('MT5_05');
    await app.dial('MT5_01', { login: 2 });
    await app.dial('MT5_01', { masterSecret: 'some other secret of a stranger' });
    const lost = app.becomes('lost');
    await bridge.leave();
    await lost;
    expect(app.stores.audit.entries.map(({ action, target }) => `${action} ${target}`)).toEqual(
      expect.arrayContaining([
        'terminal.ready terminal:MT5_05',
        'terminal.refused terminal:MT5_01',
        'terminal.lost terminal:MT5_05',
      ]),
    );
    expect(app.stores.audit.entries.filter(({ action }) => action === 'terminal.refused')).toMatchObject([
      { actor: 'terminal:MT5_01', detail: { reason: 'wrong-login' } },
      { actor: 'anonymous', target: 'terminal:MT5_01', detail: { reason: 'wrong-key', omitted_before: 0 } },
    ]);
    expect((await app.call('GET', '/api/admin/terminals/health')).body).toMatchObject({
      data: {
        terminals: [{}, { last_errors: [{ at: expect.any(String), code: expect.stringMatching(/^[a-z-]+$/) }] }],
      },
    });
    const metrics = await app.metrics();
    expect(metrics).toContain('mt5gw_bridge_rejected_total{reason="wrong-login"} 1');
    expect(metrics).toContain('mt5gw_bridge_rejected_total{reason="wrong-key"} 1');
  });

  it('shows a pushed bar only after it is served, and the last error of a heartbeat', async () => {
    app = await gateway().withTerminals().start();
    const bridge = await app.ready('MT5_05');
    const heard = new Promise((resolve) => app.pool.onHeartbeat(resolve));
    bridge.pushBar({ symbol: 'EURUSD', timeframe: 'H1', sequence: 1 });
    bridge.beat({ lastError: 4401 });
    await heard;
    expect((await app.call('GET', '/api/admin/terminals/health')).body).toMatchObject({
      data: { terminals: [{}, { last_bar: null }] },
    });
    app.pool.barApplied('MT5_05', 1_700_000_400);
    app.pool.barApplied('MT5_05', 1_700_000_100);
    expect((await app.call('GET', '/api/admin/terminals/health')).body).toMatchObject({
      data: { terminals: [{}, { last_bar: 1_700_000_400, broker_ping_ms: 20 }] },
    });
    expect((await app.call('GET', '/api/admin/terminals/MT5_05/logs?lines=1')).body).toMatchObject({
      data: { lines: [{ level: 'warn', message: "the terminal's own last error is 4401 now" }] },
    });
    expect(await app.metrics()).toContain('mt5gw_terminal_last_bar_timestamp_seconds{terminal="MT5_05"} 1700000400');
  });
});

describe('a start of the gateway', () => {
  it('fails with the name of the setting when a TLS file is missing', async () => {
    const files = { tlsCertFile: '/nowhere/cert.pem', tlsKeyFile: '/nowhere/key.pem' };
    await expect(gateway().withTerminals().withBridge(files).start()).rejects.toThrow(
      /BRIDGE_TLS_KEY_FILE cannot be read \(ENOENT\)/,
    );
  });

  it('fails with the names of both settings when a TLS file is no PEM file', async () => {
    const files = { tlsCertFile: import.meta.filename, tlsKeyFile: import.meta.filename };
    await expect(gateway().withTerminals().withBridge(files).start()).rejects.toThrow(
      /BRIDGE_TLS_CERT_FILE or BRIDGE_TLS_KEY_FILE/,
    );
  });
});

describe('health', () => {
  let app: TestGateway;
  afterEach(() => app.close());

  it('keeps the members of the original service and adds more', async () => {
    app = await gateway().withTerminals().start();
    await app.ready('MT5_05');
    const { status, body } = await app.call('GET', '/api/health', '');
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        status: 'degraded',
        version: expect.stringMatching(/^v\d+\.\d+\.\d+$/),
        total_terminals: 2,
        connected_terminals: 1,
        terminals: {
          AUDJPY: {
            connected: false,
            terminal_id: 'MT5_01',
            last_check: null,
            error: 'terminal MT5_01 has not connected yet',
          },
          EURUSD: { connected: true, terminal_id: 'MT5_05', last_check: '2026-01-05T12:00:00.000Z' },
        },
      },
    });
  });

  it('answers 503 with the same body and an error when no terminal is connected, and names allowed simulators', async () => {
    app = await gateway().withTerminals({ allowSimulator: true }).start();
    expect(await app.call('GET', '/api/v1/health', '')).toMatchObject({
      status: 503,
      body: {
        status: 'error',
        success: false,
        error: 'All MT5 terminals are disconnected',
        total_terminals: 2,
        connected_terminals: 0,
        simulated: true,
      },
    });
  });

  it('is always live, and ready only with a terminal and the database', async () => {
    app = await gateway().withTerminals().start();
    expect(await app.call('GET', '/health/live', '')).toMatchObject({ status: 200, body: { status: 'ok' } });
    const without = await app.call('GET', '/health/ready', '');
    expect(without).toMatchObject({
      status: 503,
      body: { status: 'error', info: { database: { status: 'up' } }, error: { terminals: { status: 'down' } } },
    });
    expect(without.type).toMatch(/^application\/json/);
    await app.ready('MT5_05');
    await app.ready('MT5_01', { symbols: ['AUDJPY'] });
    expect(await app.call('GET', '/health/ready', '')).toMatchObject({
      status: 200,
      body: { status: 'ok', details: { terminals: { status: 'up', connected: 2 } } },
    });
    app.stores.database.status = 'down';
    expect(await app.call('GET', '/health/ready', '')).toMatchObject({
      status: 503,
      body: { error: { database: { status: 'down', message: 'connection refused' } } },
    });
    app.stores.database.status = 'up';
    app.pool.beginDrain();
    expect(await app.call('GET', '/health/ready', '')).toMatchObject({ status: 503 });
    expect(await app.call('GET', '/health/live', '')).toMatchObject({ status: 200 });
  });

  it('looks after terminals and agents every second of the injected clock until the application ends', async () => {
    app = await gateway().withTerminals().start();
    const schedule = app.app.get(SchedulerRegistry);
    expect(schedule.getIntervals()).toEqual(['terminals', 'agents']);
    const terminals = jest.spyOn(app.app.get(TerminalSchedule), 'tick');
    const agents = jest.spyOn(app.app.get(AgentRecovery), 'tick');
    app.clock.advance(2000);
    expect([terminals.mock.calls.length, agents.mock.calls.length]).toEqual([2, 2]);
    await app.app.close();
    expect(schedule.getIntervals()).toEqual([]);
  });

  it('leaves no socket and no session after the application has closed', async () => {
    app = await gateway().withTerminals().start();
    const bridge = await app.ready('MT5_05');
    await app.app.close();
    await bridge.closed;
    expect(bridge.goaway).toMatchObject({ reason: 'shutting-down' });
    expect(app.pool.connectionStats()).toMatchObject({ connections: 0 });
    expect(app.pool.stats().byState).toMatchObject({ closed: 2 });
    expect(app.clock.pendingTimers).toBe(0);
  });
});
