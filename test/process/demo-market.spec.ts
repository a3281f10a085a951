import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { timeframeSeconds } from '../../src/market/index.js';
import { CandleFolder } from '../support/candle-folder.js';
import { candleFiles, candlesFolder, readCandleFile } from '../support/candle-files.js';
import { syntheticBars } from '../support/candles.js';
import { type DemoFile, DemoSite } from './demo-program.js';
import { CLONE } from './program.js';

interface Candles {
  readonly data: {
    readonly candles: readonly { time: number; close: number; complete: boolean }[];
    readonly metadata: { source: string; terminal_id: string };
  };
}

let site: DemoSite;
let recorded: CandleFolder;
beforeEach(() => {
  site = new DemoSite();
  recorded = new CandleFolder();
});
afterEach(async () => {
  recorded.remove();
  await site.close();
});

async function candles({ url, pro_key: key }: DemoFile, path: string): Promise<Candles['data']> {
  const response = await fetch(`${url}/api/v1/candles/${path}`, { headers: { 'X-API-Key': key } });
  expect(response.status).toBe(200);
  return ((await response.json()) as Candles).data;
}

describe('the demo and CANDLES_DIR', () => {
  it('replays the bars of the folder, names the folder, and ignores what nobody configured', async () => {
    const bars = syntheticBars({ seed: 7, bars: 300, timeframe: 'H1' }).toArray();
    recorded.add('EURUSD_H1', bars).add('NOSUCH_H1', bars);
    const demo = site.start({ CANDLES_DIR: recorded.path });
    const file = await site.ready(demo);
    expect(demo.stdout).toContain(`candles of ${recorded.path}`);
    const answer = await candles(file, 'EURUSD/H1?bars=300');
    const closed = answer.candles.filter(({ complete }) => complete);
    const wanted = bars.slice(0, closed.length);
    expect(closed.map(({ time, close }) => ({ time, close }))).toEqual(
      wanted.map(({ time, close }) => ({ time, close })),
    );
    expect(closed.length).toBeGreaterThanOrEqual(298);
    expect(answer.metadata).toMatchObject({ source: 'simulator', terminal_id: 'MT5_01' });
  });

  it.each([
    ['does not exist', () => join(recorded.path, 'nowhere'), /CANDLES_DIR names no folder: .*nowhere/],
    [
      'is a file',
      () => {
        writeFileSync(join(recorded.path, 'file'), '');
        return join(recorded.path, 'file');
      },
      /CANDLES_DIR names no folder/,
    ],
    [
      'holds a broken file',
      () => {
        writeFileSync(join(recorded.path, 'EURUSD_H1.csv'), 'garbage\n1,2,3\n');
        return recorded.path;
      },
      /Cannot replay EURUSD_H1\.csv, line 1: /,
    ],
  ])('does not start half when it %s', async (_case, folder, fault) => {
    const demo = site.start({ CANDLES_DIR: folder() });
    expect(await demo.ended).toEqual({ code: 1, signal: null });
    expect(demo.stderr).toMatch(fault);
    expect(demo.stderr).not.toMatch(/^\s+at /m);
    expect(site.processes()).toEqual([]);
  });

  it('serves all 15 terminals of the shipped configuration, with the shared candles where they are', async () => {
    const folder = candlesFolder();
    const env = { CONFIG_DIR: join(CLONE, 'config'), SERIES_BARS: '10000', CANDLES_DIR: folder };
    const file = await site.ready(site.start(env), 90_000);
    const health = (await (await fetch(`${file.url}/api/health`)).json()) as Record<string, unknown>;
    expect(health).toMatchObject({ status: 'ok', total_terminals: 15, connected_terminals: 15, simulated: true });
    for (const { symbol, timeframe, path } of folder === undefined ? [] : candleFiles(folder)) {
      if (!Object.hasOwn(health['terminals'] as object, symbol)) continue;
      const bars = readCandleFile(path);
      const [last] = (await candles(file, `${symbol}/${timeframe}?bars=1`)).candles;
      const at = bars.lowerBound(last!.time);
      expect(bars.at(at)).toMatchObject({ time: last!.time });
      // The terminal's clock stands before the end of the earliest of its series.
      expect(bars.lastTime! - last!.time).toBeLessThan(timeframeSeconds('D1') * 5);
    }
  });
});
