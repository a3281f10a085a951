import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';
import { delay, SystemClock, SystemRandom } from '../src/kernel/index.js';
import { Database, migrate, PostgresUsageStore, UsageLedger } from '../src/persistence/index.js';

/**
 * Whether usage is exact to the request: sends requests over HTTP, kills the gateway (SIGKILL) in the middle of the
 * first half and starts it again; missing requests must be younger than the loss window. Before that, the cost of
 * metering.
 */
const REQUESTS = Number(process.argv[2] ?? 1_000_000);
const LOSS_WINDOW_MS = 1000;
const CONNECTIONS = 8;
const PIPELINED = 16;
const BUILD = join(import.meta.dirname, '..');
const PERIOD = { from: '2000-01-01', to: '2999-01-01' };

const clock = new SystemClock();

/** Keeps connections busy with requests and records the number of answers over time. */
class Load {
  answered = 0;
  private sent = 0;
  /** Number of answers, at most once a millisecond. */
  private readonly history: { atMs: number; answered: number }[] = [];
  private sockets: Socket[] = [];

  constructor(
    private readonly port: number,
    private readonly key: string,
    private readonly most: number,
  ) {}

  get requestsSent(): number {
    return this.sent;
  }

  /** Resolves when all requests are answered or the gateway is gone. */
  async run(): Promise<void> {
    this.sockets = Array.from({ length: CONNECTIONS }, () => connect(this.port, '127.0.0.1'));
    await Promise.all(this.sockets.map((socket) => this.keepBusy(socket)));
  }

  answeredBy(atMs: number): number {
    return this.history.findLast((point) => point.atMs <= atMs)?.answered ?? 0;
  }

  /** Age of the answer with this number at a time. */
  ageOf(answer: number, atMs: number): number {
    const point = this.history.find(({ answered }) => answered > answer);
    return point === undefined ? 0 : atMs - point.atMs;
  }

  private async keepBusy(socket: Socket): Promise<void> {
    const request = `GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-API-Key: ${this.key}\r\n\r\n`;
    const mark = 'HTTP/1.1 200';
    let rest = '';
    let open = 0;
    const send = (): void => {
      const count = Math.min(PIPELINED, this.most - this.sent);
      this.sent += count;
      open += count;
      if (count === 0) socket.end();
      else socket.write(request.repeat(count));
    };
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      const parts = (rest + chunk).split(mark);
      rest = parts.at(-1)?.slice(-mark.length + 1) ?? '';
      open -= parts.length - 1;
      this.note(parts.length - 1);
      if (open === 0) send();
    });
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    send();
    if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
  }

  private note(answers: number): void {
    this.answered += answers;
    const atMs = clock.monotonicMs();
    const last = this.history.at(-1);
    if (last !== undefined && atMs - last.atMs < 1) last.answered = this.answered;
    else this.history.push({ atMs, answered: this.answered });
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints the time of one record, and of writing all of them to the database. */
async function costs(store: PostgresUsageStore): Promise<void> {
  const spool = { rows: 0, open: async () => {}, append: async () => 0, drain: async () => {} };
  const ledger = new UsageLedger({ store, spool, clock, random: new SystemRandom(), warn: print });
  const names = Array.from({ length: 1000 }, (_, index) => `01K9ZC3V5E8Q2W4R6T7Y9U${String(index).padStart(4, '0')}`);
  const use = { route: 'getIndicators', symbol: 'EURUSD', cost: 1, status: 200, bytes: 20_000 };
  const atMs = Date.UTC(1999, 0, 1);
  for (const round of ['warm', 'measured']) {
    const start = clock.monotonicMs();
    for (let index = 0; index < 1_000_000; index++) {
      ledger.record({ ...use, accountId: names[index % 1000] ?? '', atMs });
    }
    const recordedMs = clock.monotonicMs() - start;
    await ledger.settle();
    const settledMs = clock.monotonicMs() - start - recordedMs;
    if (round === 'warm') continue;
    print(`recording costs ${recordedMs.toFixed(0)} ns a request (1,000 accounts)`);
    print(`writing their 1,000 sums took ${settledMs.toFixed(1)} ms`);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'mt5-gateway-bench-'));
await chmod(folder, 0o755);
const server = new EmbeddedPostgres({ dataDir: join(folder, 'postgres') });
const gateways: ChildProcess[] = [];
try {
  const { url } = await server.start();
  await migrate(url);
  const port = await freePort();
  const env = {
    ...process.env,
    DATABASE_URL: url,
    USE_PGBOUNCER: 'false',
    BRIDGE_MASTER_SECRET: 'a master secret for benchmarks only',
    KEY_PEPPER: 'a pepper for benchmarks only, long enough',
    CONFIG_DIR: join(BUILD, '..', 'config'),
    AUDIT_SPOOL_DIR: join(folder, 'spool'),
    PORT: String(port),
    BRIDGE_PORT: '0',
    LOG_LEVEL: 'silent',
  };
  const limits = { checkoutTimeoutMs: 5000, connectTimeoutMs: 5000, queryTimeoutMs: 60_000, recycleMs: 3_600_000 };
  const database = await Database.connect(
    { url, applicationName: 'bench', size: 2, overflow: 0, ...limits },
    new SystemRandom(),
    new SystemClock(),
  );
  const store = new PostgresUsageStore(database);
  await costs(store);
  const keys = join(BUILD, 'cli', 'keys.js');
  const order = ['create', '--kind', 'live', '--name', 'load', '--tier', 'PRO'];
  const { stdout } = await promisify(execFile)(process.execPath, [keys, ...order], { env });
  const key = /mt5g_live_\w+/.exec(stdout)?.[0] ?? '';
  const start = async (): Promise<ChildProcess> => {
    const gateway = spawn(process.execPath, [join(BUILD, 'src', 'main.js')], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    gateways.push(gateway);
    while (!(await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => undefined))?.ok) {
      if (gateway.exitCode !== null) throw new Error('The gateway did not start.');
      await delay(clock, 50);
    }
    return gateway;
  };
  const written = async (): Promise<number> => (await store.total(PERIOD)).requests;

  const first = await start();
  const before = new Load(port, key, Infinity);
  const startedAt = clock.monotonicMs();
  const loading = before.run();
  while (before.answered < REQUESTS / 2) await delay(clock, 1);
  const killedAtMs = clock.monotonicMs();
  first.kill('SIGKILL');
  await Promise.all([loading, first.exitCode ?? once(first, 'exit')]);
  const second = await start();
  const kept = await written();
  const must = before.answeredBy(killedAtMs - LOSS_WINDOW_MS);
  const windowMs = before.ageOf(kept, killedAtMs).toFixed(0);
  print(`killed after ${before.answered} answers; ${kept} are in the usage, ${before.answered - kept} are lost`);
  print(`the oldest lost one was answered ${windowMs} ms before the kill; allowed: ${LOSS_WINDOW_MS} ms`);
  const after = new Load(port, key, Math.max(0, REQUESTS - before.answered));
  await after.run();
  const seconds = (clock.monotonicMs() - startedAt) / 1000;
  second.kill('SIGTERM');
  await once(second, 'exit');
  const total = await written();
  print(`after the restart ${after.answered} answers, ${total - kept} in the usage`);
  print(`${before.answered + after.answered} requests in ${seconds.toFixed(0)} s, restart included`);
  const exact = kept >= must && kept <= before.requestsSent && total - kept === after.answered;
  print(exact ? 'exact to the request outside of the window' : 'NOT EXACT');
  if (!exact) process.exitCode = 1;
  await database.close();
} finally {
  for (const gateway of gateways) gateway.kill('SIGKILL');
  await server.destroy();
  await rm(folder, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
