import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type BridgeRequest, encodeAnswer, type RatesByCount, type WireRate } from '../../src/bridge/index.js';
import { barOpen, type Timeframe, timeframeSeconds } from '../../src/market/index.js';
import { GatewaySetup, type GatewayUnderTest, MASTER_SECRET } from '../support/gateway-under-test.js';
import { AnsweringBridge, type BridgeScript } from '../support/answering-bridge.js';

const OFFSET_MS = 7_200_000;
const BEAT_MS = 500;

let gateway: GatewayUnderTest;
let bridge: AnsweringBridge | undefined;
let beats: NodeJS.Timeout | undefined;

beforeAll(async () => {
  const setup = new GatewaySetup().terminal('MT5_05', 'EURUSD').timeframes('M5', 'H1').withoutTerminals();
  gateway = await setup.start();
});
afterEach(async () => {
  clearInterval(beats);
  await bridge?.leave();
  await gateway.untilAlone();
});
afterAll(() => gateway?.close());

/** A bridge at the broker's real time, with a heartbeat twice a second. */
async function dial(script: Partial<BridgeScript>): Promise<AnsweringBridge> {
  const who = { terminalId: 'MT5_05', login: 1000, brokerServer: 'Test-Server', masterSecret: MASTER_SECRET };
  const dialed = await AnsweringBridge.dial(gateway.pool.address.port, { ...who, ...script });
  const beat = () => dialed.beat({ serverTimeMs: Date.now() + OFFSET_MS, utcOffsetSeconds: 7200 });
  beat();
  beats = setInterval(beat, BEAT_MS);
  bridge = dialed;
  return dialed;
}

/** The newest bars of a market whose price is the time, up to the forming one. */
function rates({ timeframe, start, count }: RatesByCount): WireRate[] {
  const name = timeframe as Timeframe;
  const newest = barOpen(name, Math.floor((Date.now() + OFFSET_MS) / 1000));
  return Array.from({ length: Math.min(count, 600) }, (_, index) => {
    const time = newest - (start + Math.min(count, 600) - 1 - index) * timeframeSeconds(name);
    const price = 1 + time / 1e10;
    return { time, open: price, high: price, low: price, close: price, tickVolume: 1, spread: 1, realVolume: 0 };
  });
}

function bars(request: BridgeRequest, requestId: number): Buffer[] | undefined {
  if (request.type !== 'rates-by-count') return undefined;
  const found = rates(request);
  const reachesStart = request.count > 600;
  return encodeAnswer({ type: 'rates', rates: found, lastForming: request.start === 0, reachesStart }, requestId);
}

function refusal(requestId: number): Buffer[] {
  const what = { code: 'not-supported', terminalCode: 0, message: 'no pushes here', retryAfterMs: 0 } as const;
  return encodeAnswer({ type: 'error', ...what }, requestId);
}

interface Candles {
  readonly data: { readonly candles: readonly object[]; readonly metadata: object };
}

describe('a bridge that does less than others', () => {
  it.each<[string, Partial<BridgeScript>, number]>([
    ['says that it does not push', { pushes: false, frames: bars }, 0],
    [
      'refuses SUBSCRIBE',
      { frames: (request, id) => (request.type === 'subscribe' ? refusal(id) : bars(request, id)) },
      2,
    ],
  ])('is polled and served when it %s', async (_, script, subscribes) => {
    const dialed = await dial(script);
    await gateway.untilLive();
    for (const timeframe of ['M5', 'H1']) {
      const { status, body } = await gateway.ask<Candles>(`/api/v1/candles/EURUSD/${timeframe}?bars=100`);
      expect({ status, bars: body.data.candles.length }).toEqual({ status: 200, bars: 100 });
      expect(body.data.metadata).toMatchObject({ source: 'terminal', stale: false, server_utc_offset: 7200 });
    }
    expect(dialed.requests.filter(({ type }) => type === 'subscribe')).toHaveLength(subscribes);
    expect(await gateway.metrics()).toContain('mt5gw_series_polled{terminal="MT5_05"} 2');
  });

  it('loses only the series whose bar the protocol forbids, and its operator reads which bar', async () => {
    let spoiled = 0;
    const dialed = await dial({
      pushes: false,
      frames: (request, requestId) => {
        const answer = bars(request, requestId);
        if (answer === undefined || !('timeframe' in request) || request.timeframe !== 'M5') return answer;
        // The real volume of the first bar, made 2^53: the last field of its 60 bytes, behind header, flags and count.
        spoiled = Number(answer[0]!.readBigInt64LE(15));
        answer[0]!.writeBigInt64LE(2n ** 53n, 15 + 52);
        return answer;
      },
    });
    await gateway.until(() => gateway.pool.stats().terminals[0]!.faults.some(({ message }) => message.includes('M5')));
    await gateway.until(() => gateway.series.find(gateway.pool.symbols[0]!, 'H1')!.state === 'live');
    const [stats] = gateway.pool.stats().terminals;
    expect(stats).toMatchObject({ state: 'ready', session: { epoch: gateway.pool.getTerminal('MT5_05').epoch } });
    expect(stats!.faults.map(({ message }) => message)).toContainEqual(
      expect.stringContaining(`of EURUSD M5 with what the protocol forbids`),
    );
    expect(stats!.faults.at(-1)!.message).toContain(`(in the bar of ${spoiled})`);
    expect(dialed.goaway).toBeUndefined();
    expect((await gateway.ask('/api/v1/candles/EURUSD/H1?bars=100')).status).toBe(200);
    expect(await gateway.ask('/api/v1/candles/EURUSD/M5?bars=100')).toMatchObject({
      ...{ status: 503, body: { code: 'history-loading' } },
    });
  });
});
