import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Simulator } from '../../simulator/index.js';
import { symbolName } from '../../src/market/index.js';
import { syntheticCandles } from '../support/candles.js';
import { CandleFolder } from '../support/candle-folder.js';
import { GatewaySetup, type GatewayUnderTest } from '../support/gateway-under-test.js';
import { frameBytes } from '../support/wire-writer.js';
import { expectProblem } from './problem.js';

const HOUR = 3600;
const BEFORE_END = 30;
const hours = syntheticCandles({ seed: 3, bars: 6000, timeframe: 'H1' });
/** A recording that ends later than that of the hours: the terminal stands where the earlier one ends. */
const minutes = syntheticCandles({ seed: 4, bars: 3000, timeframe: 'M5' }).map((bar) => {
  return { ...bar, time: bar.time - syntheticCandles({ seed: 4, bars: 1 })[0]!.time + hours.at(-100)!.time };
});
const T = hours.at(-1)!.time + HOUR - BEFORE_END;

type Health = Readonly<Record<string, unknown>> & {
  readonly terminals: Readonly<Record<string, { readonly connected: boolean; readonly error?: string }>>;
};

describe('terminals in trouble', () => {
  const folder = new CandleFolder();
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    folder.add('EURUSD_H1', hours).add('EURUSD_M5', minutes).add('XAUUSD_H1', hours.slice(0, 5800));
    gateway = await new GatewaySetup()
      .terminal('MT5_05', 'EURUSD')
      .terminal('MT5_06', 'EURUSD')
      .terminal('MT5_15', 'XAUUSD')
      .terminal('MT5_01', 'AUDJPY')
      .timeframes('M5', 'H1')
      .environment({ TERMINAL_REQUEST_TIMEOUT_MS: '1500' })
      .simulating({ mode: 'replay', candlesDir: folder.path })
      .start();
  });
  afterAll(async () => {
    await gateway?.close();
    folder.remove();
  });

  const series = (name: string, query = 'bars=100') => `/api/v1/indicators/${name}?${query}`;
  const metadata = async (path: string): Promise<Readonly<Record<string, unknown>>> => {
    const { status, body } = await gateway.ask<{ data: { metadata: Record<string, unknown> } }>(path);
    expect([path, status]).toEqual([path, 200]);
    return body.data.metadata;
  };
  const health = () => gateway.ask<Health>('/api/health', { key: null });
  const find = (symbol: string) => gateway.series.find(symbolName(symbol), 'H1');
  const whole = () => gateway.until(() => gateway.pool.stats().connected === 4).then(() => gateway.untilLive());

  describe('none', () => {
    it('a replay stands 30 s before the earliest end of its recordings', async () => {
      const m5 = await gateway.ask<{ data: { candles: { time: number; complete: boolean }[] } }>(
        '/api/v1/candles/EURUSD/M5?bars=2',
      );
      const [closed, forming] = m5.body.data.candles;
      expect(forming).toMatchObject({ time: T - (T % 300), complete: false });
      expect(closed).toMatchObject({ time: forming!.time - 300, complete: true });
      expect(minutes.at(-1)!.time).toBeGreaterThan(T);
      expect(await metadata(series('EURUSD/H1'))).toMatchObject({ as_of: hours.at(-1)!.time, stale: false });
      expect(await metadata(series('XAUUSD/H1'))).toMatchObject({ as_of: hours[5799]!.time, stale: false });
    });

    it('a symbol without a recording is made up and ends at the latest of the recordings', async () => {
      expect(await metadata(series('AUDJPY/M5'))).toMatchObject({ as_of: T - (T % 300), source: 'simulator' });
    });

    it('every answer says that it is simulated', async () => {
      const { status, body } = await health();
      expect(status).toBe(200);
      expect(body).toMatchObject({
        status: 'ok',
        version: expect.stringMatching(/^v\d+\.\d+\.\d+$/),
        total_terminals: 4,
        connected_terminals: 4,
        simulated: true,
      });
      expect(Object.keys(body.terminals).sort()).toEqual(['AUDJPY', 'EURUSD', 'XAUUSD']);
      for (const [, entry] of Object.entries(body.terminals)) {
        expect(entry).toEqual({
          connected: true,
          terminal_id: expect.stringMatching(/^MT5_/),
          last_check: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        });
      }
      const ready = await gateway.ask('/health/ready', { key: null });
      expect([ready.status, ready.body['status']]).toEqual([200, 'ok']);
      const details = await gateway.ask<{ data: object }>('/api/v1/symbols/EURUSD');
      expect(details.body.data).toMatchObject({ source: 'simulator', terminal_id: 'MT5_05' });
    });
  });

  describe('one of them', () => {
    afterEach(async () => {
      for (const id of ['MT5_05', 'MT5_06', 'MT5_15', 'MT5_01']) gateway.simulator.control(id, { command: 'reset' });
      await whole();
    });

    it('the next terminal of its symbol takes over', async () => {
      gateway.simulator.control('MT5_05', { command: 'broker-connection', connected: false });
      await gateway.until(() => find('EURUSD')?.terminalId === 'MT5_06' && find('EURUSD')?.state === 'live');
      expect(await metadata(series('EURUSD/H1'))).toMatchObject({ terminal_id: 'MT5_06', stale: false });
    });

    it('without its broker a terminal serves nobody, the others go on', async () => {
      const before = await (await gateway.fetch(series('EURUSD/H1'))).text();
      gateway.simulator.control('MT5_15', { command: 'broker-connection', connected: false });
      await gateway.until(() => find('XAUUSD')?.state === 'detached');
      const { body } = await expectProblem(gateway, series('XAUUSD/H1'), [503, 'terminal-disconnected']);
      expect(body).toMatchObject({ terminal_id: 'MT5_15', retry_after: expect.any(Number) });
      expect(String(body['error'])).toBe('MT5 terminal for XAUUSD is currently disconnected');
      expect(await (await gateway.fetch(series('EURUSD/H1'))).text()).toBe(before);
      const summary = await health();
      expect(summary.status).toBe(200);
      expect(summary.body).toMatchObject({ status: 'degraded', connected_terminals: 3 });
      expect(summary.body.terminals['XAUUSD']).toMatchObject({ connected: false, error: expect.stringMatching(/\S/) });
    });

    it('logged in to another account it is not believed any more', async () => {
      gateway.simulator.control('MT5_15', { command: 'account-change', login: 999 });
      await gateway.until(() => find('XAUUSD')?.state === 'detached');
      await expectProblem(gateway, series('XAUUSD/H1'), [503, 'terminal-disconnected']);
      gateway.simulator.control('MT5_15', { command: 'account-change', login: 1002 });
    });

    it('while its history loads the answer is an error, or what is kept on request', async () => {
      gateway.simulator.control('MT5_15', { command: 'history-loading', forMs: 600_000 });
      gateway.simulator.control('MT5_15', { command: 'drop', how: 'reset' });
      await gateway.until(() => find('XAUUSD')?.state === 'detached');
      await gateway.until(() => find('XAUUSD')?.state === 'loading');
      const { body } = await expectProblem(gateway, series('XAUUSD/H1'), [503, 'history-loading']);
      expect(body).toMatchObject({ terminal_id: 'MT5_15', retryable: true });
      await expectProblem(gateway, '/api/v1/candles/XAUUSD/H1', [503, 'history-loading']);
      expect(await metadata(series('XAUUSD/H1', 'stale=allow'))).toMatchObject({ stale: true });
    });

    it('a hung one leaves what is in memory as quick as ever, for its own symbol, too', async () => {
      gateway.simulator.control('MT5_15', { command: 'hang', heartbeats: true });
      const account = gateway.ask('/api/v1/admin/terminals/MT5_15/account', {
        key: await gateway.key({ kind: 'adm' }),
      });
      await Promise.all(['XAUUSD/H1', 'EURUSD/H1', 'AUDJPY/M5'].map((name) => metadata(series(name))));
      const { status, body } = await account;
      expect([status, body['code'], body['terminal_id']]).toEqual([504, 'terminal-timeout', 'MT5_15']);
    });

    it('whose link is half open is noticed by its silence', async () => {
      gateway.simulator.control('MT5_15', { command: 'half-open' });
      await gateway.until(() => find('XAUUSD')?.state === 'detached');
      await expectProblem(gateway, series('XAUUSD/H1'), [503, 'terminal-disconnected']);
    });
  });

  describe('strangers on the bridge port', () => {
    const sockets: Socket[] = [];
    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.destroy();
    });

    const dial = (): Socket => {
      const socket = connect(gateway.pool.address.port, '127.0.0.1');
      socket.on('error', () => undefined);
      sockets.push(socket);
      return socket;
    };
    /** Resolves when the gateway has closed the connection. */
    const closedAfter = async (bytes: Buffer): Promise<void> => {
      const socket = dial();
      socket.resume();
      socket.write(bytes);
      // Not `once`: a reset while we still write is a way of closing, too.
      await new Promise((resolve) => socket.on('close', resolve));
    };
    const rejections = async (reason: string): Promise<number> => {
      const line = `mt5gw_bridge_rejected_total{reason="${reason}"} `;
      const found = (await gateway.metrics()).split('\n').find((one) => one.startsWith(line));
      return Number(found?.slice(line.length) ?? 0);
    };
    const customersAreServed = async () => {
      for (const name of ['EURUSD/H1', 'XAUUSD/H1', 'AUDJPY/M5']) {
        expect(await metadata(series(name))).toMatchObject({ stale: false });
      }
      expect((await health()).body).toMatchObject({ status: 'ok', connected_terminals: 4 });
    };
    const PREAMBLE = Buffer.from([0x4d, 0x54, 0x35, 0x47, 1, 1, 0, 0]);

    it.each([
      ['a browser', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), 'garbage'],
      ['noise', Buffer.alloc(70_000, 0xa5), 'garbage'],
      [
        'an oversize frame',
        Buffer.concat([PREAMBLE, Buffer.from([0xff, 0xff, 0xff, 0x7f, 2, 0, 0, 0, 0, 0, 0, 0])]),
        '',
      ],
      ['a frame of an unknown type', Buffer.concat([PREAMBLE, frameBytes(0x7777)]), ''],
      ['a hello that is none', Buffer.concat([PREAMBLE, frameBytes(2, Buffer.alloc(200, 7))]), ''],
    ])('%s is turned away', async (_what, bytes, reason) => {
      const before = await rejections(reason);
      await closedAfter(bytes);
      if (reason !== '') expect(await rejections(reason)).toBe(before + 1);
      await customersAreServed();
    });

    it('two hundred that say next to nothing keep no terminal out', async () => {
      const crowd = Array.from({ length: 200 }, dial);
      await Promise.all(crowd.map((socket) => once(socket, 'connect')));
      for (const socket of crowd) socket.write(PREAMBLE.subarray(0, 1));
      await customersAreServed();
      // They come from an address that terminals use: its places, and the sessions of the terminals, are all there is.
      expect(gateway.pool.connectionStats().connections).toBeLessThanOrEqual(2 * 4 + 64 + 4);
    });

    it('a terminal with a wrong secret neither comes in nor pushes the right one out', async () => {
      const impostor = new Simulator({
        gateway: { host: '127.0.0.1', port: gateway.pool.address.port },
        masterSecret: 'not the master secret of the gateway',
        terminals: [{ id: 'MT5_05', login: 1000, symbols: [{ name: 'EURUSD' }] }],
        reconnect: { initialMs: 10, maxMs: 20 },
      });
      const refused = new Promise<string>((resolve) => {
        impostor.onEvent(({ kind, detail }) => resolve(`${kind} ${detail}`));
      });
      impostor.start();
      try {
        expect(await refused).toMatch(/^refused .*wrong-key/);
        await customersAreServed();
        expect(await rejections('wrong-key')).toBeGreaterThan(0);
      } finally {
        await impostor.stop();
      }
    });
  });

  describe('all of them', () => {
    it('gone: 503 that names the terminal, kept bars on request, health red, liveness green', async () => {
      const asOf = hours.at(-50)!.time;
      const past = await (await gateway.fetch(series('EURUSD/H1', `as_of=${asOf}`))).text();
      await gateway.stopTerminals();
      const { body, headers } = await expectProblem(gateway, series('EURUSD/H1'), [503, 'terminal-disconnected']);
      expect(body).toMatchObject({
        terminal_id: expect.stringMatching(/^MT5_0[56]$/),
        retryable: true,
      });
      // Gone a moment ago, they are expected back sooner than after the longest pause between two dials.
      const retryAfter = (body as { retry_after: number }).retry_after;
      expect(retryAfter).toBeLessThan(15);
      expect(headers.get('retry-after')).toBe(String(retryAfter));
      expect(await metadata(series('EURUSD/H1', 'stale=allow'))).toMatchObject({
        stale: true,
        source: 'simulator',
        bars_returned: 1000,
      });
      const kept = JSON.parse(await (await gateway.fetch(series('EURUSD/H1', `as_of=${asOf}&stale=allow`))).text()) as {
        data: object;
      };
      expect({ ...kept.data, metadata: 0 }).toEqual({ ...(JSON.parse(past) as typeof kept).data, metadata: 0 });
      const summary = await health();
      expect(summary.status).toBe(503);
      expect(summary.body).toMatchObject({
        success: false,
        error: 'All MT5 terminals are disconnected',
        status: 'error',
        version: expect.stringMatching(/^v/),
        total_terminals: 4,
        connected_terminals: 0,
        simulated: true,
      });
      expect(summary.body.terminals['AUDJPY']).toMatchObject({ connected: false, error: expect.stringMatching(/\S/) });
      const ready = await gateway.ask('/health/ready', { key: null });
      expect([ready.status, ready.body['status']]).toEqual([503, 'error']);
      expect(ready.body['code']).toBeUndefined();
      expect(await gateway.ask('/health/live', { key: null })).toMatchObject({ status: 200, body: { status: 'ok' } });
      expect((await gateway.fetch('/api/v1/symbols')).status).toBe(200);
    });

    it('back: served again as if nothing had been', async () => {
      await gateway.startTerminals();
      await whole();
      expect(await metadata(series('EURUSD/H1'))).toMatchObject({ stale: false, terminal_id: 'MT5_05' });
      expect((await health()).body).toMatchObject({ status: 'ok', connected_terminals: 4 });
    });

    it('at every start nothing is lost: kept bars are served before any terminal is there', async () => {
      await gateway.stopTerminals();
      await gateway.stopGateway();
      await gateway.startGateway();
      await gateway.until(() => find('EURUSD')?.state === 'detached');
      expect(await metadata(series('EURUSD/H1', 'stale=allow&bars=5000'))).toMatchObject({
        stale: true,
        source: 'simulator',
        bars_returned: 5000,
        last_bar_complete: true,
      });
      await expectProblem(gateway, series('EURUSD/H1'), [503, 'terminal-disconnected']);
      await gateway.startTerminals();
    });
  });
});
