import { expect } from '@jest/globals';
import { Registry } from 'prom-client';
import { LiveSeriesRegistry } from '../../../src/candles/registry/live-series-registry.js';
import { SeriesObserver } from '../../../src/candles/registry/series-observer.js';
import { SeededRandom } from '../../../src/kernel/index.js';
import { symbolName, type Timeframe } from '../../../src/market/index.js';
import { ManualClock } from '../../support/manual-clock.js';
import { MarketTruth } from './market-truth.js';
import { MemoryCandleStore } from './memory-candle-store.js';
import { TruthPool } from './truth-pool.js';
import { seriesSettings } from './series-settings.js';

export const SYMBOL = symbolName('EURUSD');
/** Thursday 8 January 2026, 12:20:20 server time. */
export const START = Date.UTC(2026, 0, 8, 12, 20, 20);

export interface SeriesWorldOptions {
  readonly timeframe?: Timeframe;
  readonly seriesBars?: number;
  readonly history?: number;
  readonly verifyIntervalMs?: number;
  /** 0 = nothing moves unless the test says so. @default 1 */
  readonly clockRate?: number;
}

export type SeriesWorld = Awaited<ReturnType<typeof startSeriesWorld>>;

/** One series, its scripted terminal, its store, its log and its metrics, by a clock that the test moves. */
export async function startSeriesWorld({
  timeframe = 'M1',
  seriesBars = 60,
  history = 200,
  verifyIntervalMs = 21_600_000,
  clockRate = 1,
}: SeriesWorldOptions = {}) {
  const clock = new ManualClock();
  const pool = new TruthPool({ clock, symbol: SYMBOL, startMs: START, clockRate });
  const store = new MemoryCandleStore();
  const truth = new MarketTruth('Broker-Live', timeframe, 100);
  truth.seed(history, pool.now);
  const registry = new Registry();
  const settings = seriesSettings({ seriesBars, timeframes: [timeframe], verifyIntervalMs });
  const series = new LiveSeriesRegistry({ pool, store, settings, clock, random: new SeededRandom(1) });
  const observer = new SeriesObserver(series, registry, clock);
  const events: string[] = [];
  series.onEvent((event) => {
    if (event.type !== 'push') events.push(event.type === 'backfilled' ? event.reason : event.type);
  });
  await series.start();
  let passedMs = 0;
  const passMs = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 50) {
      await clock.advanceAsync(Math.min(50, left));
      passedMs += 50;
      if (passedMs % 5000 === 0) pool.heartbeat();
    }
  };
  return {
    ...{ clock, pool, store, truth, registry, series, observer, events, passMs },
    snapshot: () => series.find(SYMBOL, timeframe)!,
    connect: async () => {
      pool.connect('MT5_05', [truth]);
      pool.heartbeat();
      await clock.advanceAsync(1000, 10);
    },
    pass: (seconds: number) => passMs(seconds * 1000),
    /** One price change and its push. */
    trade: ({ lost = false } = {}) => pool.push(truth, truth.tick(pool.now), { lost }),
    close: async () => {
      const closing = series.close();
      await clock.advanceAsync(1000, 50);
      await closing;
      expect(clock.pendingTimers).toBe(0);
    },
  };
}
