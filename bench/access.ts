import { randomBytes } from 'node:crypto';
import { KeyAuthenticator, RateLimits, TierCatalog } from '../src/access/index.js';
import { AccountStore, Database } from '../src/persistence/index.js';
import { symbolName } from '../src/market/index.js';
import { GatewayBench } from './gateway-bench.js';
import { median } from './measure.js';

/**
 * The cost of admitting a request: authentication (checksum, cached record, HMAC, times, addresses), tier (symbol and
 * timeframe allowed), limits (minute, day, concurrency, state for the headers). CPU time of this process on one hot key,
 * with few keys and with many; and the time of the store to find a key outside the cache, with few and with many.
 */
const REQUESTS = 20_000;
const ROUNDS = 9;
const LOOKUPS = 1500;
const FEW = { accounts: 10, keys: 100 };
const MANY = { accounts: 10_000, keys: 100_000 };
const ADDRESS = '192.0.2.7';

const INSERT_ACCOUNTS = `
  INSERT INTO account (id, name, tier, state, created_at)
  SELECT 'bench-' || n, 'account ' || n, 'PRO', 'active', now() FROM generate_series(1, $1::int) AS n
  ON CONFLICT DO NOTHING`;
const INSERT_KEYS = `
  INSERT INTO api_key (id, account_id, kind, name, secret_hash, last4, scopes, created_at)
  SELECT 'k' || lpad(n::text, 9, '0'), 'bench-' || (1 + n % $2::int), 'live', 'key', $3, 'abcd', '{}', now()
  FROM generate_series($4::int, $1::int) AS n
  ON CONFLICT DO NOTHING`;
/** Small enough for the limit of a statement on a busy machine. */
const BATCH = 5000;

interface Deps {
  readonly authenticator: KeyAuthenticator;
  readonly catalog: TierCatalog;
  readonly limits: RateLimits;
}

const bench = new GatewayBench({ ALLOW_SIMULATOR: 'false' });

async function fill({ accounts, keys }: typeof FEW): Promise<void> {
  const database = bench.service(Database);
  await database.rows(INSERT_ACCOUNTS, [accounts]);
  for (let first = 1; first <= keys; first += BATCH) {
    await database.rows(INSERT_KEYS, [Math.min(keys, first + BATCH - 1), accounts, randomBytes(32), first]);
  }
  await database.rows('ANALYZE account', []);
  await database.rows('ANALYZE api_key', []);
}

/** One request of a PRO key, as the guard does it. */
async function request(key: string, { authenticator, catalog, limits }: Deps): Promise<void> {
  const { account } = await authenticator.authenticate([key], ADDRESS);
  const tier = catalog.get(account.tier);
  catalog.assertAllowed(tier, symbolName('EURUSD'), 'H1');
  const minute = { name: 'minute', quota: 1_000_000_000, windowMs: 60_000 } as const;
  const day = { name: 'day', quota: 1_000_000_000, windowMs: 86_400_000 } as const;
  const subject = { accountId: account.id, windows: [minute, day], concurrent: tier.limits.concurrent };
  const admission = await limits.reserve(subject);
  if (!admission.admitted) throw new Error('the limits of this benchmark cannot be reached');
  await limits.state(subject);
  await admission.reservation.release();
}

async function cpuMicroseconds(key: string): Promise<number> {
  const parts = {
    authenticator: bench.service(KeyAuthenticator),
    catalog: bench.service(TierCatalog),
    limits: bench.service(RateLimits),
  };
  const times: number[] = [];
  for (let round = -2; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    for (let number = 0; number < REQUESTS; number++) await request(key, parts);
    const { user, system } = process.cpuUsage(start);
    if (round >= 0) times.push((user + system) / REQUESTS);
  }
  return median(times);
}

/** Milliseconds to find a key in the store, one after the other. */
async function lookupMs(keys: number): Promise<number> {
  const store = bench.service(AccountStore);
  const times: number[] = [];
  for (let lookup = 0; lookup < LOOKUPS; lookup++) {
    const number = 1 + ((lookup * 7919) % keys);
    const start = performance.now();
    const found = await store.findKey(`k${String(number).padStart(9, '0')}`);
    if (found === undefined) throw new Error(`key ${number} was not inserted`);
    times.push(performance.now() - start);
  }
  // The fastest tenth: slow ones are caused by the machine, not by the table.
  return times.sort((a, b) => a - b)[Math.floor(LOOKUPS / 10)] ?? Number.NaN;
}

try {
  await bench.startDatabase();
  await bench.startGateway();
  const key = await bench.key();
  await fill(FEW);
  const few = { cpu: await cpuMicroseconds(key), lookup: await lookupMs(FEW.keys) };
  await fill(MANY);
  const many = { lookup: await lookupMs(MANY.keys), cpu: await cpuMicroseconds(key) };
  const lines = [
    `authentication + tier + limit, hot key        ${few.cpu.toFixed(1)} µs of CPU a request`,
    `the same among ${MANY.keys} keys                   ${many.cpu.toFixed(1)} µs`,
    `a key from the store, of ${FEW.keys}                  ${few.lookup.toFixed(2)} ms`,
    `a key from the store, of ${MANY.keys}               ${many.lookup.toFixed(2)} ms`,
    `many : few = ${(many.cpu / few.cpu).toFixed(2)} (hot), ${(many.lookup / few.lookup).toFixed(2)} (store)`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
} finally {
  await bench.close();
}
