import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Simulator, type SimulatorPlan } from '../../simulator/index.js';
import { KeyIssuer } from '../../src/access/index.js';
import type { NewKey } from '../../src/access/credentials/new-key.js';
import { SeriesRegistry } from '../../src/candles/index.js';
import { loadSettings } from '../../src/config/index.js';
import { createGateway } from '../../src/create-gateway.js';
import { KeyChangeWatch } from '../../src/access/admission/key-change-watch.js';
import { listen } from '../../src/http/index.js';
import { isTimeframe, type SymbolName, symbolName, type Timeframe } from '../../src/market/index.js';
import { TcpTerminalPool } from '../../src/terminals/index.js';
import type { PgBouncer } from './pgbouncer.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export const MASTER_SECRET = 'a master secret for tests only, 32 characters';
const PEPPER = 'a pepper for tests only, 32 characters or more';
/** Far above what a test asks for; the limit has tests of its own. */
const UNLIMITED = 100_000;
const PATIENCE_MS = 120_000;

/** A tier as in `config/tiers.json`. */
export interface TierFile {
  readonly name: string;
  readonly rank: number;
  readonly symbols: readonly string[];
  readonly timeframes: readonly string[];
  readonly limits: { readonly per_minute: number };
}

/** A JSON answer. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** How a request differs from a plain GET with the PRO key. */
export interface Asking {
  readonly method?: string;
  /** `null` = no key at all. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

type SimulationPlan = Omit<SimulatorPlan, 'gateway' | 'masterSecret' | 'terminals'>;

/** What a gateway under test is made of; `start` brings it up. */
export class GatewaySetup {
  private readonly terminals: { id: string; login: number; server: string; symbols: { name: string }[] }[] = [];
  private servers: readonly { readonly server: string; readonly zone: string }[] = [
    { server: 'Sim-*', zone: 'Europe/Athens' },
  ];
  private readonly variables: Record<string, string> = {};
  private tierFile: readonly TierFile[] | undefined;
  private simulation: SimulationPlan = {};
  private pooler: PgBouncer | undefined;
  private indicatorChanges: object = {};
  private bringsOwnTerminals = false;

  /** One terminal; the first one named for a symbol serves it. */
  terminal(id: string, ...symbols: string[]): this {
    const login = 1000 + this.terminals.length;
    this.terminals.push({ id, login, server: 'Test-Server', symbols: symbols.map((name) => ({ name })) });
    return this;
  }

  /** FREE may use the first symbol's H1 and H4; PRO all symbols and these timeframes. Without limits worth the name. */
  timeframes(...timeframes: Timeframe[]): this {
    const limits = { per_minute: UNLIMITED };
    return this.tiers(
      { name: 'FREE', rank: 1, symbols: ['EURUSD', 'XAUUSD'], timeframes: ['H1'], limits },
      { name: 'PRO', rank: 2, symbols: ['*'], timeframes, limits },
    );
  }

  /** Zones of servers as configured; simulated ones are on Athens time unless told otherwise. */
  zones(...servers: { readonly server: string; readonly zone: string }[]): this {
    this.servers = servers;
    return this;
  }

  /** Instead of the tiers that are shipped. */
  tiers(...tiers: TierFile[]): this {
    this.tierFile = tiers;
    return this;
  }

  /** More variables of the environment. */
  environment(variables: Readonly<Record<string, string>>): this {
    Object.assign(this.variables, variables);
    return this;
  }

  /** PgBouncer between gateway and Postgres; it belongs to the caller. */
  through(pooler: PgBouncer): this {
    this.pooler = pooler;
    return this;
  }

  /** What the simulated terminals do; they are still, and stand on Wednesday noon, unless told otherwise. */
  simulating(plan: SimulationPlan): this {
    this.simulation = plan;
    return this;
  }

  /** How the indicators differ from those that are shipped. */
  indicators(changes: object): this {
    this.indicatorChanges = changes;
    return this;
  }

  /** Nothing is simulated: the test lets its own bridges dial. */
  withoutTerminals(): this {
    this.bringsOwnTerminals = true;
    return this;
  }

  /** A database, a gateway and its terminals; resolves when every series can be served. */
  async start(): Promise<GatewayUnderTest> {
    const configDir = mkdtempSync(join(tmpdir(), 'mt5gw-config-'));
    const write = (file: string, content: string) => writeFileSync(join(configDir, file), content);
    write('terminals.json', JSON.stringify({ terminals: this.terminals, servers: this.servers }));
    write('tiers.json', this.tierFile ? JSON.stringify({ tiers: this.tierFile }) : shipped('tiers.json'));
    const indicators = JSON.parse(shipped('indicators.json')) as object;
    write('indicators.json', JSON.stringify({ ...indicators, ...this.indicatorChanges }));
    const database = await createTestDatabase();
    const environment = {
      DATABASE_URL: this.pooler?.urlOf(database.name) ?? database.url,
      USE_PGBOUNCER: String(this.pooler !== undefined),
      DB_POOL_SIZE: '4',
      BRIDGE_MASTER_SECRET: MASTER_SECRET,
      KEY_PEPPER: PEPPER,
      CONFIG_DIR: configDir,
      ALLOW_SIMULATOR: 'true',
      SERIES_BARS: '5200',
      BRIDGE_HEARTBEAT_MS: '1000',
      PORT: '0',
      BRIDGE_PORT: '0',
      LOG_LEVEL: 'silent',
      SHUTDOWN_GRACE_MS: '0',
      ...this.variables,
    };
    const gateway = new GatewayUnderTest(database, configDir, environment, {
      reconnect: { initialMs: 20, maxMs: 100 },
      pushIntervalMs: 10,
      ...this.simulation,
      terminals: this.terminals.map(({ id, login, symbols }) => ({ id, login, symbols })),
    });
    try {
      await gateway.startGateway();
      if (!this.bringsOwnTerminals) await gateway.startTerminals();
    } catch (error) {
      await gateway.close();
      throw error;
    }
    return gateway;
  }
}

/** A real gateway over real TCP, HTTP and Postgres, with simulated terminals in the same process. */
export class GatewayUnderTest {
  private app: NestFastifyApplication | undefined;
  private running: Simulator | undefined;
  private apiKey = '';
  /** Origin of the API. */
  url = '';

  constructor(
    readonly database: TestDatabase,
    private readonly configDir: string,
    private environment: Readonly<Record<string, string>>,
    private readonly plan: Omit<SimulatorPlan, 'gateway'>,
  ) {}

  /** The terminals; they are also the truth that answers are compared with. */
  get simulator(): Simulator {
    return this.running!;
  }

  get pool(): TcpTerminalPool {
    return this.service(TcpTerminalPool);
  }

  get series(): SeriesRegistry {
    return this.service(SeriesRegistry);
  }

  /** Makes a key and gives its text. */
  async key(order: Partial<NewKey> = {}): Promise<string> {
    const full = { kind: 'live', name: 'test', tier: 'PRO', ...order } as const;
    const { tier, ...withoutTier } = full;
    const isPlain = full.kind === 'live' && full.accountId === undefined;
    const by = { actor: 'test', requestId: undefined };
    return (await this.service(KeyIssuer).create(isPlain ? { ...withoutTier, tier } : withoutTier, by)).text;
  }

  /** One request as it is, with the PRO key unless told otherwise. */
  fetch(path: string, { method = 'GET', key = this.apiKey, headers = {}, body }: Asking = {}): Promise<Response> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    return fetch(this.url + path, {
      method,
      headers: { ...(key === null ? {} : { 'X-API-Key': key }), ...json, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** One request with a JSON answer. */
  async ask<T = Record<string, unknown>>(path: string, asking: Asking = {}): Promise<Answer<T>> {
    const response = await this.fetch(path, asking);
    return { status: response.status, headers: response.headers, body: (await response.json()) as T };
  }

  /**
   * Lets the gateway see the keys that it has just created, as it does twice a second. It then forgets them once, because
   * another process could have changed them, and an outage in that moment would refuse them.
   */
  async seeKeyChanges(): Promise<void> {
    const watch = this.service(KeyChangeWatch);
    // A poll that was under way may have begun before the change.
    await watch.ask();
    await watch.ask();
  }

  /** `/metrics` as text. */
  async metrics(): Promise<string> {
    return (await fetch(`${this.url}/metrics`)).text();
  }

  /** Looks again after every change of a series, a terminal or a route, until it is so; fails after 20 seconds. */
  async until(isSo: () => boolean): Promise<void> {
    const { pool, series } = this;
    await new Promise<void>((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(limit);
        for (const unsubscribe of subscriptions) unsubscribe();
        settle();
      };
      const look = () => {
        if (isSo()) end(resolve);
      };
      const states = () => pool.symbols.map((symbol) => `${symbol} ${this.states(symbol).join(' ')}`).join(', ');
      const limit = setTimeout(() => end(() => reject(new Error(`waited in vain; series: ${states()}`))), PATIENCE_MS);
      const subscriptions = [series.onChange(look), pool.onChange(look), pool.onRoute(look), pool.onHeartbeat(look)];
      look();
    });
  }

  /** Resolves when every series of these symbols (default: all) can be served. */
  untilLive(...symbols: string[]): Promise<void> {
    const wanted = symbols.length === 0 ? this.pool.symbols : symbols.map(symbolName);
    return this.until(() => wanted.every((symbol) => this.states(symbol).every((state) => state === 'live')));
  }

  /** Resolves when no terminal is connected. */
  untilAlone(): Promise<void> {
    return this.until(() => this.pool.stats().connected === 0);
  }

  /** Lets the terminals dial; `changes` to their plan hold from now on. Resolves when all series are live. */
  async startTerminals(changes: Partial<SimulationPlan> = {}): Promise<void> {
    const gateway = { host: '127.0.0.1', port: this.pool.address.port };
    this.running = new Simulator({ masterSecret: MASTER_SECRET, ...this.plan, ...changes, gateway });
    this.running.start();
    await this.untilLive();
  }

  /** Ends the terminals; resolves when the gateway knows. */
  async stopTerminals(): Promise<void> {
    await this.running?.stop();
    this.running = undefined;
    await this.untilAlone();
  }

  async startGateway(): Promise<void> {
    this.app = await createGateway(loadSettings(this.environment));
    await listen(this.app);
    // Terminals dial the same port again after a restart.
    this.environment = { ...this.environment, BRIDGE_PORT: String(this.pool.address.port) };
    this.url = (await this.app.getUrl()).replace('[::1]', '127.0.0.1');
    this.apiKey ||= await this.key();
  }

  /** Stops the gateway in order, which keeps its database. */
  async stopGateway(): Promise<void> {
    await this.app?.close();
    this.app = undefined;
  }

  /** Ends everything; nothing is left. */
  async close(): Promise<void> {
    await this.running?.stop();
    await this.stopGateway();
    await this.database.drop();
    rmSync(this.configDir, { recursive: true, force: true });
  }

  private states(symbol: SymbolName): readonly (string | undefined)[] {
    return this.timeframes().map((timeframe) => this.series.find(symbol, timeframe)?.state);
  }

  private timeframes(): readonly Timeframe[] {
    const { tiers } = JSON.parse(readFileSync(join(this.configDir, 'tiers.json'), 'utf8')) as { tiers: TierFile[] };
    return [...new Set(tiers.flatMap((tier) => tier.timeframes))].filter(isTimeframe);
  }

  private service<T>(type: abstract new (...args: never[]) => T): T {
    return this.app!.get<T>(type, { strict: false });
  }
}

function shipped(file: string): string {
  return readFileSync(join(import.meta.dirname, '../../config', file), 'utf8');
}
