import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Candle } from '../../src/market/index.js';
import { CandleFolder } from '../support/candle-folder.js';
import { guideBlocks } from '../support/customer-guide.js';
import { GatewaySetup, type GatewayUnderTest } from '../support/gateway-under-test.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** A Monday at the broker, in summer time. */
const FIRST = Date.UTC(2026, 5, 8) / 1000;
/** Athens goes back from 04:00 to 03:00 on Sunday 25 October 2026. */
const WINTER = Date.UTC(2026, 9, 25, 4) / 1000;
const BARS = 3000;

interface Answer {
  readonly data: {
    readonly candles: readonly { readonly time: number }[];
    readonly metadata: {
      readonly server_utc_offset: number;
      readonly utc_offsets: readonly { readonly from: number; readonly offset: number }[];
    };
  };
}

/** Hours of Monday to Friday; the last one, at the end of November, is still forming. */
function hours(): Candle[] {
  const bars: Candle[] = [];
  for (let time = FIRST; bars.length < BARS; time += HOUR) {
    if ((time - FIRST) % (7 * DAY) >= 5 * DAY) continue;
    bars.push({ time, open: 1.1, high: 1.2, low: 1, close: 1.15, tickVolume: 5, spread: 2, realVolume: 0 });
  }
  return bars;
}

describe('3000 bars of H1, asked in November of a broker on Athens time', () => {
  const folder = new CandleFolder().add('EURUSD_H1', hours());
  const rightTimes = hours().map(({ time }) => time - (time < WINTER ? 3 : 2) * HOUR);
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    gateway = await new GatewaySetup()
      .terminal('MT5_05', 'EURUSD')
      .timeframes('H1')
      .simulating({ mode: 'replay', candlesDir: folder.path, zone: 'Europe/Athens' })
      .start();
  });
  afterAll(async () => {
    await gateway?.close();
    folder.remove();
  });
  const ask = async (query = '') =>
    (await gateway.ask<Answer>(`/api/v1/candles/EURUSD/H1?bars=${BARS}${query}`)).body.data;

  it('have the right UTC each with time_format=utc, of which most lie in summer time', async () => {
    const { candles } = await ask('&time_format=utc');
    expect(candles.map(({ time }) => time)).toEqual(rightTimes);
    expect(rightTimes.filter((_, index) => hours()[index]!.time < WINTER).length).toBe(2400);
  });

  it('have it by the documented rule, and not by the offset of today', async () => {
    const { candles, metadata } = await ask();
    const { utc_offsets: offsets, server_utc_offset: today } = metadata;
    const utcOf = (time: number) => time - offsets.filter(({ from }) => from <= time).at(-1)!.offset;
    expect(candles.map(({ time }) => utcOf(time))).toEqual(rightTimes);
    expect(today).toBe(2 * HOUR);
  });

  it('are told in UTC by the program of the guide', async () => {
    const env = { ...process.env, MT5_GATEWAY_URL: gateway.url, MT5_GATEWAY_KEY: await gateway.key({ tier: 'PRO' }) };
    const { stdout } = await promisify(execFile)('python3', ['-c', guideBlocks('python')[0]!], { env });
    expect(stdout).toBe('EURUSD H1: 3000 candles, the oldest from 2026-06-07 21:00 UTC\n');
  });
});
