import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bars, symbolName, type Candle } from '../../src/market/index.js';
import { SeededRandom } from '../../src/kernel/index.js';
import {
  type Database,
  type SeriesKey,
  type SeriesProperties,
  TypeOrmCandleStore,
} from '../../src/persistence/index.js';
import {
  BrokenBarsError,
  BrokenRowError,
  NotFoundInStoreError,
} from '../../src/persistence/database/persistence.errors.js';
import { openRoute, ROUTES, type DatabaseRoute } from '../support/database-route.js';
import { connectDatabase, createTestDatabase, type TestDatabase, withAdmin } from '../support/test-database.js';

const START = 1_700_000_000;
const PROPERTIES: SeriesProperties = {
  terminalId: 'MT5_05',
  digits: 5,
  utcOffsetSeconds: 7200,
  simulated: false,
};

/** Bars whose doubles have all the digits that a double can have. */
function randomBars(count: number, start = START): Bars {
  const random = new SeededRandom(count + start);
  return Bars.from(
    Array.from({ length: count }, (_, index): Candle => {
      const low = 1 + random.next() / 3;
      const [open, close] = [low + random.next() / 7, low + random.next() / 7];
      return {
        time: start + index * 60,
        open,
        high: Math.max(open, close) + random.next() / 9,
        low,
        close,
        tickVolume: Math.floor(random.next() * 2 ** 53),
        spread: Math.floor(random.next() * 1000),
        realVolume: Math.floor(random.next() * 2 ** 40),
      };
    }),
  );
}

const changed = (bars: Bars, index: number, change: Partial<Candle>): Bars =>
  Bars.from(bars.toArray().map((bar, at) => (at === index ? { ...bar, ...change } : bar)));

describe.each(ROUTES)('candle store %s', (way) => {
  let test: TestDatabase;
  let route: DatabaseRoute;
  let database: Database;
  let store: TypeOrmCandleStore;
  let symbols = 0;

  beforeAll(async () => {
    test = await createTestDatabase();
    route = await openRoute(way, test);
    database = await connectDatabase(route.url, { poolSize: 8 });
    store = new TypeOrmCandleStore(database);
  });

  afterAll(async () => {
    await database?.close();
    await route?.close();
    await test?.drop();
  });

  const newKey = (): SeriesKey => ({
    brokerServer: 'Broker-Live',
    brokerSymbol: 'EURUSD.m',
    symbol: symbolName(`SYM${++symbols}`),
    timeframe: 'M1',
  });
  const newSeries = async (): Promise<number> => (await store.openSeries(newKey(), PROPERTIES)).id;
  const readAll = (id: number): Promise<Bars> => store.read(id, { limit: 20_000, take: 'oldest' });

  it('gives 12,000 bars back bit for bit', async () => {
    const id = await newSeries();
    const bars = randomBars(12_000);
    expect(await store.write(id, bars)).toEqual({ inserted: 12_000, updated: 0 });
    expect(await readAll(id)).toEqual(bars);
  });

  it('touches nothing when the same bars come again', async () => {
    const id = await newSeries();
    const bars = randomBars(5000);
    await store.write(id, bars);
    const versions = (): Promise<unknown> =>
      withAdmin(
        async (admin) =>
          (await admin.query('SELECT ctid::text FROM candle WHERE series_id = $1 ORDER BY time', [id])).rows,
        test.name,
      );
    const before = await versions();
    expect(await store.write(id, bars)).toEqual({ inserted: 0, updated: 0 });
    expect(await versions()).toEqual(before);
  });

  it('corrects only the bar that changed and adds only the new one', async () => {
    const id = await newSeries();
    const bars = randomBars(100);
    await store.write(id, bars.slice(0, 99));
    const corrected = changed(bars, 40, { realVolume: 7 });
    expect(await store.write(id, corrected)).toEqual({ inserted: 1, updated: 1 });
    expect(await readAll(id)).toEqual(corrected);
  });

  it('replaces a range exactly and leaves its neighbours alone', async () => {
    const id = await newSeries();
    const bars = randomBars(50);
    await store.write(id, bars);
    const other = randomBars(5, START + 10 * 60);
    await store.replaceRange(id, { from: START + 600, to: START + 1200 }, other);
    expect(await readAll(id)).toEqual(Bars.concat([bars.slice(0, 10), other, bars.slice(20)]));
  });

  it('empties a range when there is nothing to put in', async () => {
    const id = await newSeries();
    await store.write(id, randomBars(10));
    await store.replaceRange(id, { from: START, to: START + 540 }, Bars.EMPTY);
    expect((await readAll(id)).toArray().map(({ time }) => time)).toEqual([START + 540]);
  });

  it('keeps the old range when the replacement fails half-way', async () => {
    const id = await newSeries();
    const bars = randomBars(10);
    await store.write(id, bars);
    await withAdmin(
      (admin) => admin.query(`ALTER TABLE candle ADD CONSTRAINT planted CHECK (spread <> 424242)`),
      test.name,
    );
    const bad = changed(randomBars(10, START + 30), 9, { spread: 424_242 });
    await expect(store.replaceRange(id, { from: START, to: START + 9000 }, bad)).rejects.toThrow(/planted/);
    await withAdmin((admin) => admin.query('ALTER TABLE candle DROP CONSTRAINT planted'), test.name);
    expect(await readAll(id)).toEqual(bars);
  });

  it('lets several writers of one series at it without a loss or a duplicate', async () => {
    const id = await newSeries();
    const bars = randomBars(2000);
    const results = await Promise.all(
      [0, 300, 600, 900, 0, 300].map((from) => store.write(id, bars.slice(from, from + 1100))),
    );
    expect(results.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(2000);
    expect(await readAll(id)).toEqual(bars);
  });

  it('answers 60 callers at once, each with its own series', async () => {
    const ids = await Promise.all(Array.from({ length: 60 }, () => newSeries()));
    await Promise.all(ids.map((id, index) => store.write(id, randomBars(100 + index))));
    const lengths = await Promise.all(ids.map(async (id) => (await readAll(id)).length));
    expect(lengths).toEqual(ids.map((_, index) => 100 + index));
  });

  it('takes the end of the range that was asked for, ascending either way', async () => {
    const id = await newSeries();
    const bars = randomBars(30);
    await store.write(id, bars);
    const range = { from: START + 60, to: START + 20 * 60, limit: 5 };
    expect(await store.read(id, { ...range, take: 'oldest' })).toEqual(bars.slice(1, 6));
    expect(await store.read(id, { ...range, take: 'newest' })).toEqual(bars.slice(15, 20));
    expect(await store.read(id, { ...range, to: START, take: 'newest' })).toEqual(Bars.EMPTY);
  });

  it('keeps the same symbol of two brokers apart, and knows which was opened last', async () => {
    const key = newKey();
    const other = { ...key, brokerServer: 'Sim-replay-1a2b3c' };
    const first = await store.openSeries(key, PROPERTIES);
    const second = await store.openSeries(other, { ...PROPERTIES, simulated: true });
    await store.write(first.id, randomBars(3));
    expect((await readAll(second.id)).length).toBe(0);
    const current = async (): Promise<unknown> =>
      (await store.currentSeries()).filter(({ symbol }) => symbol === key.symbol);
    expect(await current()).toEqual([second]);
    const again = await store.openSeries(key, { ...PROPERTIES, terminalId: 'MT5_06' });
    expect(again).toEqual({ ...first, terminalId: 'MT5_06', openedAt: expect.any(Date) });
    expect(await current()).toEqual([again]);
  });

  it('keeps one symbol under two names of the broker apart, and has the first still when it is named so again', async () => {
    const key = newKey();
    const renamed = { ...key, brokerSymbol: 'EURUSD.pro' };
    const first = await store.openSeries(key, PROPERTIES);
    await store.write(first.id, randomBars(3));
    const second = await store.openSeries(renamed, PROPERTIES);
    expect(second.id).not.toBe(first.id);
    expect((await readAll(second.id)).length).toBe(0);
    expect(await store.openSeries(key, PROPERTIES)).toMatchObject({ id: first.id, brokerSymbol: 'EURUSD.m' });
    expect(await readAll(first.id)).toEqual(randomBars(3));
  });

  it('remembers that a series reaches back to its start, also when it is opened again', async () => {
    const key = newKey();
    const { id, reachesStart } = await store.openSeries(key, PROPERTIES);
    expect(reachesStart).toBe(false);
    await store.markReachesStart(id);
    expect((await store.openSeries(key, PROPERTIES)).reachesStart).toBe(true);
    await expect(store.markReachesStart(987_654)).rejects.toBeInstanceOf(NotFoundInStoreError);
  });

  it.each<[string, Bars]>([
    ['a price that is not a number', changed(randomBars(3), 1, { close: NaN })],
    ['an infinite price', changed(randomBars(3), 1, { high: Infinity })],
    ['an infinite price below zero', changed(randomBars(3), 1, { low: -Infinity })],
    ['a volume that is no whole number', changed(randomBars(3), 1, { tickVolume: 1.5 })],
    ['an infinite volume', changed(randomBars(3), 1, { realVolume: Infinity })],
    ['two bars at one time', changed(randomBars(3), 1, { time: START })],
  ])('refuses %s before anything is written', async (_, bars) => {
    const id = await newSeries();
    await expect(store.write(id, bars)).rejects.toBeInstanceOf(BrokenBarsError);
    await expect(store.replaceRange(id, { from: 0, to: START * 2 }, bars)).rejects.toBeInstanceOf(BrokenBarsError);
    expect((await readAll(id)).length).toBe(0);
  });

  it('keeps prices at and below zero', async () => {
    const id = await newSeries();
    const bars = changed(changed(randomBars(4), 1, { low: -37.6 }), 2, {
      open: 0,
      high: 0,
      low: -40.32,
      close: -37.63,
    });
    await store.write(id, bars);
    expect((await readAll(id)).toArray()).toEqual(bars.toArray());
  });

  it('refuses to replace a range by bars outside of it', async () => {
    const id = await newSeries();
    await expect(store.replaceRange(id, { from: START, to: START + 60 }, randomBars(2))).rejects.toBeInstanceOf(
      BrokenBarsError,
    );
  });

  it('names the row when somebody has damaged it', async () => {
    const id = await newSeries();
    await store.write(id, randomBars(3));
    // The table refuses this by itself; a restored backup or an owner may still hold it.
    await withAdmin(async (admin) => {
      await admin.query('ALTER TABLE candle DROP CONSTRAINT candle_plausible');
      await admin.query(`UPDATE candle SET low = 'NaN' WHERE series_id = $1`, [id]);
    }, test.name);
    await expect(readAll(id)).rejects.toThrow(BrokenRowError);
    await expect(readAll(id)).rejects.toThrow(`(${id}, ${START})`);
  });

  it('gives every connection back', () => {
    expect(database.stats()).toMatchObject({ checkedOut: 0, waiters: 0, counts: { timeout: 0 } });
  });
});
