import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultCommand } from '../../simulator/index.js';
import { GatewayHarness, HEARTBEAT_MS, START } from './gateway-harness.js';

const IN_TIME = { timeoutMs: 10_000 };
const RATES = { type: 'rates-by-count', symbol: 'EURUSD', timeframe: 'H1', start: 0, count: 100 } as const;
const DAY = 86_400;

let harness: GatewayHarness;
beforeEach(async () => {
  harness = await GatewayHarness.start();
});
afterEach(() => harness.stop());

function control(command: FaultCommand): void {
  harness.simulator.control('T1', command);
}

/** Dials again as soon as it may, and waits for what comes of it. */
async function redialled(): Promise<void> {
  await harness.until(() => harness.events.at(-1)?.kind === 'lost');
  const before = harness.settledDials;
  harness.clock.advance(1200);
  await harness.until(() => harness.settledDials > before);
}

describe('faults of a simulated terminal', () => {
  it('history-loading: so many calls are refused, then all is there', async () => {
    control({ command: 'history-loading', calls: 2 });
    for (let call = 0; call < 2; call++) {
      await expect(harness.session.request(RATES, IN_TIME)).rejects.toMatchObject({ bridgeCode: 'history-loading' });
    }
    expect((await harness.session.request(RATES, IN_TIME)).rates.length).toBe(100);
  });

  it('history-loading: for some time', async () => {
    control({ command: 'history-loading', forMs: 3000 });
    await expect(harness.session.request(RATES, IN_TIME)).rejects.toMatchObject({ bridgeCode: 'history-loading' });
    harness.clock.advance(3000);
    expect((await harness.session.request(RATES, IN_TIME)).rates.length).toBe(100);
  });

  it('partial-answers: the newer half, then all', async () => {
    control({ command: 'partial-answers', calls: 1 });
    const part = await harness.session.request(RATES, IN_TIME);
    const whole = await harness.session.request(RATES, IN_TIME);
    expect(part.rates).toEqual(whole.rates.slice(50));
  });

  it('indicator-loading: first call empty, second call full', async () => {
    control({ command: 'indicator-loading', calls: 1 });
    const { symbol, timeframe } = RATES;
    const request = { type: 'indicator-buffers', symbol, timeframe, indicator: 'FractalLines', count: 9 } as const;
    const ask = () => harness.session.request({ ...request, parameters: [], buffers: [15] }, IN_TIME);
    await expect(ask()).rejects.toMatchObject({ bridgeCode: 'indicator-loading' });
    expect((await ask()).times.length).toBe(9);
  });

  it('hang: no answers, but heartbeats; resume ends it', async () => {
    control({ command: 'hang', heartbeats: true });
    const unanswered = harness.session.request(RATES, { timeoutMs: 2000 });
    const beats = harness.pushed('heartbeat').length;
    harness.clock.advance(HEARTBEAT_MS);
    await harness.until(() => harness.pushed('heartbeat').length > beats);
    harness.gatewayClock.advance(2000);
    await expect(unanswered).rejects.toMatchObject({ code: 'terminal-timeout' });
    control({ command: 'resume' });
    expect((await harness.session.request(RATES, IN_TIME)).rates.length).toBe(100);
  });

  it.each([{ command: 'hang', heartbeats: false }, { command: 'half-open' }] as const)(
    '%j: the gateway hears nothing more and gives up, the connection itself stays',
    async (command) => {
      await harness.settled();
      control(command);
      const unanswered = harness.session.request(RATES, IN_TIME);
      const beats = harness.pushed('heartbeat').length;
      harness.clock.advance(2 * HEARTBEAT_MS);
      harness.gatewayClock.advance(2 * HEARTBEAT_MS);
      expect(harness.session.ended).toBe(false);
      harness.gatewayClock.advance(1.1 * HEARTBEAT_MS);
      await expect(unanswered).rejects.toMatchObject({ code: expect.stringMatching(/^terminal-/) as unknown });
      expect(harness.session.ended).toBe(true);
      expect(harness.pushed('heartbeat').length).toBe(beats);
    },
  );

  it.each(['reset', 'close'] as const)('drop by %s: the session ends and another begins', async (how) => {
    control({ command: 'drop', how });
    await harness.until(() => harness.ends.length === 1);
    await redialled();
    expect(harness.sessions.length).toBe(2);
  });

  it('identity: a wrong login and a wrong server arrive as such', async () => {
    control({ command: 'identity', login: 666, server: 'Elsewhere-Live' });
    await redialled();
    expect(harness.session.hello).toMatchObject({ login: 666, brokerServer: 'Elsewhere-Live' });
  });

  it('identity: a wrong key is refused, the right one let in again', async () => {
    control({ command: 'identity', key: 'wrong' });
    await redialled();
    expect(harness.rejections[0]).toMatchObject({ reason: 'wrong-key' });
    control({ command: 'identity', key: 'right' });
    harness.clock.advance(10_000);
    await harness.until(() => harness.sessions.length === 2);
  });

  it('account-change, broker-connection, clock-skew and memory show in the heartbeat at once', async () => {
    control({ command: 'account-change', login: 99 });
    control({ command: 'broker-connection', connected: false });
    control({ command: 'clock-skew', ms: -90_000 });
    control({ command: 'memory', megabytes: 900, growthMb: 50 });
    await harness.settled();
    expect(harness.pushed('heartbeat').at(-1)).toMatchObject({
      ...{ login: 99, brokerConnected: false, pingMicros: 0, serverTimeMs: START * 1000 - 90_000, memoryMb: 900 },
    });
    harness.clock.advance(HEARTBEAT_MS);
    await harness.settled();
    expect(harness.pushed('heartbeat').at(-1)!.memoryMb).toBe(950);
    expect(await harness.session.request({ type: 'account' }, IN_TIME)).toMatchObject({
      login: 99,
      brokerConnected: false,
    });
  });

  it('rewrite-history: bars change from a time on, told or not', async () => {
    await harness.session.request({ type: 'subscribe', symbol: 'EURUSD', timeframe: 'H1' }, IN_TIME);
    const before = await harness.session.request(RATES, IN_TIME);
    const from = START - (START % DAY) - DAY;
    control({ command: 'rewrite-history', symbol: 'EURUSD', from, points: 25, announce: true });
    const after = await harness.session.request(RATES, IN_TIME);
    expect(harness.pushed('history-changed')).toEqual([
      { type: 'history-changed', symbol: 'EURUSD', timeframe: 'H1', from },
    ]);
    after.rates.forEach((rate, index) => {
      const moved = rate.time >= from ? 0.00025 : 0;
      expect(rate.close - before.rates[index]!.close).toBeCloseTo(moved, 9);
    });
    control({ command: 'rewrite-history', symbol: 'EURUSD', from, to: from + DAY, remove: true, announce: false });
    const removed = await harness.session.request(RATES, IN_TIME);
    expect(removed.rates.length).toBe(100);
    expect(removed.rates.filter(({ time }) => time >= from && time < from + DAY)).toEqual([]);
    expect(harness.pushed('history-changed').length).toBe(1);
  });

  it('rename-symbol: the new name is told and works, the old one is unknown', async () => {
    control({ command: 'rename-symbol', symbol: 'EURUSD', brokerName: 'EURUSD.pro' });
    expect((await harness.session.request({ ...RATES, symbol: 'EURUSD.pro' }, IN_TIME)).rates.length).toBe(100);
    expect(harness.pushed('symbols-changed').length).toBe(1);
    await expect(harness.session.request(RATES, IN_TIME)).rejects.toMatchObject({ bridgeCode: 'unknown-symbol' });
    expect(() => control({ command: 'rename-symbol', symbol: 'GBPUSD', brokerName: 'X' })).toThrow('no symbol GBPUSD');
  });

  it('restart-storm: so many sessions come and go at once', async () => {
    control({ command: 'restart-storm', times: 5 });
    for (let session = 2; session <= 7; session++) {
      await harness.until(() => harness.events.filter(({ kind }) => kind === 'lost').length === session - 1);
      harness.clock.advance(0);
      await harness.until(() => harness.sessions.length === session);
    }
    expect((await harness.session.request(RATES, IN_TIME)).rates.length).toBe(100);
    expect(harness.sessions.length).toBe(7);
  });

  it('busy: announced silence, and every answer afterwards', async () => {
    control({ command: 'busy', durationMs: 30_000 });
    await harness.until(() => harness.pushed('busy').length === 1);
    const answer = harness.session.request(RATES, { timeoutMs: 60_000 });
    harness.gatewayClock.advance(4 * HEARTBEAT_MS);
    expect(harness.session.ended).toBe(false);
    harness.clock.advance(30_000);
    expect((await answer).rates.length).toBe(100);
  });

  it('slow-answers: late, but complete', async () => {
    control({ command: 'slow-answers', delayMs: 700 });
    const answer = harness.session.request(RATES, IN_TIME);
    const beats = harness.pushed('heartbeat').length;
    for (let waited = 0; harness.pushed('heartbeat').length < beats + 2; waited++) {
      control({ command: 'memory', megabytes: waited });
      await harness.until(() => harness.pushed('heartbeat').length > beats + waited);
    }
    expect(harness.session.pendingRequests).toBe(1);
    harness.clock.advance(700);
    expect((await answer).rates.length).toBe(100);
  });

  it('reset ends what can end', async () => {
    control({ command: 'history-loading', calls: 50 });
    control({ command: 'hang', heartbeats: true });
    control({ command: 'reset' });
    expect((await harness.session.request(RATES, IN_TIME)).rates.length).toBe(100);
  });
});

describe('faults of one terminal among many', () => {
  it('do not touch the others', async () => {
    await harness.stop();
    const terminals = ['T1', 'T2'].map((id) => ({ id, login: 5, symbols: [{ name: 'EURUSD' }] }));
    harness = await GatewayHarness.start({ terminals });
    control({ command: 'hang', heartbeats: false });
    const other = harness.sessions.find(({ hello }) => hello.terminalId === 'T2')!;
    expect((await other.request(RATES, IN_TIME)).rates.length).toBe(100);
    expect(() => harness.simulator.control('T3', { command: 'reset' })).toThrow('There is no terminal T3');
  });
});
