import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';
import { simulatorPlan } from '../cli/demo/simulator-plan.js';
import { KeyIssuer } from '../src/access/index.js';
import { SeriesRegistry } from '../src/candles/index.js';
import { loadSettings, type Settings } from '../src/config/index.js';
import { createGateway } from '../src/create-gateway.js';
import { listen } from '../src/http/index.js';
import { migrate } from '../src/persistence/index.js';
import { TcpTerminalPool } from '../src/terminals/index.js';

const BUILD = join(import.meta.dirname, '..');
const LOOK_EVERY_MS = 10;

/** The gateway in this process, its Postgres, and the terminals of the shipped configuration in one other process. */
export class GatewayBench {
  private readonly folder = mkdtempSync(join(tmpdir(), 'mt5-gateway-bench-'));
  private readonly postgres = new EmbeddedPostgres({ dataDir: this.folder });
  private databaseUrl = '';
  private app: NestFastifyApplication | undefined;
  private simulator: ChildProcess | undefined;

  constructor(private readonly variables: Readonly<Record<string, string>> = {}) {
    // As root the server runs as another user, who needs access.
    chmodSync(this.folder, 0o755);
  }

  async startDatabase(): Promise<void> {
    this.databaseUrl = (await this.postgres.start()).url;
    await migrate(this.databaseUrl);
  }

  get settings(): Settings {
    return loadSettings({
      DATABASE_URL: this.databaseUrl,
      USE_PGBOUNCER: 'false',
      BRIDGE_MASTER_SECRET: 'a master secret for benchmarks only',
      KEY_PEPPER: 'a pepper for benchmarks only, long enough',
      ALLOW_SIMULATOR: 'true',
      PORT: '0',
      BRIDGE_PORT: '0',
      LOG_LEVEL: 'silent',
      SHUTDOWN_GRACE_MS: '0',
      ...this.variables,
    });
  }

  /** Starts the gateway; returns its origin. */
  async startGateway(): Promise<string> {
    this.app = await createGateway(this.settings);
    await listen(this.app);
    return (await this.app.getUrl()).replace('[::1]', '127.0.0.1');
  }

  /** A PRO key. */
  async key(): Promise<string> {
    const order = { kind: 'live', name: 'bench', tier: 'PRO' } as const;
    const by = { actor: 'bench', requestId: undefined };
    return (await this.app!.get(KeyIssuer, { strict: false }).create(order, by)).text;
  }

  /** A part of the running gateway. */
  service<T>(token: Function & { readonly prototype: T }): T {
    return this.app!.get(token as never, { strict: false });
  }

  get series(): SeriesRegistry {
    return this.app!.get(SeriesRegistry, { strict: false });
  }

  get pool(): TcpTerminalPool {
    return this.app!.get(TcpTerminalPool, { strict: false });
  }

  startTerminals(): void {
    const { settings } = this;
    const plan = simulatorPlan(
      { ...settings, bridge: Object.assign(settings.bridge, { port: this.pool.address.port }) },
      { host: '127.0.0.1', candlesDir: undefined },
    );
    this.simulator = spawn(process.execPath, [...process.execArgv, join(BUILD, 'simulator', 'main.js')], {
      env: { ...process.env, SIMULATOR_PLAN: JSON.stringify(plan) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  async stopTerminals(): Promise<void> {
    const child = this.simulator;
    if (child === undefined) return;
    this.simulator = undefined;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  async stopGateway(): Promise<void> {
    await this.app?.close();
    this.app = undefined;
  }

  async close(): Promise<void> {
    await this.stopTerminals();
    await this.stopGateway();
    await this.postgres.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Polls until `isSo` holds. @throws Error after `budgetMs` */
export async function until(isSo: () => boolean, budgetMs: number): Promise<void> {
  const deadline = performance.now() + budgetMs;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`not so after ${budgetMs} ms`);
    await wait(LOOK_EVERY_MS);
  }
}
