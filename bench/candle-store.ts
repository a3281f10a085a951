import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Repository } from 'typeorm';
import { EmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';
import { SystemClock, SystemRandom } from '../src/kernel/index.js';
import { symbolName, type Bars } from '../src/market/index.js';
import { Database, migrate, TypeOrmCandleStore } from '../src/persistence/index.js';
import { syntheticBars } from '../test/support/candles.js';

/**
 * The candle store's statements compared with those of TypeORM's repository, on 5000 bars of a table with a million. A
 * round runs every contestant once, so that a slow moment of the machine meets all.
 */
const BARS = 5000;
const ROUNDS = 15;
const WARM_UP_ROUNDS = 3;
const OTHER_SERIES = 100;
const OTHER_BARS = 10_000;

/** A row for TypeORM's repository. */
interface CandleRow {
  readonly seriesId: number;
  readonly time: string;
}

interface Round {
  readonly database: Database;
  readonly store: TypeOrmCandleStore;
  readonly repository: Repository<CandleRow>;
  /** Opens a series that has no bars. */
  readonly emptySeries: () => Promise<number>;
}

async function elapsedMs(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const ascending = [...values].sort((x, y) => x - y);
  return ascending[Math.floor(ascending.length / 2)] ?? Number.NaN;
}

const rowsOf = (seriesId: number, bars: Bars): CandleRow[] =>
  bars.toArray().map((bar) => ({
    ...bar,
    seriesId,
    time: String(bar.time),
    tickVolume: String(bar.tickVolume),
    realVolume: String(bar.realVolume),
  }));

/** The same bars by other ways of reading rows; nothing is checked or put into columns here, so this is their floor. */
const COLUMNS = 'time, open, high, low, close, tick_volume, spread, real_volume';
const NEWEST = `SELECT ${COLUMNS} FROM candle WHERE series_id = $1 ORDER BY time DESC LIMIT $2`;

async function oneRound(
  { database, store, repository, emptySeries }: Round,
  seed: number,
): Promise<Record<string, number>> {
  const bars = syntheticBars({ seed, bars: BARS });
  const upsert = (id: number): Promise<unknown> => repository.upsert(rowsOf(id, bars), ['seriesId', 'time']);
  const [ours, theirs] = [await emptySeries(), await emptySeries()];
  const writes = {
    'write new, unnest': await elapsedMs(() => store.write(ours, bars)),
    'write new, repository': await elapsedMs(() => upsert(theirs)),
    'write known, anti-join': await elapsedMs(() => store.write(ours, bars)),
    'write known, repository': await elapsedMs(() => upsert(theirs)),
  };
  // The first reader of fresh rows also marks them as visible, so this read spares the contestants that cost.
  await database.rows(NEWEST, [ours, BARS]);
  return {
    ...writes,
    'read, row arrays': await elapsedMs(() => store.read(ours, { limit: BARS, take: 'newest' })),
    'read, bare row arrays': await elapsedMs(() => database.rows(NEWEST, [ours, BARS])),
    'read, row objects': await elapsedMs(() => database.dataSource.query(NEWEST, [ours, BARS])),
    'read, JSON rows': await elapsedMs(async () => {
      const [row] = await database.rows(`SELECT json_agg(bar)::text FROM (${NEWEST}) AS bar`, [ours, BARS]);
      JSON.parse(String(row?.[0]));
    }),
    'read, repository': await elapsedMs(() =>
      repository.find({ where: { seriesId: ours }, order: { time: 'DESC' }, take: BARS }),
    ),
  };
}

async function measure(database: Database): Promise<Map<string, number[]>> {
  const store = new TypeOrmCandleStore(database);
  let serial = 0;
  const emptySeries = async (): Promise<number> => {
    const key = {
      brokerServer: 'Bench',
      brokerSymbol: 'S',
      symbol: symbolName(`S${++serial}`),
      timeframe: 'M1',
    } as const;
    const properties = { terminalId: 'BENCH', digits: 5, utcOffsetSeconds: 0, simulated: true };
    return (await store.openSeries(key, properties)).id;
  };
  const filling = syntheticBars({ seed: 1, bars: OTHER_BARS });
  for (let index = 0; index < OTHER_SERIES; index++) await store.write(await emptySeries(), filling);
  const round = { database, store, repository: database.dataSource.getRepository<CandleRow>('candle'), emptySeries };
  const times = new Map<string, number[]>();
  for (let index = -WARM_UP_ROUNDS; index < ROUNDS; index++) {
    const measured = await oneRound(round, 1000 + index);
    if (index < 0) continue;
    for (const [name, time] of Object.entries(measured)) times.set(name, [...(times.get(name) ?? []), time]);
  }
  return times;
}

function report(times: ReadonlyMap<string, number[]>): void {
  const of = (name: string): number => median(times.get(name) ?? []);
  process.stdout.write(`candle store, ${BARS} bars, ${OTHER_SERIES * OTHER_BARS} other bars in the table\n`);
  for (const [name, values] of times) {
    const worst = Math.max(...values).toFixed(1);
    process.stdout.write(
      `${name.padEnd(26)} ${of(name).toFixed(1).padStart(8)} ms median ${worst.padStart(8)} ms worst of ${values.length}\n`,
    );
  }
  for (const [slow, fast] of [
    ['write new, repository', 'write new, unnest'],
    ['write known, repository', 'write known, anti-join'],
    ['read, repository', 'read, row arrays'],
    ['read, row arrays', 'read, bare row arrays'],
    ['read, row objects', 'read, row arrays'],
    ['read, JSON rows', 'read, row arrays'],
  ] as const) {
    process.stdout.write(`${slow} : ${fast} = ${(of(slow) / of(fast)).toFixed(1)}\n`);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'mt5-gateway-bench-'));
await chmod(folder, 0o755);
const server = new EmbeddedPostgres({ dataDir: folder });
try {
  const { url } = await server.start();
  await migrate(url);
  const limits = { checkoutTimeoutMs: 5000, connectTimeoutMs: 5000, queryTimeoutMs: 60_000, recycleMs: 3_600_000 };
  const database = await Database.connect(
    { url, applicationName: 'bench', size: 4, overflow: 0, ...limits },
    new SystemRandom(),
    new SystemClock(),
  );
  report(await measure(database));
  await database.close();
} finally {
  await server.destroy();
  await rm(folder, { recursive: true, force: true });
}
