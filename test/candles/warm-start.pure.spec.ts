import { afterEach, describe, expect, it } from '@jest/globals';
import { LiveSeriesRegistry } from '../../src/candles/registry/live-series-registry.js';
import { SeededRandom } from '../../src/kernel/index.js';
import { type Bars, symbolName, type Timeframe } from '../../src/market/index.js';
import type { StoredSeries } from '../../src/persistence/index.js';
import type { BarQuery } from '../../src/persistence/candles/candle-store.js';
import { ManualClock } from '../support/manual-clock.js';
import { MarketTruth } from './support/market-truth.js';
import { MemoryCandleStore } from './support/memory-candle-store.js';
import { TruthPool } from './support/truth-pool.js';
import { seriesSettings } from './support/series-settings.js';

const SYMBOL = symbolName('EURUSD');
const START = Date.UTC(2026, 0, 8, 12, 20, 20);
const TIMEFRAMES: readonly Timeframe[] = ['M1', 'M5', 'M15', 'M30', 'H1', 'D1'];

/** A database whose answers come when the test lets them. */
class SlowStore extends MemoryCandleStore {
  isSlow = false;
  private readonly waiting: { readonly stored: StoredSeries | undefined; readonly answer: () => void }[] = [];

  override async currentSeries(): Promise<readonly StoredSeries[]> {
    await this.turn(undefined);
    // By name, as Postgres gives them.
    return [...(await super.currentSeries())].sort((a, b) => (a.timeframe < b.timeframe ? -1 : 1));
  }

  override async read(seriesId: number, query: BarQuery): Promise<Bars> {
    const stored = (await super.currentSeries()).find(({ id }) => id === seriesId);
    await this.turn(stored);
    return super.read(seriesId, query);
  }

  get asked(): (Timeframe | undefined)[] {
    return this.waiting.map(({ stored }) => stored?.timeframe);
  }

  /** Answers what is asked first. */
  async answer(): Promise<void> {
    this.waiting.shift()!.answer();
    await new Promise((resolve) => setImmediate(resolve));
  }

  private turn(stored: StoredSeries | undefined): Promise<void> {
    if (!this.isSlow) return Promise.resolve();
    return new Promise((answer) => {
      this.waiting.push({ stored, answer });
    });
  }
}

const clock = new ManualClock();
const open: LiveSeriesRegistry[] = [];

afterEach(async () => {
  for (const series of open.splice(0)) {
    const closing = series.close();
    await clock.advanceAsync(1000, 50);
    await closing;
  }
});

function world(store: SlowStore) {
  const pool = new TruthPool({ clock, symbol: SYMBOL, startMs: START });
  const truths = TIMEFRAMES.map((timeframe) => new MarketTruth('Broker-Live', timeframe, 100));
  for (const truth of truths) truth.seed(200, pool.now);
  const settings = seriesSettings({ seriesBars: 60, timeframes: TIMEFRAMES });
  const series = new LiveSeriesRegistry({ pool, store, settings, clock, random: new SeededRandom(1) });
  open.push(series);
  const connect = async () => {
    pool.connect('MT5_05', truths);
    pool.heartbeat();
    await clock.advanceAsync(1000, 10);
  };
  const states = () => Object.fromEntries(TIMEFRAMES.map((name) => [name, series.find(SYMBOL, name)!.state]));
  return { series, connect, states };
}

/** A database that has bars of these timeframes. */
async function filled(): Promise<SlowStore> {
  const store = new SlowStore();
  const { series, connect } = world(store);
  await series.start();
  await connect();
  await series.close();
  store.isSlow = true;
  return store;
}

describe('a restart with stored bars', () => {
  it('lets a terminal feed each series as soon as the bars of that series are read', async () => {
    const store = await filled();
    const { series, connect, states } = world(store);
    const started = series.start();
    await connect();
    expect(store.asked).toEqual([undefined]);
    await store.answer();
    await store.answer();
    await clock.advanceAsync(1000, 10);
    expect(states()).toEqual({ M1: 'empty', M5: 'empty', M15: 'empty', M30: 'empty', H1: 'live', D1: 'empty' });
    while (store.asked.length > 0) await store.answer();
    await started;
    await clock.advanceAsync(2000, 10);
    expect(new Set(Object.values(states()))).toEqual(new Set(['live']));
  });

  it('reads the most wanted timeframes first, four at a time', async () => {
    const store = await filled();
    const { series } = world(store);
    const started = series.start();
    await store.answer();
    expect(store.asked).toEqual(['H1', 'D1', 'M15', 'M30']);
    while (store.asked.length > 0) await store.answer();
    await started;
  });

  it('says that history is loading, not that the terminal is away, while bars are read', async () => {
    const store = await filled();
    const { series, connect } = world(store);
    const started = series.start();
    const refusal = { code: 'terminal-disconnected' };
    expect(() => series.get(SYMBOL, 'H1')).toThrow(expect.objectContaining(refusal));
    await connect();
    const loading = { code: 'history-loading', retryAfterSeconds: 5, members: { terminal_id: 'MT5_05' } };
    expect(() => series.get(SYMBOL, 'H1')).toThrow(expect.objectContaining(loading));
    while (store.asked.length > 0) await store.answer();
    await started;
  });

  it('promises less time where only what came since the restart is missing', async () => {
    const store = await filled();
    const { series, connect } = world(store);
    const started = series.start();
    while (store.asked.length > 0) await store.answer();
    await started;
    const connecting = connect();
    const loading = { code: 'history-loading', retryAfterSeconds: 2 };
    expect(() => series.get(SYMBOL, 'H1')).toThrow(expect.objectContaining(loading));
    await connecting;
    expect(series.get(SYMBOL, 'H1').state).toBe('live');
  });

  it('lets the terminal feed every series when the database fails in the middle', async () => {
    const store = await filled();
    const { series, connect, states } = world(store);
    const started = series.start();
    await connect();
    await store.answer();
    store.isSlow = false;
    store.away = true;
    while (store.asked.length > 0) await store.answer();
    await started;
    store.away = false;
    await clock.advanceAsync(20_000, 100);
    expect(new Set(Object.values(states()))).toEqual(new Set(['live']));
  });

  it('attaches nothing after the series was closed', async () => {
    const store = await filled();
    const { series, connect, states } = world(store);
    const started = series.start();
    await connect();
    await store.answer();
    open.splice(open.indexOf(series), 1);
    const closing = series.close();
    while (store.asked.length > 0) await store.answer();
    await Promise.all([started, closing]);
    expect(Object.values(states())).not.toContain('loading');
    expect(clock.pendingTimers).toBe(0);
  });
});
