import 'reflect-metadata';
import pg from 'pg';
import { LoadTest, type Run } from '../cli/load/load-test.js';
import { OwnServers } from '../cli/load/own-servers.js';
import { parseOptions } from '../cli/load/parse-options.js';
import { SystemClock, SystemRandom } from '../src/kernel/index.js';
import { elapsedMs, median } from './measure.js';

/**
 * Cost and capacity of PgBouncer, compared with the same load on Postgres itself. The two take turns, so that a slow
 * moment of the machine meets both.
 */
const CLIENTS = 200;
const STATEMENTS = 20;
/** Postgres itself accepts 200 connections and keeps some for its owner. */
const DIRECT_CLIENTS = 150;
const ROUNDS = 5;

type Way = 'direct' | 'pgbouncer';

interface Storm {
  readonly right: number;
  readonly asked: number;
  readonly ms: number;
}

/** Every client asks its statements one after the other and compares each answer with what it asked. */
async function storm(url: string, count: number): Promise<Storm> {
  const clients = Array.from({ length: count }, () => new pg.Client({ connectionString: url }));
  for (const client of clients) client.on('error', () => undefined);
  let right = 0;
  const ask = async (client: pg.Client, number: number): Promise<void> => {
    await client.connect();
    for (let index = 0; index < STATEMENTS; index++) {
      const value = number * STATEMENTS + index;
      const { rows } = await client.query<{ n: number }>({ text: 'SELECT $1::int4 AS n', values: [value] });
      if (rows[0]?.n === value) right++;
    }
  };
  const ms = await elapsedMs(() => Promise.allSettled(clients.map(ask)));
  await Promise.allSettled(clients.map((client) => client.end()));
  return { right, asked: count * STATEMENTS, ms };
}

/** 1000 queries with 50 workers, as `npm run load` does it. */
async function pooled(url: string, pool: string): Promise<Run> {
  const [size = '', overflow = ''] = pool.split('+');
  const options = parseOptions(['--pool-size', size, '--max-overflow', overflow], {});
  if (options === 'help') throw new Error('no options');
  const tools = { clock: new SystemClock(), random: new SystemRandom(), stop: new AbortController().signal };
  const [run] = await new LoadTest(options, tools).run(url);
  return run!;
}

function stormLine(name: string, storms: readonly Storm[]): void {
  const sum = (figure: 'right' | 'asked'): number => storms.reduce((total, each) => total + each[figure], 0);
  const ms = median(storms.map((each) => each.ms)).toFixed(0);
  process.stdout.write(
    `${name.padEnd(44)} ${sum('right')} of ${sum('asked')} right in ${storms.length} rounds, ${ms} ms median\n`,
  );
}

function pooledLine(name: string, runs: readonly Run[]): void {
  const success = (100 * Math.min(...runs.map(({ measured }) => measured.successRate))).toFixed(2);
  const of = (figure: 'mean' | 'p95' | 'p99'): string =>
    median(runs.map(({ measured }) => measured.duration?.[figure] ?? Number.NaN)).toFixed(1);
  process.stdout.write(
    `${name.padEnd(44)} ${success} % at worst; ms, median of ${runs.length}: mean ${of('mean')}, p95 ${of('p95')}, p99 ${of('p99')}\n`,
  );
}

async function compare(urls: Readonly<Record<Way, string>>): Promise<void> {
  const storms: Record<Way, Storm[]> = { direct: [], pgbouncer: [] };
  const few: Storm[] = [];
  const runs: Record<Way, Run[]> = { direct: [], pgbouncer: [] };
  for (let round = -1; round < ROUNDS; round++) {
    const measured = {
      many: await storm(urls.pgbouncer, CLIENTS),
      fewDirect: await storm(urls.direct, DIRECT_CLIENTS),
      fewPooled: await storm(urls.pgbouncer, DIRECT_CLIENTS),
      pooledDirect: await pooled(urls.direct, '5+10'),
      pooled: await pooled(urls.pgbouncer, '5+10'),
    };
    // The first round fills caches and pools.
    if (round < 0) continue;
    storms.pgbouncer.push(measured.many);
    storms.direct.push(measured.fewDirect);
    few.push(measured.fewPooled);
    runs.direct.push(measured.pooledDirect);
    runs.pgbouncer.push(measured.pooled);
  }
  stormLine(`${CLIENTS} clients x ${STATEMENTS}, PgBouncer`, storms.pgbouncer);
  stormLine(`${DIRECT_CLIENTS} clients x ${STATEMENTS}, PgBouncer`, few);
  stormLine(`${DIRECT_CLIENTS} clients x ${STATEMENTS}, direct`, storms.direct);
  ratio(
    'clients that connect first, PgBouncer : direct',
    [few, storms.direct].map((list) => list.map(({ ms }) => ms)),
  );
  pooledLine('1000 queries, 50 workers, 5+10, PgBouncer', runs.pgbouncer);
  pooledLine('1000 queries, 50 workers, 5+10, direct', runs.direct);
  const means = [runs.pgbouncer, runs.direct].map((list) => list.map(({ measured }) => measured.duration?.mean ?? 0));
  ratio('queries of a pool, PgBouncer : direct', means);
}

function ratio(name: string, [over = [], under = []]: readonly (readonly number[])[]): void {
  process.stdout.write(`${name} = ${(median(over) / median(under)).toFixed(2)}\n`);
}

const servers = new OwnServers();
try {
  const { url, directUrl, description } = await servers.start(true);
  process.stdout.write(`pooler: ${description}\n`);
  await compare({ direct: directUrl, pgbouncer: url });
} finally {
  await servers.destroy();
}
