import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Registry } from 'prom-client';
import { LiveSeriesRegistry } from '../../src/candles/registry/live-series-registry.js';
import type { SeriesEvent } from '../../src/candles/registry/series-event.js';
import { SeriesObserver } from '../../src/candles/registry/series-observer.js';
import { SeededRandom } from '../../src/kernel/index.js';
import { symbolName, type Candle } from '../../src/market/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { MarketTruth } from './support/market-truth.js';
import { MemoryCandleStore } from './support/memory-candle-store.js';
import { TruthPool } from './support/truth-pool.js';
import { seriesSettings } from './support/series-settings.js';

const SYMBOL = symbolName('EURUSD');
const START = Date.UTC(2026, 0, 8, 12, 20, 20);
const INTERVAL_S = 100;
const KEPT = 60;

class World {
  readonly clock = new ManualClock();
  /** Nothing moves unless time is let pass; the market does not trade. */
  readonly pool = new TruthPool({ clock: this.clock, symbol: SYMBOL, startMs: START, clockRate: 0 });
  readonly store = new MemoryCandleStore();
  readonly truth = new MarketTruth('Broker-Live', 'M1', 100);
  readonly outcomes: string[] = [];
  readonly registry = new Registry();
  readonly observer: SeriesObserver;
  readonly series: LiveSeriesRegistry;

  constructor({ history = 200, seriesBars = KEPT } = {}) {
    this.truth.seed(history, this.pool.now);
    const { pool, store, clock } = this;
    const settings = seriesSettings({ seriesBars, timeframes: ['M1'], verifyIntervalMs: INTERVAL_S * 1000 });
    this.series = new LiveSeriesRegistry({ pool, store, settings, clock, random: new SeededRandom(1) });
    this.series.onEvent((event: SeriesEvent) => {
      if (event.type === 'verified') this.outcomes.push(event.outcome);
    });
    this.observer = new SeriesObserver(this.series, this.registry, clock);
  }

  get closed(): Candle[] {
    return this.series.find(SYMBOL, 'M1')!.closed.toArray();
  }

  get rows(): Candle[] {
    return this.store.rowsOf('Broker-Live', 'M1').toArray();
  }

  get asked(): number {
    return this.pool.requests.filter(({ type }) => type === 'rates-by-range').length;
  }

  async connect(): Promise<void> {
    this.pool.connect('MT5_05', [this.truth]);
    await this.pass(1);
  }

  async pass(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      if (i % 5 === 0) this.pool.heartbeat();
      await this.clock.advanceAsync(1000, 100);
    }
  }

  /** Takes bars away at the broker, counted from the newest closed one. */
  remove(back: number, count: number): Candle[] {
    return this.truth.closed.splice(this.truth.closed.length - back, count);
  }

  async close(): Promise<void> {
    const closing = this.series.close();
    await this.clock.advanceAsync(1000, 50);
    await closing;
    expect(this.clock.pendingTimers).toBe(0);
  }
}

const open: World[] = [];

async function start(options: { history?: number; seriesBars?: number } = {}): Promise<World> {
  const world = new World(options);
  open.push(world);
  await world.series.start();
  await world.connect();
  return world;
}

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

describe('the comparison of a series with its terminal', () => {
  it('happens soon after a connect, then once per interval, and changes nothing when nothing differs', async () => {
    const world = await start();
    const { revision } = world.series.find(SYMBOL, 'M1')!;
    await world.pass(INTERVAL_S * 0.2 - 1);
    expect(world.asked).toBe(0);
    await world.pass(INTERVAL_S * 0.8 + 1);
    expect(world.outcomes).toEqual(['same']);
    await world.pass(10 * INTERVAL_S);
    expect(world.outcomes.length).toBeGreaterThanOrEqual(11);
    expect(world.outcomes.length).toBeLessThanOrEqual(14);
    expect(new Set(world.outcomes)).toEqual(new Set(['same']));
    expect(world.asked).toBe(world.outcomes.length);
    expect(world.series.find(SYMBOL, 'M1')!.revision).toBe(revision);
  });

  it.each(['values', 'bars taken away'])('corrects %s that changed while the terminal was away', async (what) => {
    const world = await start();
    world.pool.drop();
    const from = world.truth.rewrite(40, what !== 'values');
    // The newest bars are as they were, so the fill after the reconnect sees no difference.
    const newest = world.series.find(SYMBOL, 'M1')!.closed.toArray().slice(-8);
    world.truth.closed = [...world.truth.closed.filter(({ time }) => time < newest[0]!.time), ...newest];
    await world.connect();
    expect(world.closed).not.toEqual(world.truth.closed.slice(-world.closed.length));
    await world.pass(INTERVAL_S + 2);
    const kept = world.truth.closed.slice(-world.closed.length);
    expect(kept.some(({ time }) => time === from)).toBe(true);
    expect(world.closed).toEqual(kept);
    expect(world.rows).toEqual(kept);
    expect(world.outcomes).toEqual(['different']);
    const metrics = await world.registry.metrics();
    expect(metrics).toContain('mt5gw_series_verified_total{outcome="different"} 1');
    expect(metrics).toContain('mt5gw_series_backfills_total{outcome="rewritten"} 1');
  });

  it('takes in bars that the broker added, and deletes those at the very ends of what is kept', async () => {
    const world = await start();
    const [added] = world.remove(30, 1);
    await world.pass(INTERVAL_S + 2);
    expect(world.closed).toHaveLength(KEPT - 1);
    world.truth.closed.splice(-29, 0, added!);
    world.remove(1, 1);
    world.remove(KEPT - 1, 3);
    await world.pass(INTERVAL_S + 2);
    const first = world.closed[0]!.time;
    expect(world.closed).toEqual(world.truth.closed.filter(({ time }) => time >= first));
    expect(world.closed).toHaveLength(KEPT - 4);
    expect(world.rows).toEqual(world.closed);
  });

  it.each([1, 2, 3, 1000])('deletes nothing when %i answers are only partial', async (partials) => {
    const world = await start();
    const before = world.closed;
    world.pool.partials = partials;
    await world.pass(3 * INTERVAL_S);
    expect(world.outcomes[0]).toBe('failed');
    expect(world.outcomes).not.toContain('different');
    expect(world.closed).toEqual(before);
    expect(world.rows).toEqual(before);
  });

  it.each<[string, (rates: Candle[]) => Candle[]]>([
    ['tells no bar at all', () => []],
    ['has lost the older part', (rates) => rates.slice(10)],
    ['has lost the newer part', (rates) => rates.slice(0, -10)],
    ['tells nonsense', (rates) => rates.map((rate, i) => (i % 7 === 3 ? { ...rate, high: -1 } : rate))],
    ['tells every other bar, another half each time', alternately()],
  ])('deletes nothing when the terminal %s', async (_, distort) => {
    const world = await start();
    const before = world.closed;
    world.pool.distortRange = distort;
    await world.pass(2 * INTERVAL_S);
    expect(world.outcomes).toContain('failed');
    expect(world.closed).toEqual(before);
    expect(world.rows).toEqual(before);
    world.pool.distortRange = (rates) => rates;
    await world.pass(INTERVAL_S + 2);
    expect(world.outcomes.at(-1)).toBe('same');
  });

  it('corrects what was rewritten although the terminal tells one bar that cannot be true, and keeps the known one', async () => {
    const world = await start();
    const bad = world.closed[20]!.time;
    const spoil = (rates: Candle[]) =>
      rates.map((rate) => (rate.time === bad ? { ...rate, open: rate.high + 1 } : rate));
    world.pool.distort = spoil;
    world.pool.distortRange = spoil;
    world.truth.rewrite(10, false);
    await world.pass(INTERVAL_S + 2);
    expect(world.closed.slice(-10)).toEqual(world.truth.closed.slice(-10));
    expect(world.closed.some(({ time }) => time === bad)).toBe(true);
    expect(world.rows.slice(-10)).toEqual(world.truth.closed.slice(-10));
  });

  it('still corrects values in an answer that lacks bars', async () => {
    const world = await start();
    world.truth.rewrite(10, false);
    world.pool.distortRange = (rates) => rates.slice(10);
    await world.pass(INTERVAL_S + 2);
    expect(world.outcomes[0]).toBe('different');
    expect(world.closed).toEqual(world.truth.closed.slice(-KEPT));
  });

  it('asks nothing while no terminal is there or the series is loading', async () => {
    const world = await start();
    world.pool.drop();
    await world.pass(3 * INTERVAL_S);
    expect(world.asked).toBe(0);
    world.pool.refusals.set('rates-by-count', 1_000_000);
    await world.connect();
    await world.pass(3 * INTERVAL_S);
    expect(world.series.find(SYMBOL, 'M1')!.state).toBe('loading');
    expect(world.asked).toBe(0);
    world.pool.refusals.clear();
    await world.pass(20 + INTERVAL_S);
    expect(world.outcomes).toEqual(['same']);
  });

  it('fails without consequences while the terminal refuses, and tries again', async () => {
    const world = await start();
    const before = world.closed;
    world.pool.refusals.set('rates-by-range', 1);
    await world.pass(2 * INTERVAL_S);
    expect(world.outcomes.slice(0, 2)).toEqual(['failed', 'same']);
    expect(world.series.find(SYMBOL, 'M1')!.state).toBe('live');
    expect(world.closed).toEqual(before);
  });

  it('leaves the last word to a push and to a fill that come in between', async () => {
    const world = await start();
    world.pool.latencyMs = 1500;
    const stale = world.truth.closed.slice(-KEPT);
    world.pool.distortRange = (rates) => {
      // The answer was put together before history was rewritten and told about.
      if (rates.at(-1)!.time === stale.at(-1)!.time && world.asked === 1) {
        world.pool.historyChanged(world.truth, world.truth.rewrite(20, true));
        return stale;
      }
      return rates;
    };
    await world.pass(INTERVAL_S + 10);
    expect(world.closed).toEqual(world.truth.closed.slice(-world.closed.length));
    expect(world.outcomes[0]).toBe('overtaken');
    expect(await world.registry.metrics()).toContain('mt5gw_series_verified_total{outcome="overtaken"} 1\n');
  });

  it('asks for at most 5000 bars at once, in the background, and compares all of them', async () => {
    const world = await start({ history: 13_000, seriesBars: 12_000 });
    await world.pass(10);
    world.truth.rewrite(11_900, false);
    await world.pass(INTERVAL_S + 2);
    expect(world.closed).toEqual(world.truth.closed.slice(-12_000));
    const ranges = world.pool.requests.flatMap((request) => (request.type === 'rates-by-range' ? [request] : []));
    expect(ranges.slice(0, 3).map(({ from, to }) => Math.ceil((to - from) / 60))).toEqual([5000, 5000, 2000]);
    expect(world.pool.priorities.get('rates-by-range')).toEqual(new Set(['bulk']));
  });
});

function alternately(): (rates: Candle[]) => Candle[] {
  let odd = 0;
  return (rates) => {
    odd = 1 - odd;
    return rates.filter(({ time }) => (time / 60) % 2 === odd);
  };
}
