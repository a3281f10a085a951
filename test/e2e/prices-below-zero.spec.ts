import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Candle } from '../../src/market/index.js';
import { CandleFolder } from '../support/candle-folder.js';
import { GatewaySetup, type GatewayUnderTest } from '../support/gateway-under-test.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** A Monday. */
const FIRST = Date.UTC(2026, 0, 5) / 1000;
const BARS = 600;
const DEEP = [150, 300, 450];

interface Answer {
  readonly data: {
    readonly candles: readonly { readonly low: number }[];
    readonly ohlc: readonly { readonly low: number }[];
    readonly metadata: { readonly bars_returned: number; readonly gaps: readonly unknown[] };
  };
}

/** Hours of Monday to Friday around 10, three of them with this low; the last one is still forming. */
function hours(low: number): Candle[] {
  const bars: Candle[] = [];
  for (let time = FIRST; bars.length <= BARS; time += HOUR) {
    if ((time - FIRST) % (7 * DAY) >= 5 * DAY) continue;
    const cents = 1000 + Math.round(300 * Math.sin(bars.length / 7));
    const deep = DEEP.includes(bars.length) ? low : (cents - 50) / 100;
    const prices = { open: cents / 100, high: (cents + 50) / 100, low: deep, close: (cents + 25) / 100 };
    bars.push({ time, ...prices, tickVolume: 5, spread: 2, realVolume: 0 });
  }
  return bars;
}

describe.each([
  ['USOIL', -37.6],
  ['SPREAD', 0],
])('%s, of whose 600 bars three have a low of %d', (symbol, low) => {
  const folder = new CandleFolder();
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    folder.add(`${symbol}_H1`, hours(low));
    gateway = await new GatewaySetup()
      .terminal('MT5_05', symbol)
      .timeframes('H1')
      .simulating({ mode: 'replay', candlesDir: folder.path })
      .start();
  });
  afterAll(async () => {
    await gateway?.close();
    folder.remove();
  });
  const ask = (path: string) => gateway.ask<Answer>(`/api/v1/${path}/${symbol}/H1?bars=${BARS}`);

  it('is served whole, without a gap', async () => {
    const { status, body } = await ask('candles');
    expect(status).toBe(200);
    expect(body.data.metadata).toMatchObject({ bars_returned: BARS, gaps: [] });
    expect(body.data.candles.filter((bar) => bar.low === low)).toHaveLength(DEEP.length);
  });

  it('has indicators', async () => {
    const { status, body } = await ask('indicators');
    expect(status).toBe(200);
    expect(body.data.ohlc).toHaveLength(BARS);
    expect(body.data.ohlc.filter((bar) => bar.low === low)).toHaveLength(DEEP.length);
  });
});
