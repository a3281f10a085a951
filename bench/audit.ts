import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';
import { delay, SystemClock, SystemRandom } from '../src/kernel/index.js';
import {
  type AuditEntry,
  AuditSealer,
  AuditSpool,
  Database,
  migrate,
  PostgresAuditLog,
  verifyAuditChain,
} from '../src/persistence/index.js';

/**
 * Audit events a second that reach the database with their place in the chain, compared with one insert an event. Each
 * round runs both, so that a slow moment of the machine meets both; then the whole chain is verified.
 */
const EVENTS = 60_000;
const SINGLE_EVENTS = 3000;
const SINGLE_WRITERS = 15;
const ROUNDS = 3;
/** Entries in memory at which the writer lets the log catch up. */
const MAX_WAITING = 5000;
/** Short enough to leave nothing to seal; the gateway seals every 500 ms. */
const SEALING_INTERVAL_MS = 50;

const clock = new SystemClock();
const random = new SystemRandom();

const entry = (index: number): AuditEntry => ({
  at: new Date(clock.nowMs()),
  actor: 'key:0123456789',
  action: 'key.used',
  target: `account:${index}`,
  detail: { method: 'GET', route: '/api/v1/candles/{symbol}', address: '192.0.2.1' },
  requestId: `req-${index}`,
});

interface Round {
  readonly chained: number;
  readonly written: number;
  readonly single: number;
}

/** Events a second until all are written, and until all are sealed too; the sealer works while the writer does. */
async function chained(log: PostgresAuditLog, sealer: AuditSealer): Promise<{ written: number; sealed: number }> {
  const [writtenBefore, sealedBefore] = [log.stats().written, sealer.stats().sealed];
  const start = clock.monotonicMs();
  const sealing = (async () => {
    while (sealer.stats().sealed - sealedBefore < EVENTS) {
      if ((await sealer.sealAll()) === 0) await delay(clock, SEALING_INTERVAL_MS);
    }
  })();
  for (let index = 0; index < EVENTS; index++) {
    log.record(entry(index));
    while (log.stats().waiting >= MAX_WAITING) await delay(clock, 1);
  }
  while (log.stats().written - writtenBefore < EVENTS) await delay(clock, 1);
  const writtenMs = clock.monotonicMs() - start;
  await sealing;
  const sealedMs = clock.monotonicMs() - start;
  return { written: (EVENTS / writtenMs) * 1000, sealed: (EVENTS / sealedMs) * 1000 };
}

async function singleInserts(log: PostgresAuditLog): Promise<number> {
  const start = clock.monotonicMs();
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < SINGLE_EVENTS) await log.write(entry(next++));
  };
  await Promise.all(Array.from({ length: SINGLE_WRITERS }, writer));
  return (SINGLE_EVENTS / (clock.monotonicMs() - start)) * 1000;
}

function report(rounds: readonly Round[]): void {
  const median = (pick: (round: Round) => number): number => {
    const ascending = rounds.map(pick).sort((x, y) => x - y);
    return ascending[Math.floor(ascending.length / 2)] ?? Number.NaN;
  };
  const line = (name: string, perSecond: number): void => {
    process.stdout.write(`${name.padEnd(44)} ${Math.round(perSecond).toLocaleString('en').padStart(8)} events/s\n`);
  };
  line(
    'batches, written and sealed',
    median((round) => round.chained),
  );
  line(
    'batches, written (while sealing)',
    median((round) => round.written),
  );
  line(
    `one insert an event, ${SINGLE_WRITERS} writers, unsealed`,
    median((round) => round.single),
  );
  const ratio = median((round) => round.chained / round.single).toFixed(1);
  process.stdout.write(`written and sealed : one insert an event = ${ratio}\n`);
}

const folder = await mkdtemp(join(tmpdir(), 'mt5-gateway-bench-'));
await chmod(folder, 0o755);
const server = new EmbeddedPostgres({ dataDir: join(folder, 'postgres') });
try {
  const { url } = await server.start();
  await migrate(url);
  const limits = { checkoutTimeoutMs: 5000, connectTimeoutMs: 5000, queryTimeoutMs: 60_000, recycleMs: 3_600_000 };
  const database = await Database.connect(
    { url, applicationName: 'bench', size: SINGLE_WRITERS, overflow: 0, ...limits },
    random,
    clock,
  );
  const warn = (message: string): void => console.warn(message);
  const spool = new AuditSpool({
    folder: join(folder, 'spool'),
    database: 'bench',
    maxBytes: 1_000_000,
    now: () => clock.nowMs(),
    warn,
  });
  const log = new PostgresAuditLog({ database, spool, clock, random, warn });
  const sealer = new AuditSealer(database);
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const single = await singleInserts(log);
    await sealer.sealAll();
    const { written, sealed } = await chained(log, sealer);
    rounds.push({ chained: sealed, written, single });
  }
  report(rounds);
  const start = clock.monotonicMs();
  const { fault, verified } = await verifyAuditChain(database);
  const perSecond = Math.round((verified / (clock.monotonicMs() - start)) * 1000).toLocaleString('en');
  const { dropped } = log.stats();
  process.stdout.write(
    `verified ${verified} events at ${perSecond}/s: ${fault?.message ?? 'the chain holds'}, ${dropped} lost\n`,
  );
  if (fault !== undefined || dropped > 0) process.exitCode = 1;
  await log.close();
  await database.close();
} finally {
  await server.destroy();
  await rm(folder, { recursive: true, force: true });
}
