import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { KeyIssuer } from '../src/access/index.js';
import { symbolName } from '../src/market/index.js';
import { GatewayBench, until } from './gateway-bench.js';
import { median } from './measure.js';

/**
 * Measures how long other customers wait while one customer takes all that he can get. Each drill runs together with a
 * customer who requests short answers one after the other; quiet and drill take turns. The gateway, both customers and
 * the terminals are separate processes: they share the processors on few cores, so the figures mean something only on
 * an otherwise idle machine. `npm run bench fair-share twenty` runs one drill.
 */
const ROUNDS = 3;
const REQUESTS = 400;
const SYMBOLS = ['EURUSD', 'XAUUSD', 'GBPUSD'] as const;
const PATH = '/api/v1/candles/GBPUSD/H1?bars=100';
const READY_MS = 180_000;

const DRILLS = {
  'pipelined: 1000 requests for 5000 bars on one socket': pipelined,
  'twenty: 20 concurrent requests for 5000 bars': twenty,
  'unread: 500 clients who never read': unread,
} as const;
type Drill = keyof typeof DRILLS;

interface Target {
  readonly url: string;
  readonly key: string;
}

function head(path: string, key: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\n\r\n`;
}

function dial({ url }: Target) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  return socket;
}

function pipelined(target: Target): void {
  const socket = dial(target);
  socket.on('data', () => undefined);
  socket.write(head('/api/v1/candles/EURUSD/H1?bars=5000', target.key).repeat(1000));
}

function twenty({ url, key }: Target): void {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const again = (number: number): void => {
    const path = `/api/v1/candles/${SYMBOLS[number % SYMBOLS.length]}/H1?bars=${4980 + number}`;
    get(url + path, { agent, headers: { 'x-api-key': key } }, (response) => {
      response.resume().on('end', () => again(number));
    }).on('error', () => undefined);
  };
  for (let number = 0; number < 20; number++) again(number);
}

function unread(target: Target): void {
  for (let client = 0; client < 500; client++) {
    const socket = dial(target).pause();
    socket.write(head(`/api/v1/indicators/${SYMBOLS[client % SYMBOLS.length]}/H1?bars=${4500 + client}`, target.key));
  }
}

/** Milliseconds of each request, one after the other. */
async function measure({ url, key }: Target): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let number = 0; number < REQUESTS; number++) {
    const start = performance.now();
    await new Promise<void>((resolve, reject) => {
      get(url + PATH, { agent, headers: { 'x-api-key': key } }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
        response.resume().on('end', resolve);
      }).on('error', reject);
    });
    times.push(performance.now() - start);
  }
  agent.destroy();
  return times.sort((a, b) => a - b);
}

function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN;
}

function start(task: string, target: Target): ChildProcess {
  return fork(import.meta.filename, [task, JSON.stringify(target)], { execArgv: process.execArgv });
}

async function times(target: Target): Promise<readonly number[]> {
  const child = start('measure', target);
  const exited = once(child, 'exit');
  const [result] = (await once(child, 'message')) as [number[]];
  await exited;
  return result;
}

async function duringDrill(drill: Drill, greedy: Target, other: Target): Promise<readonly number[]> {
  const child = start(drill, greedy);
  const exited = once(child, 'exit');
  await once(child, 'message');
  const result = await times(other);
  child.kill('SIGKILL');
  await exited;
  return result;
}

async function run(only = ''): Promise<void> {
  const bench = new GatewayBench();
  try {
    await bench.startDatabase();
    const url = await bench.startGateway();
    bench.startTerminals();
    const isReady = (name: string) => (bench.series.find(symbolName(name), 'H1')?.closed.length ?? 0) >= 5000;
    await until(
      () => SYMBOLS.every((name) => isReady(name) && bench.series.find(symbolName(name), 'H1')?.state === 'live'),
      READY_MS,
    );
    const issuer = bench.service(KeyIssuer);
    const by = { actor: 'bench', requestId: undefined };
    const admin = (await issuer.create({ kind: 'adm', name: 'bench', scopes: ['*'] }, by)).text;
    const tier = async (name: string, rank: number, concurrent: number | null) => {
      const body = { name, rank, symbols: ['*'], timeframes: ['H1'], limits: { per_minute: 1_000_000, concurrent } };
      const headers = { 'x-api-key': admin, 'content-type': 'application/json' };
      const made = await fetch(`${url}/api/v1/admin/tiers`, { method: 'POST', body: JSON.stringify(body), headers });
      if (made.status !== 201) throw new Error(await made.text());
      return { url, key: (await issuer.create({ kind: 'live', name, tier: name }, by)).text };
    };
    const unlimited = await tier('UNLIMITED', 10, null);
    const busy = await tier('BUSY', 11, 20);
    const other = await tier('OTHER', 12, 2);
    await times(other);
    const chosen = (Object.keys(DRILLS) as Drill[]).filter((name) => name.startsWith(only));
    for (const drill of chosen) {
      const quiet: (readonly number[])[] = [];
      const drilled: (readonly number[])[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        quiet.push(await times(other));
        drilled.push(await duringDrill(drill, drill.startsWith('twenty') ? busy : unlimited, other));
      }
      const of = (all: typeof quiet, share: number) => median(all.map((one) => quantile(one, share)));
      const [p50, p99] = [0.5, 0.99].map((share) => [of(quiet, share), of(drilled, share)] as const);
      const show = ([before, during]: readonly [number, number]) =>
        `${before.toFixed(1)} → ${during.toFixed(1)} ms (x ${(during / before).toFixed(1)})`;
      process.stdout.write(`${drill.padEnd(54)} p50 ${show(p50!)}, p99 ${show(p99!)}\n`);
    }
  } finally {
    await bench.close();
  }
}

const [task, target] = process.argv.slice(2);
if (target === undefined) await run(task);
else if (task === 'measure') process.send!(await measure(JSON.parse(target) as Target), () => process.exit());
else {
  DRILLS[task as Drill](JSON.parse(target) as Target);
  process.send!('begun');
}
