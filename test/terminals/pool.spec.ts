import { afterEach, describe, expect, it } from '@jest/globals';
import type { RatesByCount } from '../../src/bridge/index.js';
import { symbolName } from '../../src/market/index.js';
import { TerminalNotFoundError } from '../../src/terminals/terminals.errors.js';
import { presentTerminal } from '../../src/terminals/admin/terminal.presenter.js';
import { frameBytes, wire } from '../support/wire-writer.js';
import { configured } from '../support/gateway-settings.js';
import { EURUSD, PoolHarness } from './pool-harness.js';

const rates: RatesByCount = { type: 'rates-by-count', symbol: 'EURUSD', timeframe: 'H1', start: 0, count: 100 };

/** Nothing is known of the server's zone. */
const UNKNOWN_REPORT = { source: 'unknown', rules: [], knownFrom: undefined, sightings: 0, weekends: 0 } as const;

describe('the terminal pool', () => {
  let harness: PoolHarness;
  afterEach(() => harness.stop());

  it('serves a symbol once its terminal has dialed and the name is resolved', async () => {
    harness = await PoolHarness.start([configured('A')]);
    expect(() => harness.pool.route(EURUSD)).toThrow(expect.objectContaining({ code: 'terminal-disconnected' }));
    const bridge = await harness.ready('A', { symbols: ['EURUSD.pro'] });
    expect(harness.pool.route(EURUSD)).toMatchObject({ terminalId: 'A', brokerSymbol: 'EURUSD.pro', digits: 5 });
    expect(harness.changes.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'expected handshaking',
      'handshaking ready',
    ]);
    expect(harness.pool.clock('A')).toBeUndefined();
    bridge.beat();
    await harness.until(() => harness.pool.clock('A') !== undefined);
    expect(harness.pool.clock('A')).toMatchObject({ serverTimeMs: 1_700_000_000_000, clockRate: 1, heardAtMs: 0 });
    expect(await harness.pool.request('A', { type: 'account' })).toMatchObject({ type: 'account-info', login: 1 });
  });

  it('counts the time that a terminal is away from the opening of the port, however long the start took', async () => {
    harness = await PoolHarness.startAfter(9000, [configured('A')]);
    const retryAfter = () => harness.pool.away(EURUSD).retryAfterSeconds;
    const atOpening = retryAfter();
    harness.clock.advance(4000);
    const later = retryAfter();
    harness.clock.advance(60_000);
    expect([atOpening, later, retryAfter()]).toEqual([2, 6, 15]);
  });

  it('names the unknown symbol or terminal in its error', async () => {
    harness = await PoolHarness.start([configured('A')]);
    expect(() => harness.pool.route(symbolName('EURUSDD'))).toThrow(
      expect.objectContaining({ code: 'symbol-not-found', members: { suggestions: ['EURUSD'] } }),
    );
    await expect(harness.pool.request('B', rates)).rejects.toThrow(TerminalNotFoundError);
    await expect(harness.pool.request('A', rates)).rejects.toMatchObject({ code: 'terminal-disconnected' });
  });

  it('gives the place to the newest session and ignores the older one', async () => {
    harness = await PoolHarness.start([configured('A')]);
    const older = await harness.ready('A');
    const bars: number[] = [];
    harness.pool.onBar(({ push }) => bars.push(push.sequence));
    const newer = await harness.ready('A');
    await older.until(() => older.goaway !== undefined);
    expect(older.goaway).toMatchObject({ reason: 'superseded', retryAfterMs: 60_000 });
    older.pushBar({ symbol: 'EURUSD', timeframe: 'H1', sequence: 1 });
    await older.leave();
    newer.pushBar({ symbol: 'EURUSD', timeframe: 'H1', sequence: 2 });
    newer.beat();
    await harness.until(() => harness.pool.clock('A') !== undefined);
    expect(bars).toEqual([2]);
    expect(harness.state('A')).toBe('ready');
    expect(harness.pool.route(EURUSD).epoch).toBe(2);
    expect(harness.pool.stats().terminals[0]).toMatchObject({ reconnects: 1 });
  });

  it('reports a push that cannot be used once a minute, with symbol, timeframe and bar, and keeps the session', async () => {
    harness = await PoolHarness.start([configured('A')]);
    const bridge = await harness.ready('A');
    const reports: string[] = [];
    harness.pool.onReport(({ terminalId, code, message }) => reports.push(`${terminalId} ${code} ${message}`));
    const push = wire().string('EURUSD').string('H1').u32(1).u8(1).rate(3600, Number.NaN).u16(0).bytes();
    for (let count = 0; count < 20; count++) bridge.write(frameBytes(0x0060, push));
    bridge.beat({ serverTimeMs: harness.clock.nowMs() + 7_200_000 });
    await harness.until(() => harness.pool.clock('A') !== undefined);
    expect(reports).toEqual([
      expect.stringMatching(/^A unusable-push pushed EURUSD H1: .*NaN is not a number .*\(in the bar of 3600\)$/),
    ]);
    expect(harness.pool.stats().terminals[0]).toMatchObject({
      ...{ state: 'ready', lastBar: undefined, faults: [{ code: 'unusable-push' }] },
    });
    harness.clock.advance(60_000);
    bridge.write(frameBytes(0x0060, push));
    bridge.beat({ serverTimeMs: harness.clock.nowMs() + 7_200_000 });
    await harness.until(() => reports.length === 2);
    expect(reports[1]).toContain('(20 such pushes since the last report)');
  });

  it('says that a clock cannot be right, keeps the terminal, and hands out neither its offset nor its word', async () => {
    harness = await PoolHarness.start([configured('A')]);
    const bridge = await harness.ready('A');
    const reports: string[] = [];
    harness.pool.onReport(({ terminalId, code }) => reports.push(`${terminalId} ${code}`));
    const beat = async (aheadMs: number) => {
      let heard = false;
      const forget = harness.pool.onHeartbeat(() => (heard = true));
      bridge.beat({ serverTimeMs: harness.clock.nowMs() + 7_200_000 + aheadMs });
      await harness.until(() => heard);
      forget();
    };
    await beat(0);
    expect(harness.pool.clock('A')).toMatchObject({ utcOffsetSeconds: 7200 });
    expect(harness.pool.clock('A')).not.toHaveProperty('skewMs');
    for (let count = 0; count < 3; count++) await beat(7_200_000);
    expect(harness.pool.clock('A')).toMatchObject({ utcOffsetSeconds: undefined, skewMs: 7_200_000 });
    await beat(0);
    await beat(7_200_000);
    expect(reports).toEqual(['A clock-skew']);
    const [stats] = harness.pool.stats().terminals;
    expect(stats).toMatchObject({ state: 'ready', faults: [{ code: 'clock-skew' }] });
    expect(presentTerminal(stats!, UNKNOWN_REPORT).session).toMatchObject({
      clock_skew_seconds: 7200,
      server_utc_offset: null,
    });
  });

  it('knows no UTC offset of a bridge that says that it does not know it', async () => {
    harness = await PoolHarness.start([configured('A')]);
    const bridge = await harness.ready('A');
    bridge.beat({ clockRate: 0, utcOffsetSeconds: 86_400 });
    await harness.until(() => harness.pool.clock('A') !== undefined);
    expect(harness.pool.clock('A')).toMatchObject({ clockRate: 0, utcOffsetSeconds: undefined });
    const [stats] = harness.pool.stats().terminals;
    expect(presentTerminal(stats!, UNKNOWN_REPORT).session).toMatchObject({
      server_utc_offset: null,
      clock_skew_seconds: null,
    });
  });

  it('leaves out an entry of the symbol list that cannot be, says which, and serves the others', async () => {
    harness = await PoolHarness.start([configured('A')]);
    const reports: string[] = [];
    harness.pool.onReport(({ code, message }) => reports.push(`${code} ${message}`));
    const entry = (symbol: string, digits: number) =>
      wire().string(symbol).string('').u8(digits).f64(1).string('').string('').u8(1).bytes();
    const list = wire().u16(2).raw(entry('ODD', 99)).raw(entry('EURUSD', 5)).bytes();
    await harness.ready('A', {
      frames: (request, requestId) => (request.type === 'symbols' ? [frameBytes(0x0043, list, requestId)] : undefined),
    });
    expect(harness.pool.route(EURUSD)).toMatchObject({ terminalId: 'A', digits: 5 });
    expect(reports).toEqual([
      expect.stringMatching(/^unusable-symbol 1 of its symbols .*99 is more than 16 \(in the entry of ODD\)$/),
    ]);
  });

  it('tells of bridges that take each other\u2019s place once, with where both are', async () => {
    harness = await PoolHarness.start([configured('A')]);
    const reports: string[] = [];
    harness.pool.onReport(({ code, message }) => reports.push(`${code} ${message}`));
    for (let count = 0; count < 12; count++) await harness.ready('A');
    expect(reports).toEqual([
      expect.stringMatching(
        /^superseded .*last 127\.0\.0\.1 \(test bridge 1\.0\) that of 127\.0\.0\.1 \(test bridge 1\.0\)/,
      ),
    ]);
    expect(harness.pool.getTerminal('A').takeoverCount).toBe(11);
  });

  it('fails over to the next terminal of a symbol immediately, and back only when the preferred one is steady', async () => {
    harness = await PoolHarness.start([configured('A'), configured('B')]);
    const preferred = await harness.ready('A');
    await harness.ready('B');
    await preferred.leave();
    await harness.becomes('A', 'lost');
    expect(harness.pool.route(EURUSD).terminalId).toBe('B');
    await harness.ready('A');
    expect(harness.pool.route(EURUSD).terminalId).toBe('B');
    harness.clock.advance(29_999);
    expect(harness.pool.route(EURUSD).terminalId).toBe('B');
    harness.clock.advance(1);
    expect(harness.pool.route(EURUSD).terminalId).toBe('A');
    expect(harness.routes).toEqual(['EURUSD=A:EURUSD', 'EURUSD=B:EURUSD', 'EURUSD=A:EURUSD']);
  });

  it('answers within the deadline when a terminal hangs, and delays no other request', async () => {
    harness = await PoolHarness.start([configured('A', 'EURUSD'), configured('B', 'XAUUSD')]);
    const hung = await harness.ready('A');
    await harness.ready('B', { symbols: ['GOLD'] });
    hung.hung = true;
    const waiting = [harness.pool.request('A', rates), harness.pool.request('A', { ...rates, timeframe: 'M5' })];
    const outcomes = Promise.all(waiting.map((request) => request.catch((error: { code: string }) => error.code)));
    for (let turn = 0; turn < 20; turn++) await harness.pool.request('B', { type: 'account' });
    expect(harness.pool.stats().terminals[0]).toMatchObject({ inFlight: 1, queueDepth: 1 });
    harness.clock.advance(10_000);
    expect(await outcomes).toEqual(['terminal-timeout', 'terminal-timeout']);
    expect(hung.requests.filter(({ type }) => type === 'rates-by-count')).toHaveLength(1);
  });

  it('refuses requests beyond the limit of its queue', async () => {
    harness = await PoolHarness.start([configured('A')], { queueLimit: 2 });
    const hung = await harness.ready('A');
    hung.hung = true;
    const requests = Array.from({ length: 4 }, () =>
      harness.pool.request('A', rates).catch((error: { code: string }) => error.code),
    );
    expect(await requests[3]).toBe('reduced-capacity');
    await hung.leave();
    expect(await Promise.all(requests)).toEqual([
      'terminal-disconnected',
      'terminal-disconnected',
      'terminal-disconnected',
      'reduced-capacity',
    ]);
  });

  it.each([
    ['wrong-login', { login: 2 }, /account 1, but is in 2/],
    ['wrong-server', { brokerServer: 'Other-Live' }, /'Broker-Demo', but is at 'Other-Live'/],
    ['simulator-not-allowed', { simulated: true, brokerServer: 'Sim-1' }, /ALLOW_SIMULATOR=true/],
  ])('refuses a bridge with %s and says why', async (reason, script, message) => {
    harness = await PoolHarness.start([configured('A')]);
    const bridge = await harness.dial('A', script);
    expect(bridge.reject).toMatchObject({ reason, message: expect.stringMatching(message) });
    expect(harness.rejections).toMatchObject([{ reason, terminalId: 'A' }]);
    expect(harness.state('A')).toBe('expected');
  });

  it('takes simulators where they are allowed, under their own server names only', async () => {
    harness = await PoolHarness.start([configured('A')], { allowSimulator: true });
    const disguised = await harness.dial('A', { simulated: true, brokerServer: 'Broker-Demo' });
    expect(disguised.reject).toMatchObject({ reason: 'wrong-server' });
    await harness.ready('A', { simulated: true, brokerServer: 'Sim-replay-1a2b3c' });
    expect(harness.pool.route(EURUSD)).toMatchObject({ simulated: true, brokerServer: 'Sim-replay-1a2b3c' });
    expect(harness.pool.stats().simulatorAllowed).toBe(true);
  });

  it('withdraws a symbol whose name changed, raises an alarm, and takes it back when the old name returns', async () => {
    harness = await PoolHarness.start([configured('A', 'EURUSD', 'XAUUSD')]);
    const alarms: string[] = [];
    harness.pool.onAlarm(({ symbol, problem, was, now }) => alarms.push(`${symbol} ${problem} ${was} ${now}`));
    const bridge = await harness.ready('A', { symbols: ['EURUSDm', 'GOLD'] });
    bridge.renameSymbols(['EURUSD.pro', 'GOLD']);
    await harness.until(() => harness.pool.findRoute(EURUSD) === undefined);
    expect(alarms).toEqual(['EURUSD changed EURUSDm EURUSD.pro']);
    expect(harness.state('A')).toBe('ready');
    expect(harness.pool.route(symbolName('XAUUSD')).brokerSymbol).toBe('GOLD');
    bridge.renameSymbols(['EURUSDm', 'GOLD']);
    await harness.until(() => harness.pool.findRoute(EURUSD) !== undefined);
    expect(harness.pool.route(EURUSD).brokerSymbol).toBe('EURUSDm');
  });

  it('is impaired while the broker is away or another account is logged in, and heals by itself', async () => {
    harness = await PoolHarness.start([configured('A')]);
    const bridge = await harness.ready('A');
    bridge.beat({ brokerConnected: false });
    await harness.becomes('A', 'impaired');
    expect(harness.pool.findRoute(EURUSD)).toBeUndefined();
    expect(harness.pool.stats().terminals[0]).toMatchObject({ reason: 'broker-disconnected', connected: false });
    bridge.beat();
    await harness.becomes('A', 'ready');
    expect(harness.pool.route(EURUSD).terminalId).toBe('A');
    bridge.beat({ login: 77 });
    await harness.becomes('A', 'impaired');
    expect(harness.pool.stats().terminals[0]).toMatchObject({ reason: 'account-changed' });
    bridge.beat();
    await harness.becomes('A', 'ready');
  });

  it('asks again for the symbols of a terminal that had none of the configured ones', async () => {
    harness = await PoolHarness.start([configured('A')]);
    const bridge = await harness.dial('A', { symbols: [] });
    await harness.becomes('A', 'impaired');
    bridge.symbols = ['EURUSD'];
    harness.clock.advance(1200);
    await harness.becomes('A', 'ready');
  });

  it('delivers pushes of the terminal that serves the symbol, and none of a stand-by', async () => {
    harness = await PoolHarness.start([configured('A'), configured('B')]);
    const serving = await harness.ready('A');
    const standBy = await harness.ready('B');
    const bars: string[] = [];
    harness.pool.onBar(({ route, push }) => bars.push(`${route.terminalId} ${push.sequence}`));
    standBy.pushBar({ symbol: 'EURUSD', timeframe: 'H1', sequence: 7 });
    standBy.beat();
    await harness.until(() => harness.pool.clock('B') !== undefined);
    serving.pushBar({ symbol: 'EURUSD', timeframe: 'H1', sequence: 8 });
    serving.pushBar({ symbol: 'STRANGER', timeframe: 'H1', sequence: 9 });
    serving.beat();
    await harness.until(() => harness.pool.clock('A') !== undefined);
    expect(bars).toEqual(['A 8']);
  });

  it('survives a storm of 50 reconnects with one session and nothing left over', async () => {
    harness = await PoolHarness.start([configured('A')]);
    for (let turn = 0; turn < 50; turn++) {
      const bridge = await harness.ready('A');
      if (turn % 2 === 0) {
        await bridge.leave();
        await harness.becomes('A', 'lost');
      }
    }
    await harness.ready('A');
    const { reconnects, session } = harness.pool.stats().terminals[0] ?? {};
    expect(reconnects).toBe(50);
    expect(session?.epoch).toBe(51);
    expect(harness.pool.route(EURUSD).epoch).toBe(51);
  });

  it('finishes open requests when it stops, takes no new ones, and dismisses the bridges', async () => {
    harness = await PoolHarness.start([configured('A')]);
    const bridge = await harness.ready('A');
    const asked = harness.pool.request('A', { type: 'account' });
    const stopped = harness.pool.stop({ drainMs: 5000 });
    await expect(harness.pool.request('A', rates)).rejects.toMatchObject({ code: 'shutting-down' });
    expect(await asked).toMatchObject({ type: 'account-info' });
    await bridge.closed;
    await stopped;
    expect(bridge.goaway).toMatchObject({ reason: 'shutting-down' });
    expect(bridge.goaway?.retryAfterMs).toBeLessThanOrEqual(1000);
    expect(harness.state('A')).toBe('closed');
  });

  it('stops at its deadline even when a terminal hangs', async () => {
    harness = await PoolHarness.start([configured('A')]);
    const bridge = await harness.ready('A');
    bridge.hung = true;
    const asked = harness.pool.request('A', rates).catch((error: { code: string }) => error.code);
    const stopped = harness.pool.stop({ drainMs: 5000 });
    await harness.clock.advanceAsync(5000);
    expect(await asked).toBe('terminal-disconnected');
    await bridge.closed;
    await stopped;
  });

  it('names the bridge port and its setting when another program uses the port', async () => {
    harness = await PoolHarness.start([configured('A')]);
    const second = PoolHarness.start([configured('A')], {}, harness.port);
    await expect(second).rejects.toThrow(
      `the bridge port ${harness.port} on 127.0.0.1 is taken by another program; free it or choose another with BRIDGE_PORT`,
    );
  });
});
