import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { untilReady } from '../../cli/demo/readiness.js';
import { Simulator, type TerminalEvent, type TerminalPlan } from '../../simulator/index.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { GatewaySite, SECRETS } from './gateway-process.js';
import { CLONE } from './program.js';

const TIMEFRAMES = ['H1'];
/** A second and its jitter (docs/bridge-protocol.md, "When to dial again"). */
const MAX_PAUSE_MS = 1200;
/** Dials of each terminal while nobody listens: about 3.4 s. */
const VAIN_DIALS = 4;
/** To dial and to be welcomed, seconds; the time that the port has been open comes on top. */
const HANDSHAKE_SECONDS = 2;

/** An answer while terminals come back. */
interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly header: string | null;
  readonly retryAfter: number;
  /** Since the gateway was started, milliseconds. */
  readonly atMs: number;
}

let database: TestDatabase;
let site: GatewaySite;
let simulator: Simulator;
let key: string;
const events: TerminalEvent[] = [];
const env = { ALLOW_SIMULATOR: 'true', SERIES_BARS: '5200', LOG_LEVEL: 'warn' };

beforeAll(async () => {
  database = await createTestDatabase();
  site = new GatewaySite(database.url, configure);
  const create = site.program('cli/keys.js', ['create', '--kind', 'live', '--name', 'restart', '--tier', 'PRO']);
  await create.ended;
  key = /mt5g_live_\w+/.exec(create.output)?.[0] ?? create.output;
});
afterAll(async () => {
  await simulator?.stop();
  await site?.close();
  await database?.drop();
});

it('brings all terminals back without a long pause, and every refusal on the way says truthfully when to ask again', async () => {
  const first = await site.listening(env);
  const terminals = simulate(first.bridgePort);
  const ready = { terminals, series: terminals * TIMEFRAMES.length };
  await untilReady(first.url, { ...ready, signal: AbortSignal.timeout(200_000), onProgress: () => undefined });

  events.length = 0;
  first.gateway.kill('SIGTERM');
  expect(await first.gateway.ended).toEqual({ code: 0, signal: null });
  await until(() => everyTerminalDialed(terminals), `each terminal has dialed ${VAIN_DIALS} times in vain`);

  const startedAtMs = performance.now();
  const asking = askUntilServed(first.url, startedAtMs);
  await site.listening(env, undefined, first);
  const openAtMs = performance.now();
  const { refusals, bars } = await asking;
  await untilReady(first.url, { ...ready, signal: AbortSignal.timeout(200_000), onProgress: () => undefined });
  const readyMs = Math.round(performance.now() - openAtMs);
  process.stderr.write(`  all terminals and series were ready ${readyMs} ms after the port listened again\n`);

  expect(bars).toBe(1000);
  const pauses = events.flatMap(({ pauseMs }) => (pauseMs === undefined ? [] : [pauseMs]));
  expect(pauses.filter((pauseMs) => pauseMs > MAX_PAUSE_MS)).toEqual([]);
  expect(refusals.filter((refusal) => !isTrue(refusal))).toEqual([]);
});

/** The shipped terminals, with one timeframe. */
function configure(folder: string): void {
  mkdirSync(folder);
  for (const file of ['terminals.json', 'indicators.json']) cpSync(join(CLONE, 'config', file), join(folder, file));
  const pro = { name: 'PRO', rank: 1, symbols: ['*'], timeframes: TIMEFRAMES, limits: { per_minute: 100_000 } };
  writeFileSync(join(folder, 'tiers.json'), JSON.stringify({ tiers: [pro] }));
}

/** Starts the shipped terminals; returns how many they are. */
function simulate(port: number): number {
  const text = readFileSync(join(CLONE, 'config', 'terminals.json'), 'utf8');
  const { terminals } = JSON.parse(text) as { terminals: TerminalPlan[] };
  simulator = new Simulator({
    gateway: { host: '127.0.0.1', port },
    masterSecret: SECRETS.BRIDGE_MASTER_SECRET,
    terminals: terminals.map(({ id, login, symbols }) => ({ id, login, symbols })),
  });
  simulator.onEvent((event) => events.push(event));
  simulator.start();
  return terminals.length;
}

function everyTerminalDialed(terminals: number): boolean {
  const ends = new Map<string, number>();
  for (const { terminalId } of events) ends.set(terminalId, (ends.get(terminalId) ?? 0) + 1);
  // The first end is that of the session.
  return ends.size === terminals && [...ends.values()].every((count) => count > VAIN_DIALS);
}

async function askUntilServed(url: string, startedAtMs: number): Promise<{ refusals: Refusal[]; bars: number }> {
  const refusals: Refusal[] = [];
  let bars = 0;
  const isServed = async (): Promise<boolean> => {
    const headers = { 'x-api-key': key };
    const answer = await fetch(`${url}/api/v1/candles/EURUSD/H1?bars=1000`, { headers }).catch(() => undefined);
    if (answer === undefined) return false;
    const body = (await answer.json()) as Body;
    bars = body.data?.candles.length ?? 0;
    const { code = '', retry_after: retryAfter = 0 } = body;
    const header = answer.headers.get('retry-after');
    const atMs = performance.now() - startedAtMs;
    if (answer.status !== 200) refusals.push({ status: answer.status, code, header, retryAfter, atMs });
    return answer.status === 200;
  };
  await until(isServed, 'the series is served');
  return { refusals, bars };
}

/** A terminal that has been away for some time is promised within about that time; bars within a few seconds. */
function isTrue({ status, code, header, retryAfter, atMs }: Refusal): boolean {
  if (status !== 503 || header !== String(retryAfter)) return false;
  if (code === 'history-loading') return retryAfter >= 1 && retryAfter <= 5;
  return (
    code === 'terminal-disconnected' && retryAfter >= 1 && retryAfter <= HANDSHAKE_SECONDS + Math.ceil(atMs / 1000)
  );
}

interface Body {
  readonly code?: string;
  readonly retry_after?: number;
  readonly data?: { readonly candles: readonly unknown[] };
}
