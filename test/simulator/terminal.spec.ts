import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BarPush, WireRate } from '../../src/bridge/index.js';
import { barClose } from '../../src/market/index.js';
import { GatewayHarness, HEARTBEAT_MS, START } from './gateway-harness.js';

const IN_TIME = { timeoutMs: 10_000 };
const EURUSD_H1 = { symbol: 'EURUSD', timeframe: 'H1' } as const;

let harness: GatewayHarness;
afterEach(() => harness.stop());

function truth(symbol: string) {
  return harness.simulator.market('T1').symbols.find(({ name }) => name === symbol)!.source;
}

describe('a simulated terminal', () => {
  beforeEach(async () => {
    harness = await GatewayHarness.start();
  });

  it('says in its hello that nothing it serves is real', () => {
    const { hello } = harness.session;
    expect(hello.capabilities.simulated).toBe(true);
    expect(hello.brokerServer).toMatch(/^Sim-synthetic-[0-9a-f]{6}$/);
    expect([hello.terminalId, hello.login]).toEqual(['T1', 77]);
  });

  it.each(['M5', 'M15', 'M30', 'H1', 'H2', 'H4', 'H8', 'H12', 'D1'] as const)(
    'serves the newest 5000 bars of %s as its market has them, the forming one included',
    async (timeframe) => {
      const request = { type: 'rates-by-count', symbol: 'EURUSD', timeframe, start: 0, count: 5000 } as const;
      const { rates, lastForming, reachesStart } = await harness.session.request(request, IN_TIME);
      expect(rates).toEqual(truth('EURUSD').newest(timeframe, 5000, START).bars.toArray());
      expect([rates.length, lastForming, reachesStart]).toEqual([5000, true, false]);
    },
  );

  it('leaves out the newest bars when asked to', async () => {
    const { rates } = await harness.session.request(
      { type: 'rates-by-count', ...EURUSD_H1, start: 0, count: 50 },
      IN_TIME,
    );
    const older = await harness.session.request(
      { type: 'rates-by-count', ...EURUSD_H1, start: 20, count: 30 },
      IN_TIME,
    );
    expect(older.rates).toEqual(rates.slice(0, 30));
    expect(older.lastForming).toBe(false);
  });

  it('serves ranges that end where they are told to', async () => {
    const [from, to] = [START - 400 * 3600, START - 100 * 3600];
    const { rates, lastForming } = await harness.session.request(
      { type: 'rates-by-range', ...EURUSD_H1, from, to },
      IN_TIME,
    );
    expect(rates).toEqual(truth('EURUSD').between('H1', { from, to }, START).bars.toArray());
    expect(rates.every(({ time }) => time >= from && time < to)).toBe(true);
    expect(lastForming).toBe(false);
  });

  it('says when an answer reaches the beginning of history', async () => {
    const daily = { symbol: 'EURUSD', timeframe: 'D1' } as const;
    const all = await harness.session.request({ type: 'rates-by-count', ...daily, start: 0, count: 100_000 }, IN_TIME);
    expect(all.reachesStart).toBe(true);
    expect(all.rates.length).toBeGreaterThan(12_000);
    const from = all.rates[0]!.time;
    const early = { type: 'rates-by-range', ...daily, from: from - 1, to: from + 864_000 } as const;
    expect((await harness.session.request(early, IN_TIME)).reachesStart).toBe(true);
    const { earliest } = await harness.session.request({ type: 'symbol', symbol: 'EURUSD' }, IN_TIME);
    expect(earliest['D1']).toBe(from);
  });

  it.each([
    [{ type: 'rates-by-count', symbol: 'eurusd', timeframe: 'H1', start: 0, count: 1 }, 'unknown-symbol'],
    [{ type: 'rates-by-count', symbol: 'EURUSD', timeframe: 'H5', start: 0, count: 1 }, 'unknown-timeframe'],
    [{ type: 'rates-by-count', symbol: 'EURUSD', timeframe: 'M5', start: 200_000, count: 1 }, 'no-data'],
    [{ type: 'rates-by-range', symbol: 'EURUSD', timeframe: 'M1', from: 0, to: START }, 'no-data'],
    [{ type: 'subscribe', symbol: 'GBPUSD', timeframe: 'H1' }, 'unknown-symbol'],
    [{ type: 'symbol', symbol: '' }, 'unknown-symbol'],
  ] as const)('refuses %j', async (request, bridgeCode) => {
    await expect(harness.session.request(request, IN_TIME)).rejects.toMatchObject({ bridgeCode });
    await harness.settled();
  });

  it('tells about account and symbols', async () => {
    const account = await harness.session.request({ type: 'account' }, IN_TIME);
    expect(account).toMatchObject({ login: 77, tradeMode: 'demo', brokerConnected: true });
    const { symbols } = await harness.session.request({ type: 'symbols' }, IN_TIME);
    expect(symbols.map(({ symbol, digits }) => [symbol, digits])).toEqual([
      ['EURUSD', 5],
      ['XAUUSD', 2],
    ]);
    const info = await harness.session.request({ type: 'symbol', symbol: 'XAUUSD' }, IN_TIME);
    expect(info.sessions).toEqual([1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: 3600, to: 86_400 })));
    expect(info.point).toBe(0.01);
  });

  it('beats as often as the gateway wants and tells its still time', async () => {
    await harness.until(() => harness.pushed('heartbeat').length === 1);
    harness.clock.advance(HEARTBEAT_MS);
    await harness.until(() => harness.pushed('heartbeat').length === 2);
    expect(harness.pushed('heartbeat')[1]).toMatchObject({
      ...{ serverTimeMs: START * 1000, clockRate: 0, utcOffsetSeconds: 7200, login: 77, brokerConnected: true },
      lastTickMs: START * 1000,
    });
  });

  it('reads indicator buffers, with garbage in the newest cells of the fractals', async () => {
    const request = { type: 'indicator-buffers', ...EURUSD_H1, parameters: [], count: 600 } as const;
    const indicator = 'Fractal Horizontal Line_V5';
    const { times, columns } = await harness.session.request({ ...request, indicator, buffers: [0, 4] }, IN_TIME);
    const { bars } = truth('EURUSD').newest('H1', 600, START);
    expect([...times]).toEqual([...bars.time]);
    const [up, line] = columns.map(({ values }) => values);
    expect(up!.slice(0, 582).some((value, index) => value === bars.high[index])).toBe(true);
    expect([...up!.slice(582)].every(Number.isFinite)).toBe(true);
    expect(line!.at(-1)).toBeGreaterThan(0);
    const wrong = harness.session.request({ ...request, indicator, buffers: [11] }, IN_TIME);
    await expect(wrong).rejects.toMatchObject({ bridgeCode: 'unknown-buffer' });
    const unknown = harness.session.request({ ...request, indicator: 'Ichimoku', buffers: [0] }, IN_TIME);
    await expect(unknown).rejects.toMatchObject({ bridgeCode: 'unknown-indicator' });
  });

  it('says goodbye when it stops', async () => {
    await harness.simulator.stop();
    await harness.until(() => harness.ends.length === 1);
    expect(harness.ends[0]?.reason).toBe('peer-goaway');
    expect(harness.pushed('goaway')[0]?.reason).toBe('shutting-down');
  });

  it('restarts when asked to: answers, leaves and comes back', async () => {
    await harness.session.request({ type: 'restart' }, IN_TIME);
    expect(harness.sessions.length).toBe(1);
    harness.clock.advance(60);
    await harness.until(() => harness.events.at(-1)?.kind === 'lost');
    harness.clock.advance(1200);
    await harness.until(() => harness.sessions.length === 2);
  });

  it('dials again after 1, 2, 4, 8 and at most 10 seconds, give or take a fifth', async () => {
    harness.admit = () => ({ accept: false, reason: 'wrong-login', message: 'not yours', retryAfterMs: 0 });
    harness.simulator.control('T1', { command: 'drop', how: 'reset' });
    await harness.until(() => harness.events.at(-1)?.kind === 'lost');
    for (const [refusals, seconds] of [1, 2, 4, 8, 10, 10].entries()) {
      harness.clock.advance(seconds * 800 - 1);
      expect(harness.clock.pendingTimers).toBe(1);
      expect(harness.rejections.length).toBe(refusals);
      harness.clock.advance(seconds * 400 + 2);
      await harness.until(() => harness.events.filter(({ kind }) => kind === 'refused').length === refusals + 1);
    }
  });

  it.each([
    ['superseded', 60_000],
    ['shutting-down', 2500],
  ] as const)('stays away as long as it should after a goaway: %s', async (reason, waitMs) => {
    harness.session.goaway(reason, { message: 'a newer session', retryAfterMs: 2500 });
    await harness.until(() => harness.events.at(-1)?.kind === 'lost');
    harness.clock.advance(waitMs - 1);
    expect(harness.clock.pendingTimers).toBe(1);
    harness.clock.advance(1);
    await harness.until(() => harness.sessions.length === 2);
  });

  it('dials within a second after the gateway said that it stops, though its pauses had grown', async () => {
    for (let lost = 1; lost <= 4; lost++) {
      harness.session.goaway('reconnect', { message: 'dial again', retryAfterMs: 0 });
      await harness.until(() => harness.events.at(-1)?.kind === 'lost');
      // A fifth more than the pause without its jitter: no more, or the new dial's handshake is late.
      harness.clock.advance(1200 * 2 ** (lost - 1));
      await harness.until(() => harness.sessions.length === lost + 1 && harness.events.at(-1)?.kind === 'ready');
    }
    harness.session.goaway('shutting-down', { message: 'restart', retryAfterMs: 0 });
    await harness.until(() => harness.events.at(-1)?.kind === 'lost');
    harness.clock.advance(1000);
    await harness.until(() => harness.sessions.length === 6);
  });

  it('gives a silent gateway up and dials again', async () => {
    harness.clock.advance(4.2 * HEARTBEAT_MS);
    await harness.until(() => harness.events.at(-1)?.kind === 'lost');
    expect(harness.events.at(-1)?.detail).toBe('the gateway is silent');
  });

  it('does not take its own standstill for silence of the gateway', async () => {
    for (let stop = 0; stop < 3; stop++) {
      harness.clock.sleep(10 * HEARTBEAT_MS);
      await harness.settled();
    }
    expect(harness.events.map(({ kind }) => kind)).toEqual(['ready']);
    expect(harness.ends).toEqual([]);
  });
});

describe('a simulated terminal whose time runs', () => {
  const M5 = { symbol: 'EURUSD', timeframe: 'M5' } as const;

  beforeEach(async () => {
    harness = await GatewayHarness.start({ clockRate: 60 });
  });

  /** Lets some seconds pass, a push interval at a time, and waits until all has arrived. */
  async function run(seconds: number): Promise<BarPush[]> {
    for (let step = 0; step < seconds * 4; step++) {
      harness.clock.advance(250);
      if (step % 16 === 15) harness.gatewayClock.advance(4000);
      if (step % 16 === 15) await harness.settled();
    }
    await harness.settled();
    return harness.pushed('bar');
  }

  it('pushes every bar of a series once as closed, in order, numbered without a hole', async () => {
    expect(await harness.session.request({ type: 'subscribe', ...M5 }, IN_TIME)).toMatchObject({ sequence: 0 });
    const pushes = await run(40);
    expect(pushes.map(({ sequence }) => sequence)).toEqual(pushes.map((_, index) => index + 1));
    const now = harness.simulator.market('T1').clock.now();
    const from = START - (START % 300);
    const closed = truth('EURUSD')
      .between('M5', { from, to: now }, now)
      .bars.toArray()
      .filter(({ time }) => barClose('M5', time) <= now);
    expect(pushes.flatMap((push) => push.closed)).toEqual(closed);
    expect(closed.length).toBe(8);
    const forming = pushes.map((push) => push.forming).filter((bar): bar is WireRate => bar !== undefined);
    expect(forming.length).toBeGreaterThan(100);
    expect(forming.at(-1)!.time).toBe(now - (now % 300));
  });

  it('stops pushing a series when told to', async () => {
    await harness.session.request({ type: 'subscribe', ...M5 }, IN_TIME);
    const before = (await run(2)).length;
    expect(before).toBeGreaterThan(0);
    await harness.session.request({ type: 'unsubscribe', ...M5 }, IN_TIME);
    expect((await run(2)).length).toBe(before);
  });

  it('pushes nothing over a weekend but the bar that Friday closed', async () => {
    await harness.session.request({ type: 'subscribe', ...M5 }, IN_TIME);
    const saturday = Date.UTC(2026, 2, 14) / 1000;
    harness.simulator.control('T1', { command: 'advance-clock', seconds: saturday - START + 3600 });
    await harness.settled();
    const pushes = harness.pushed('bar');
    expect(pushes.at(-1)!.closed.at(-1)!.time).toBe(saturday - 300);
    expect(pushes.at(-1)!.forming).toBeUndefined();
    expect((await run(4)).length).toBe(pushes.length);
    expect(harness.pushed('heartbeat').at(-1)!.lastTickMs).toBe((saturday - 1) * 1000);
  });

  it.each([
    ['lose-pushes', [1, 4, 5]],
    ['duplicate-pushes', [1, 2, 2, 3, 3, 4, 5]],
  ] as const)('%s', async (command, sequences) => {
    await harness.session.request({ type: 'subscribe', ...M5 }, IN_TIME);
    harness.simulator.control('T1', { command: 'advance-clock', seconds: 300 });
    harness.simulator.control('T1', { command, count: 2 });
    for (let push = 2; push <= 5; push++) harness.simulator.control('T1', { command: 'advance-clock', seconds: 300 });
    await harness.settled();
    expect(harness.pushed('bar').map(({ sequence }) => sequence)).toEqual(sequences);
  });

  it('late-pushes', async () => {
    await harness.session.request({ type: 'subscribe', ...M5 }, IN_TIME);
    harness.simulator.control('T1', { command: 'late-pushes', count: 1 });
    for (let push = 1; push <= 3; push++) harness.simulator.control('T1', { command: 'advance-clock', seconds: 300 });
    await harness.settled();
    expect(harness.pushed('bar').map(({ sequence }) => sequence)).toEqual([2, 1, 3]);
  });
});
