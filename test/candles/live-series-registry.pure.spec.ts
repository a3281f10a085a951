import { afterEach, describe, expect, it } from '@jest/globals';
import { LiveSeriesRegistry } from '../../src/candles/registry/live-series-registry.js';
import { SeededRandom } from '../../src/kernel/index.js';
import { Bars, symbolName, type Candle, type Timeframe } from '../../src/market/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { MarketTruth } from './support/market-truth.js';
import { MemoryCandleStore } from './support/memory-candle-store.js';
import { TruthPool } from './support/truth-pool.js';
import { seriesSettings } from './support/series-settings.js';

const SYMBOL = symbolName('EURUSD');
/** Thursday 8 January 2026, 12:20:20 server time. */
const START = Date.UTC(2026, 0, 8, 12, 20, 20);

interface Options {
  readonly timeframes?: readonly Timeframe[];
  readonly seriesBars?: number;
  readonly history?: number;
  readonly clockRate?: number;
  readonly store?: MemoryCandleStore;
}

const open: { close: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

async function start(options: Options = {}) {
  const { timeframes = ['M1'], seriesBars = 60, history = 200, clockRate = 1 } = options;
  const clock = new ManualClock();
  const pool = new TruthPool({ clock, symbol: SYMBOL, startMs: START, clockRate });
  const store = options.store ?? new MemoryCandleStore();
  const truths = timeframes.map((timeframe) => new MarketTruth('Broker-Live', timeframe, 100));
  for (const truth of truths) truth.seed(history, pool.now);
  const settings = seriesSettings({ seriesBars, timeframes });
  const series = new LiveSeriesRegistry({ pool, store, settings, clock, random: new SeededRandom(1) });
  const events: string[] = [];
  series.onEvent((event) => {
    if (event.type !== 'push' && event.type !== 'closed')
      events.push(event.type === 'backfilled' ? event.reason : event.type);
  });
  await series.start();
  const close = async () => {
    const closing = series.close();
    await clock.advanceAsync(1000, 50);
    await closing;
    expect(clock.pendingTimers).toBe(0);
  };
  const world = { clock, pool, store, truths, truth: truths[0]!, series, events, close };
  open.push(world);
  return {
    ...world,
    snapshot: () => series.find(SYMBOL, timeframes[0]!)!,
    connect: async () => {
      pool.connect('MT5_05', truths);
      pool.heartbeat();
      await clock.advanceAsync(1000, 10);
    },
    /** Lets time pass with a heartbeat every 5 seconds. */
    pass: async (seconds: number) => {
      for (let i = 0; i < seconds; i++) {
        await clock.advanceAsync(1000, 100);
        if (i % 5 === 4) pool.heartbeat();
      }
    },
  };
}

describe('a live series', () => {
  it('is empty and refused before a terminal comes, then filled with the newest bars', async () => {
    const world = await start();
    expect(() => world.series.get(SYMBOL, 'M1')).toThrow(
      expect.objectContaining({
        code: 'terminal-disconnected',
        retryAfterSeconds: 15,
        members: { terminal_id: 'MT5_01' },
      }),
    );
    expect(() => world.series.get(SYMBOL, 'M1', { allowStale: true })).toThrow('currently disconnected');
    await world.connect();
    const { closed, forming, state, stale, reachesStart, source } = world.series.get(SYMBOL, 'M1');
    expect(closed.toArray()).toEqual(world.truth.closed.slice(-60));
    expect(forming).toEqual(world.truth.forming);
    expect({ state, stale, reachesStart, source }).toEqual({
      state: 'live',
      stale: false,
      reachesStart: false,
      source: 'terminal',
    });
    expect(world.series.find(symbolName('GBPUSD'), 'M1')).toBeUndefined();
  });

  it('closes a bar by server time within 1.5 s, without a tick, and takes the terminal’s correction', async () => {
    const world = await start();
    await world.connect();
    const bar = world.truth.forming!;
    // 12:20:21.0 now; the bar ends at 12:21:00.
    await world.pass(39);
    expect(world.snapshot().forming).toEqual(bar);
    await world.clock.advanceAsync(1490, 10);
    expect(world.snapshot().forming).toEqual(bar);
    await world.clock.advanceAsync(20, 10);
    expect(world.snapshot().forming).toBeUndefined();
    expect(world.snapshot().closed.at(59)).toEqual(bar);
    const { closedRevision } = world.snapshot();
    world.truth.forming = { ...bar, close: bar.high, tickVolume: 9 };
    world.pool.push(world.truth, world.truth.tick(world.pool.now));
    expect(world.snapshot().closed.at(59)).toEqual({ ...bar, close: bar.high, tickVolume: 9 });
    expect(world.snapshot().closedRevision).toBe(closedRevision + 1);
    expect(world.events).toEqual(['connected']);
  });

  it('changes no closed revision when the terminal confirms what was closed by time', async () => {
    const world = await start();
    await world.connect();
    await world.pass(45);
    const { closedRevision, revision } = world.snapshot();
    world.pool.push(world.truth, world.truth.tick(world.pool.now));
    expect(world.snapshot().closedRevision).toBe(closedRevision);
    expect(world.snapshot().revision).toBeGreaterThan(revision);
  });

  it('closes nothing while heartbeats are too old, is stale then, and catches up with the next heartbeat', async () => {
    const world = await start();
    await world.connect();
    await world.clock.advanceAsync(60_000, 1000);
    expect(world.snapshot()).toMatchObject({ stale: true, state: 'live', forming: world.truth.forming });
    world.pool.heartbeat();
    expect(world.snapshot().forming).toBeUndefined();
    expect(world.snapshot().stale).toBe(false);
  });

  it('never moves in a replay that stands still, and is not stale there', async () => {
    const world = await start({ clockRate: 0 });
    await world.connect();
    const before = world.snapshot();
    await world.pass(600);
    expect(world.snapshot()).toBe(before);
    expect(before).toMatchObject({ stale: false, forming: world.truth.forming });
  });

  it('is stale when the newest bar is more than two slots behind in open time', async () => {
    const world = await start();
    await world.connect();
    await world.pass(40 + 119);
    expect(world.snapshot().stale).toBe(false);
    await world.pass(3);
    expect(world.snapshot().stale).toBe(true);
  });

  it('counts as stale for the terminal that feeds it, and for nobody when none does', async () => {
    const world = await start();
    expect(world.series.staleByTerminal).toEqual(new Map());
    await world.connect();
    expect(world.series.staleByTerminal).toEqual(new Map([['MT5_05', 0]]));
    await world.pass(200);
    expect(world.series.staleByTerminal).toEqual(new Map([['MT5_05', 1]]));
    world.pool.drop();
    expect(world.series.staleByTerminal).toEqual(new Map());
  });

  it.each<[string, (bar: Candle) => Candle]>([
    ['opens in the future', (bar) => ({ ...bar, time: bar.time + 600 })],
    ['is off the grid', (bar) => ({ ...bar, time: bar.time + 1 })],
    ['has a high below its low', (bar) => ({ ...bar, high: bar.low / 2 })],
    ['has no price', (bar) => ({ ...bar, close: Number.NaN })],
    ['is older than what is closed', (bar) => ({ ...bar, time: bar.time - 600 })],
  ])('refuses a pushed bar that %s and asks the terminal again', async (_, spoil) => {
    const world = await start();
    await world.connect();
    const real = world.truth.forming!;
    world.truth.forming = spoil(real);
    world.pool.push(world.truth, []);
    world.truth.forming = real;
    await world.pass(3);
    expect(world.snapshot().forming).toEqual(real);
    expect(world.snapshot().closed.toArray()).toEqual(world.truth.closed.slice(-60));
    expect(world.events).toHaveLength(2);
  });

  it('leaves out of an answer what cannot be true', async () => {
    const world = await start();
    world.pool.distort = (rates) =>
      rates.map((rate, i) => (i === 10 ? { ...rate, high: -1 } : i === 12 ? { ...rate, time: rate.time + 7 } : rate));
    await world.connect();
    const { closed } = world.snapshot();
    expect(closed.length).toBe(58);
    expect(world.snapshot().state).toBe('live');
  });

  it('repairs lost pushes, and does not hammer a terminal that goes on pushing nonsense', async () => {
    const world = await start();
    await world.connect();
    world.pool.push(world.truth, [], { lost: true });
    world.pool.push(world.truth, []);
    await world.pass(2);
    expect(world.events).toEqual(['connected', 'pushes 101 to 101 were lost']);
    const asked = world.pool.requests.length;
    const nonsense = { ...world.truth.forming!, high: 0 };
    for (let i = 0; i < 100; i++) {
      world.pool.push(world.truth, [nonsense]);
      world.pool.push(world.truth, [], { lost: true });
      world.pool.push(world.truth, []);
      await world.clock.advanceAsync(100, 50);
    }
    expect(world.pool.requests.length - asked).toBeLessThanOrEqual(5);
  });

  it('fetches only the gap after a reconnect', async () => {
    const world = await start();
    await world.connect();
    world.pool.drop();
    expect(world.snapshot()).toMatchObject({ state: 'detached', stale: true, source: 'store' });
    for (let i = 0; i < 4; i++) {
      await world.pass(60);
      world.truth.tick(world.pool.now);
    }
    const asked = world.pool.requests.length;
    await world.connect();
    expect(world.snapshot().closed.toArray()).toEqual(world.truth.closed.slice(-60));
    const counts = world.pool.requests.slice(asked).flatMap((request) => ('count' in request ? [request.count] : []));
    expect(counts).toHaveLength(1);
    expect(counts[0]).toBeLessThan(15);
  });

  it('never mixes bars of two names of one broker, not even within one session, and finds the first ones again', async () => {
    const world = await start();
    await world.connect();
    await world.pass(2);
    const other = new MarketTruth('Broker-Live', 'M1', 500);
    other.seed(30, world.pool.now);
    const before = world.truth.closed.slice(-60);
    const mixed: number[] = [];
    world.series.onChange(({ closed, forming }) => {
      const lows = [...closed.toArray(), ...(forming === undefined ? [] : [forming])].map(({ low }) => low);
      if (lows.some((low) => low < 400) && lows.some((low) => low > 400)) mixed.push(lows.length);
    });
    world.pool.connect('MT5_05', [other], 'EURUSD.pro');
    expect(world.snapshot()).toMatchObject({ state: 'loading', forming: undefined });
    expect(world.snapshot().closed.length).toBe(0);
    expect(() => world.series.get(SYMBOL, 'M1', { allowStale: true })).toThrow(
      expect.objectContaining({ code: 'history-loading' }),
    );
    world.pool.heartbeat();
    await world.clock.advanceAsync(10_000, 100);
    expect(world.snapshot().closed.toArray()).toEqual(other.closed.slice(-60));
    world.pool.connect('MT5_05', world.truths, 'EURUSD.m');
    await world.clock.advanceAsync(1000, 10);
    expect(world.snapshot().closed.toArray().slice(0, 40)).toEqual(before.slice(-60).slice(0, 40));
    expect(mixed).toEqual([]);
  });

  it('finds out how far back history was rewritten while nobody was looking', async () => {
    const world = await start();
    await world.connect();
    world.pool.drop();
    world.truth.rewrite(30, true);
    await world.connect();
    const { closed } = world.snapshot();
    expect(closed.toArray()).toEqual(world.truth.closed.slice(-closed.length));
    await world.pass(2);
    const rows = world.store.rowsOf('Broker-Live', 'M1');
    expect(rows.slice(rows.lowerBound(closed.firstTime!)).toArray()).toEqual(closed.toArray());
  });

  it('rewrites rows from before the bars in memory, too', async () => {
    const world = await start({ history: 100, seriesBars: 60 });
    const { id } = await world.store.openSeries(
      { brokerServer: 'Broker-Live', brokerSymbol: `${SYMBOL}.m`, symbol: SYMBOL, timeframe: 'M1' },
      { terminalId: 'MT5_05', digits: 2, utcOffsetSeconds: 0, simulated: false },
    );
    await world.connect();
    await world.store.write(id, Bars.from(world.truth.closed));
    const from = world.truth.rewrite(90, true);
    world.pool.historyChanged(world.truth, from);
    await world.pass(5);
    const truth = world.truth.closed.filter(({ time }) => time >= from);
    const rows = world.store.rowsOf('Broker-Live', 'M1');
    expect(rows.slice(rows.lowerBound(from)).toArray()).toEqual(truth);
  });

  it.each([1, 2])('loses no bar and misses no change when %i answers to a rewrite are partial', async (partials) => {
    const world = await start();
    await world.connect();
    await world.pass(2);
    world.pool.partials = partials;
    world.pool.historyChanged(world.truth, world.truth.rewrite(40, false));
    await world.pass(5);
    expect(world.snapshot().closed.time).toEqual(Bars.from(world.truth.closed.slice(-60)).time);
    await world.pass(2);
    expect(world.snapshot().closed.toArray()).toEqual(world.truth.closed.slice(-60));
    expect(world.store.rowsOf('Broker-Live', 'M1').toArray().slice(-60)).toEqual(world.truth.closed.slice(-60));
  });

  it('waits while the terminal loads its history, and takes no part for the whole', async () => {
    const world = await start();
    world.pool.refusals.set('rates-by-count', 2);
    let part = 5;
    world.pool.distort = (rates) => rates.slice(-part);
    await world.connect();
    expect(world.snapshot()).toMatchObject({ state: 'loading', stale: true });
    expect(() => world.series.get(SYMBOL, 'M1')).toThrow(
      expect.objectContaining({ code: 'history-loading', retryAfterSeconds: 5 }),
    );
    await world.pass(4);
    expect(world.snapshot().state).toBe('loading');
    part = 1000;
    await world.pass(10);
    expect(world.snapshot().closed.toArray()).toEqual(world.truth.closed.slice(-60));
  });

  it('fills the most wanted timeframes first, one request at a time', async () => {
    const world = await start({ timeframes: ['M5', 'M15', 'H1', 'H4', 'D1'] });
    await world.connect();
    const order = world.pool.requests.flatMap((request) =>
      request.type === 'rates-by-count' ? [request.timeframe] : [],
    );
    expect(order).toEqual(['H1', 'H4', 'D1', 'M15', 'M5']);
  });

  it('serves stored bars after a restart, stale, and says that simulated ones are', async () => {
    const store = new MemoryCandleStore();
    const world = await start({ store });
    world.truths[0] = new MarketTruth('Sim-1', 'M1', 100);
    world.truths[0].seed(200, world.pool.now);
    await world.connect();
    await world.pass(3);
    const before = world.snapshot().closed.toArray();
    const again = await start({ store });
    expect(again.snapshot().closed.toArray()).toEqual(before);
    expect(again.series.get(SYMBOL, 'M1', { allowStale: true })).toMatchObject({
      state: 'detached',
      stale: true,
      source: 'simulator',
    });
    expect(() => again.series.get(SYMBOL, 'M1')).toThrow(expect.objectContaining({ code: 'terminal-disconnected' }));
  });

  it('writes a bar within a second of its confirmation, and all that is left after the database was away', async () => {
    const world = await start();
    await world.connect();
    await world.pass(39);
    await world.clock.advanceAsync(1600, 100);
    const closed = world.snapshot().closed.lastTime!;
    await world.clock.advanceAsync(900, 100);
    expect(world.store.rowsOf('Broker-Live', 'M1').lastTime).toBe(closed - 60);
    await world.clock.advanceAsync(2000, 100);
    expect(world.store.rowsOf('Broker-Live', 'M1').lastTime).toBe(closed);
    world.store.away = true;
    await world.pass(70);
    world.pool.push(world.truth, world.truth.tick(world.pool.now));
    await world.pass(70);
    expect(world.snapshot().state).toBe('live');
    world.store.away = false;
    await world.pass(12);
    expect(world.store.rowsOf('Broker-Live', 'M1').toArray().slice(-60)).toEqual(world.snapshot().closed.toArray());
  });
});
