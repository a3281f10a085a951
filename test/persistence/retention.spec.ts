import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bars, symbolName } from '../../src/market/index.js';
import { type Database, readDatabaseStatistics, TypeOrmCandleStore } from '../../src/persistence/index.js';
import { BrokenBarsError } from '../../src/persistence/database/persistence.errors.js';
import { CandleRetention } from '../../src/persistence/candles/candle-retention.js';
import { syntheticBars } from '../support/candles.js';
import { openRoute, type DatabaseRoute } from '../support/database-route.js';
import { ManualClock } from '../support/manual-clock.js';
import { connectDatabase, createTestDatabase, type TestDatabase } from '../support/test-database.js';

const KEPT_BARS = 100;
const DAY = 86_400;

describe('candles through PgBouncer', () => {
  let test: TestDatabase;
  let route: DatabaseRoute;
  let database: Database;
  let store: TypeOrmCandleStore;

  beforeAll(async () => {
    test = await createTestDatabase();
    route = await openRoute('through PgBouncer', test);
    database = await connectDatabase(route.url);
    store = new TypeOrmCandleStore(database);
  });

  afterAll(async () => {
    await database?.close();
    await route?.close();
    await test?.drop();
  });

  const series = async (symbol: string, timeframe: 'M1' | 'H1'): Promise<number> => {
    const properties = { terminalId: 'T', digits: 5, utcOffsetSeconds: 7200, simulated: true };
    const key = { brokerServer: 'Retention', brokerSymbol: symbol, symbol: symbolName(symbol), timeframe } as const;
    return (await store.openSeries(key, properties)).id;
  };

  const times = async (id: number): Promise<readonly number[]> =>
    Array.from((await store.read(id, { limit: 100_000, take: 'newest' })).time);

  it('lose what is older than their timeframe is kept, in batches, and nothing else', async () => {
    const bars = syntheticBars({ seed: 1, bars: 12_000 });
    const [minutes, hours, short] = [
      await series('EURUSD', 'M1'),
      await series('EURUSD', 'H1'),
      await series('XAUUSD', 'M1'),
    ];
    await store.write(minutes, bars);
    await store.markReachesStart(minutes);
    await store.write(hours, bars);
    await store.write(short, bars.slice(0, KEPT_BARS));
    // Server time is two hours ahead of the clock; 11,000 bars are older than two days, more than two batches.
    const edge = bars.time[11_000]!;
    const clock = new ManualClock((edge + 2 * DAY - 7200) * 1000);
    const trimmed = new Set<number>();
    const rule = { days: new Map([['M1', 2]] as const), keptBars: KEPT_BARS };
    const retention = new CandleRetention(database, clock, rule, (id) => trimmed.add(id));
    expect(await retention.run()).toBe(11_000);
    expect(await times(minutes)).toEqual(Array.from(bars.time.slice(11_000)));
    expect(await times(hours)).toHaveLength(12_000);
    expect(await times(short)).toHaveLength(KEPT_BARS);
    const marks = (await store.currentSeries()).find(({ id }) => id === minutes);
    expect(marks?.reachesStart).toBe(false);
    expect(await retention.run()).toBe(0);
    clock.advance(400 * DAY * 1000);
    await retention.run();
    expect(await times(minutes)).toEqual(Array.from(bars.time.slice(-KEPT_BARS)));
    expect(retention.deleted).toBe(12_000 - KEPT_BARS);
    expect([...trimmed]).toEqual([minutes]);
  });

  it('refuse a bar that no market has, count it, and store nothing of its write', async () => {
    const id = await series('USDJPY', 'M1');
    const good = syntheticBars({ seed: 2, bars: 3 }).toArray();
    const refusals = store.refusedWrites;
    const faults = [{ high: NaN }, { low: NaN }, { open: NaN }, { close: NaN }, { high: 0.5 }, { low: 1e9 }, { close: -1 },
      { high: Infinity }, { spread: -1 }, { tickVolume: NaN }]; // prettier-ignore
    for (const fault of faults) {
      const bars = Bars.from(good.map((bar, index) => (index === 1 ? { ...bar, ...fault } : bar)));
      await expect(store.write(id, bars)).rejects.toBeInstanceOf(BrokenBarsError);
    }
    expect(store.refusedWrites - refusals).toBe(faults.length);
    expect(await times(id)).toEqual([]);
  });

  it.each(["'NaN', 2, 1, 1", "1, 'NaN', 1, 1", "1, 2, 'NaN', 1", "1, 2, 1, 'NaN'", "1, 'Infinity', 1, 1", '1, 1, 2, 1', '3, 2, 1, 1', "0, 0, '-Infinity', 0"])(
    'are refused by the database itself with %s, whoever writes them',
    async (prices) => {
      await expect(database.rows(`INSERT INTO candle VALUES (1, 60, ${prices}, 1, 1, 1)`, [])).rejects.toThrow(
        /candle_plausible/,
      );
    },
  ); // prettier-ignore

  it('are told by series, with their size, beside every table and partition', async () => {
    const id = await series('BTCUSD', 'H1');
    const bars = syntheticBars({ seed: 3, bars: 500 });
    await store.write(id, bars);
    const { tables, series: all, bytesPerBar, bytes } = await readDatabaseStatistics(database);
    expect(all.find(({ symbol }) => symbol === 'BTCUSD')).toEqual({
      brokerServer: 'Retention',
      symbol: 'BTCUSD',
      timeframe: 'H1',
      bars: 500,
      oldest: bars.time[0],
      newest: bars.time[499],
    });
    expect(bytesPerBar).toBeGreaterThan(60);
    expect(bytes).toBeGreaterThan(tables.find(({ name }) => name === 'candle')!.bytes);
    expect(tables.filter(({ name }) => name.startsWith('audit_event_y')).length).toBeGreaterThanOrEqual(5);
  });
});
