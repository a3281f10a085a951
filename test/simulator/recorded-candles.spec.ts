import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WireRate } from '../../src/bridge/index.js';
import type { Bars } from '../../src/market/index.js';
import { candleFiles, candlesFolder, readCandleFile } from '../support/candle-files.js';
import { GatewayHarness } from './gateway-harness.js';

/** Recorded candles where they are present, else one small series of our own, so that the path is always walked. */
function folderToReplay(): { folder: string; isOwn: boolean } {
  const present = candlesFolder();
  if (present !== undefined) return { folder: present, isOwn: false };
  const folder = mkdtempSync(join(tmpdir(), 'recorded-'));
  const lines = Array.from({ length: 300 }, (_, hour) => `${1_704_672_000 + hour * 3600},1.1,1.2,1.0,1.15,9,0,0`);
  const header = 'time,open,high,low,close,tick_volume,spread,real_volume';
  writeFileSync(join(folder, 'EURUSD_H1.csv'), [header, ...lines].join('\n'));
  return { folder, isOwn: true };
}

describe('a replay of recorded candles', () => {
  it('serves every recorded series bar for bit-exact bar up to its time, forming bar included', async () => {
    const { folder, isOwn } = folderToReplay();
    const recordings = candleFiles(folder).map((file) => ({ ...file, bars: readCandleFile(file.path) }));
    const symbols = [...new Set(recordings.map(({ symbol }) => symbol))];
    const terminals = symbols.map((name, index) => ({ id: `T${index + 1}`, login: index + 1, symbols: [{ name }] }));
    const harness = await GatewayHarness.start({ mode: 'replay', candlesDir: folder, terminals });
    try {
      let compared = 0;
      for (const { symbol, timeframe, bars } of recordings) {
        const session = harness.sessions.find(({ hello }) => hello.terminalId === `T${symbols.indexOf(symbol) + 1}`)!;
        const now = harness.simulator.market(session.hello.terminalId).clock.now();
        expect(session.hello.brokerServer).toMatch(/^Sim-replay-[0-9a-f]{6}$/);
        const request = { type: 'rates-by-count', symbol, timeframe, start: 0, count: 100_000 } as const;
        const { rates, lastForming, reachesStart } = await session.request(request, { timeoutMs: 20_000 });
        const known = bars.slice(0, bars.lowerBound(now + 1));
        expect(rates.length).toBe(known.length);
        expect(firstDifference(rates, known)).toBe(-1);
        expect([lastForming, reachesStart]).toEqual([true, true]);
        compared += 1;
      }
      expect(compared).toBeGreaterThanOrEqual(isOwn ? 1 : recordings.length);
    } finally {
      await harness.stop();
      if (isOwn) rmSync(folder, { recursive: true });
    }
  });
});

/** Bit by bit; half a million bars are too many for a matcher. */
function firstDifference(rates: readonly WireRate[], { time, open, high, low, close, ...rest }: Bars): number {
  return rates.findIndex(
    (rate, index) =>
      rate.time !== time[index] ||
      rate.open !== open[index] ||
      rate.high !== high[index] ||
      rate.low !== low[index] ||
      rate.close !== close[index] ||
      rate.tickVolume !== rest.tickVolume[index] ||
      rate.spread !== rest.spread[index] ||
      rate.realVolume !== rest.realVolume[index],
  );
}
