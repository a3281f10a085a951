import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BridgeRequest, encodeAnswer, encodeMessage, type WireRate } from '../../src/bridge/index.js';
import type { Gap } from '../../src/market/index.js';
import { GatewaySetup, type GatewayUnderTest, MASTER_SECRET } from '../support/gateway-under-test.js';
import { AnsweringBridge } from '../support/answering-bridge.js';

/** Wednesday 7 January 2026, 12:02:00 server time; the market stands still. */
const NOW = Date.UTC(2026, 0, 7, 12, 2) / 1000;
const STEP = 300;
const BARS = 120;
const BAD = 60;
const BEAT_MS = 500;

interface Body {
  readonly data: {
    readonly candles: readonly { readonly time: number }[];
    readonly metadata: { readonly gaps: Gap[] };
  };
}

describe('a terminal with one malformed bar in its history', () => {
  /** All bars up to the forming one. */
  let history: WireRate[];
  let gateway: GatewayUnderTest;
  let bridge: AnsweringBridge;
  let beats: NodeJS.Timeout;

  const times = () => history.map(({ time }) => time);
  const refusedGap = () => {
    const [after, , before] = times().slice(BAD - 1);
    return { after, before, bars: 1, reason: 'refused' };
  };
  const ask = async (path: string) => (await gateway.ask<Body>(`/api/v1/${path}`)).body.data;

  function answer(request: BridgeRequest, requestId: number): Buffer[] | undefined {
    const all = (rates: readonly WireRate[], lastForming: boolean) =>
      encodeAnswer({ type: 'rates', rates, lastForming, reachesStart: rates[0] === history[0] }, requestId);
    if (request.type === 'rates-by-range') {
      return all(
        history.filter(({ time }) => time >= request.from && time < request.to),
        false,
      );
    }
    if (request.type !== 'rates-by-count') return undefined;
    const end = BARS - request.start;
    return all(history.slice(Math.max(0, end - request.count), end), request.start === 0);
  }

  beforeAll(async () => {
    history = Array.from({ length: BARS }, (_, index) => {
      const time = NOW - 120 - (BARS - 1 - index) * STEP;
      return { time, open: 1.1, high: 1.2, low: 1, close: 1.15, tickVolume: 1, spread: 1, realVolume: 0 };
    });
    history[BAD] = { ...history[BAD]!, open: 1.21 };
    const tier = { name: 'PRO', rank: 1, symbols: ['*'], timeframes: ['M5'], limits: { per_minute: 1000 } };
    gateway = await new GatewaySetup().terminal('MT5_05', 'EURUSD').tiers(tier).withoutTerminals().start();
    const who = { terminalId: 'MT5_05', login: 1000, brokerServer: 'Sim-Test', simulated: true };
    bridge = await AnsweringBridge.dial(gateway.pool.address.port, {
      ...who,
      masterSecret: MASTER_SECRET,
      frames: answer,
    });
    const beat = () => bridge.beat({ serverTimeMs: NOW * 1000, clockRate: 0 });
    beat();
    beats = setInterval(beat, BEAT_MS);
    await gateway.untilLive();
  });
  afterAll(async () => {
    clearInterval(beats);
    await bridge?.leave();
    await gateway?.close();
  });

  it('has all other bars served by /candles, and one gap with the reason refused', async () => {
    const { candles, metadata } = await ask('candles/EURUSD/M5?bars=500');
    expect(candles.map(({ time }) => time)).toEqual(times().filter((_, index) => index !== BAD));
    expect(metadata.gaps).toEqual([refusedGap()]);
    expect(await gateway.metrics()).toContain('mt5gw_inputs_ignored_total{what="refused-bar"} 1\n');
  });

  it('says so in a page that ends before the newest bars', async () => {
    const range = `from=${times()[BAD - 5]}&to=${times()[BAD + 5]}`;
    expect((await ask(`candles/EURUSD/M5?${range}`)).metadata.gaps).toEqual([refusedGap()]);
    const behind = `from=${times()[BAD + 1]}`;
    expect((await ask(`candles/EURUSD/M5?${behind}`)).metadata.gaps).toEqual([]);
  });

  it('says so in /indicators, also as of a bar behind it and not as of a bar before it', async () => {
    const gaps = async (query: string) => (await ask(`indicators/EURUSD/M5?bars=500${query}`)).metadata.gaps;
    expect(await gaps('')).toEqual([refusedGap()]);
    expect(await gaps(`&as_of=${times()[BAD + 10]}`)).toEqual([refusedGap()]);
    expect(await gaps(`&as_of=${times()[BAD - 2]}`)).toEqual([]);
  });

  it('has no gap any more once its terminal has corrected the bar', async () => {
    history[BAD] = { ...history[BAD]!, open: 1.1 };
    bridge.write(
      encodeMessage({ type: 'history-changed', symbol: 'EURUSD', timeframe: 'M5', from: history[BAD].time }),
    );
    await gateway.until(() => gateway.series.find(gateway.pool.symbols[0]!, 'M5')!.closed.length === BARS - 1);
    const { candles, metadata } = await ask('candles/EURUSD/M5?bars=500');
    expect(candles.map(({ time }) => time)).toEqual(times());
    expect(metadata.gaps).toEqual([]);
    expect((await ask('indicators/EURUSD/M5?bars=500')).metadata.gaps).toEqual([]);
  });
});
