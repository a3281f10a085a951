import { afterEach, describe, expect, it } from '@jest/globals';
import { SchedulerRegistry } from '@nestjs/schedule';
import { startTerminalsApp } from './terminals-app.js';

type App = Awaited<ReturnType<typeof startTerminalsApp>>;

/** Waits for a terminal to enter a state. */
function once(pool: App['pool'], state: string): Promise<void> {
  return new Promise((resolve) => {
    const off = pool.onChange(({ to }) => {
      if (to !== state) return;
      off();
      resolve();
    });
  });
}

describe('admin routes of terminals', () => {
  let app: App;
  afterEach(() => app.close());

  it('list terminals and show one, under both base paths', async () => {
    app = await startTerminalsApp();
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

  it('answer not-found with kind and id for an unknown terminal, whatever is asked of it', async () => {
    app = await startTerminalsApp();
    const paths = ['GET ', 'GET /account', 'GET /logs', 'POST /reconnect', 'POST /restart'] as const;
    for (const path of paths) {
      const [method, rest] = path.split(' ') as ['GET' | 'POST', string];
      const answer = await app.call(method, `/api/v1/admin/terminals/MT5_99${rest}`);
      expect(answer).toMatchObject({ status: 404, body: { code: 'not-found', kind: 'terminal', id: 'MT5_99' } });
    }
    expect(app.audit.entries.filter(({ action }) => action.startsWith('terminal.'))).toEqual([]);
  });

  it('need a key with the scope of terminals', async () => {
    app = await startTerminalsApp();
    expect(await app.call('GET', '/api/v1/admin/terminals', '')).toMatchObject({ status: 401 });
    const other = await app.key(['keys']);
    expect(await app.call('POST', '/api/v1/admin/terminals/restart-all', other)).toMatchObject({
      status: 403,
      body: { code: 'scope-required' },
    });
  });

  it('reconnect a terminal, and say in the audit trail who asked', async () => {
    app = await startTerminalsApp();
    const bridge = await app.ready('MT5_05');
    expect(await app.call('POST', '/api/v1/admin/terminals/MT5_05/reconnect')).toMatchObject({
      status: 202,
      body: { success: true, data: { terminal_id: 'MT5_05', action: 'reconnect' } },
    });
    await bridge.closed;
    expect(bridge.goaway).toMatchObject({ reason: 'reconnect' });
    expect(app.audit.entries).toContainEqual(
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

  it('restart a terminal for real where its bridge can', async () => {
    app = await startTerminalsApp();
    const bridge = await app.ready('MT5_05', { canRestart: true });
    expect(await app.call('POST', '/api/v1/admin/terminals/MT5_05/restart')).toMatchObject({
      status: 202,
      body: { data: { action: 'restart' } },
    });
    expect(bridge.requests).toContainEqual({ type: 'restart' });
  });

  it('restart all with a plan, and refuse a second round while the first is under way', async () => {
    app = await startTerminalsApp();
    await app.ready('MT5_05');
    expect(await app.call('POST', '/api/v1/admin/terminals/restart-all')).toMatchObject({
      status: 202,
      body: {
        data: {
          plan: [
            { terminal_id: 'MT5_01', action: 'skip' },
            { terminal_id: 'MT5_05', action: 'reconnect' },
          ],
        },
      },
    });
    expect(await app.call('POST', '/api/v1/admin/terminals/restart-all')).toMatchObject({
      status: 409,
      body: { code: 'idempotency-conflict' },
    });
  });

  it('show account, health, figures and the newest log lines', async () => {
    app = await startTerminalsApp();
    await app.ready('MT5_05');
    expect((await app.call('GET', '/api/v1/admin/terminals/MT5_05/account')).body).toMatchObject({
      data: { terminal_id: 'MT5_05', login: 1, trade_mode: 'demo', broker_connected: true },
    });
    expect((await app.call('GET', '/api/admin/terminals/health')).body).toMatchObject({
      data: {
        terminals: [
          { connected: false, last_check: null },
          { connected: true, reconnect_count: 0 },
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
    app = await startTerminalsApp();
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

describe('what happens on the bridge port', () => {
  let app: App;
  afterEach(() => app.close());

  it('is written into the audit trail: who came, who left, who was refused in spite of the right key', async () => {
    app = await startTerminalsApp();
    const bridge = await app.ready('MT5_05');
    await app.dial('MT5_01', { login: 2 });
    await app.dial('MT5_01', { masterSecret: 'some other secret of a stranger' });
    const lost = once(app.pool, 'lost');
    await bridge.leave();
    await lost;
    expect(app.audit.entries.map(({ action, target }) => `${action} ${target}`)).toEqual(
      expect.arrayContaining([
        'terminal.ready terminal:MT5_05',
        'terminal.refused terminal:MT5_01',
        'terminal.lost terminal:MT5_05',
      ]),
    );
    expect(app.audit.entries.filter(({ action }) => action === 'terminal.refused')).toHaveLength(1);
    const metrics = await app.metrics();
    expect(metrics).toContain('mt5gw_bridge_rejected_total{reason="wrong-login"} 1');
    expect(metrics).toContain('mt5gw_bridge_rejected_total{reason="wrong-key"} 1');
  });

  it('shows the time of the newest bar that a terminal has pushed', async () => {
    app = await startTerminalsApp();
    const bridge = await app.ready('MT5_05');
    const heard = new Promise((resolve) => app.pool.onHeartbeat(resolve));
    bridge.pushBar({ symbol: 'EURUSD', timeframe: 'H1', sequence: 1 });
    bridge.beat();
    await heard;
    expect(await app.metrics()).toContain('mt5gw_terminal_last_bar_timestamp_seconds{terminal="MT5_05"} 1700000400');
  });
});

describe('a start', () => {
  it('fails with the name of the setting when a TLS file is missing', async () => {
    const files = { tlsCertFile: '/nowhere/cert.pem', tlsKeyFile: '/nowhere/key.pem' };
    await expect(startTerminalsApp({}, files)).rejects.toThrow(/BRIDGE_TLS_KEY_FILE cannot be read \(ENOENT\)/);
  });

  it('fails with the names of both settings when a TLS file is no PEM file', async () => {
    const files = { tlsCertFile: import.meta.filename, tlsKeyFile: import.meta.filename };
    await expect(startTerminalsApp({}, files)).rejects.toThrow(/BRIDGE_TLS_CERT_FILE or BRIDGE_TLS_KEY_FILE/);
  });
});

describe('health', () => {
  let app: App;
  afterEach(() => app.close());

  it('keeps the shape of the original service and tells more', async () => {
    app = await startTerminalsApp();
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

  it('is 503 with the same body and an error when nobody is connected, and says when simulators are allowed', async () => {
    app = await startTerminalsApp({ allowSimulator: true });
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

  it('lives whatever happens, and is ready only with a terminal and the database', async () => {
    app = await startTerminalsApp();
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
    app.database.status = 'down';
    expect(await app.call('GET', '/health/ready', '')).toMatchObject({
      status: 503,
      body: { error: { database: { status: 'down', message: 'connection refused' } } },
    });
    app.database.status = 'up';
    app.pool.beginDrain();
    expect(await app.call('GET', '/health/ready', '')).toMatchObject({ status: 503 });
    expect(await app.call('GET', '/health/live', '')).toMatchObject({ status: 200 });
  });

  it('looks after the terminals by a schedule that ends with the application', async () => {
    app = await startTerminalsApp();
    const schedule = app.app.get(SchedulerRegistry);
    expect(schedule.getIntervals()).toHaveLength(1);
    await app.app.close();
    expect(schedule.getIntervals()).toEqual([]);
  });

  it('leaves no socket and no session after the application has closed', async () => {
    app = await startTerminalsApp();
    const bridge = await app.ready('MT5_05');
    await app.app.close();
    await bridge.closed;
    expect(bridge.goaway).toMatchObject({ reason: 'shutting-down' });
    expect(app.pool.connectionStats()).toMatchObject({ connections: 0 });
    expect(app.pool.stats().byState).toMatchObject({ closed: 2 });
    expect(app.clock.pendingTimers).toBe(0);
  });
});
