import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type DemoSettings,
  type EnvironmentSource,
  loadDemoSettings,
  loadSettings,
  type Settings,
} from '../../src/config/index.js';
import { migrate } from '../../src/persistence/index.js';
import { CandlesFolderError, DemoFailedError } from './demo.errors.js';
import { demoKeys } from './demo-keys.js';
import { DemoFolder } from './demo-folder.js';
import { greeting } from './greeting.js';
import { freePort, reachable } from './ports.js';
import { PostgresKeeper } from './postgres-keeper.js';
import { untilListening, untilReady } from './readiness.js';
import { Service, type ServiceOptions } from './service.js';
import { simulatorPlan } from './simulator-plan.js';

/** Storing the last bars may take five seconds of it; the whole demo has ten seconds to end. */
const GATEWAY_STOP_MS = 6500;
const SIMULATOR_STOP_MS = 2000;
const KILLED_PATIENCE_MS = 10_000;
/** Settings of a production gateway, perhaps from a .env file, that do not fit the demo. */
const NOT_FOR_THE_DEMO = [
  ...['DATABASE_URL_FILE', 'MIGRATE_DATABASE_URL_FILE', 'BRIDGE_MASTER_SECRET_FILE', 'KEY_PEPPER_FILE'],
  ...['BRIDGE_TLS_CERT_FILE', 'BRIDGE_TLS_KEY_FILE', 'METRICS_PORT', 'MT5_LOGIN', 'MT5_SERVER'],
];
/** Placeholder for the demo's database while the settings are checked, before anything starts. */
const NO_DATABASE_YET = 'postgres://127.0.0.1/not-started-yet';

/** Starts everything of `npm run demo` in order, and ends it in reverse order. */
export class Demo {
  private readonly demo: DemoSettings;
  /** Stop functions of what was started, newest last. */
  private readonly undo: (() => Promise<void> | void)[] = [];

  constructor(
    private readonly source: EnvironmentSource,
    private readonly stop: AbortController,
  ) {
    this.demo = loadDemoSettings(source);
  }

  /** Starts, prints the greeting, and resolves when everything has ended. */
  async run(): Promise<void> {
    try {
      await this.start();
      await new Promise<void>((_, reject) => {
        const ended = () => reject(this.stop.signal.reason as Error);
        if (this.stop.signal.aborted) ended();
        else this.stop.signal.addEventListener('abort', ended, { once: true });
      });
    } catch (error) {
      // A plain abort is a requested stop; an abort with a reason is a failure.
      const { aborted, reason } = this.stop.signal;
      if (!aborted) throw error;
      if (reason instanceof DemoFailedError) throw reason;
    } finally {
      await this.end();
    }
  }

  private async start(): Promise<void> {
    const { dataDir, port, bridgePort, host, bridgeHost } = this.demo;
    const folder = new DemoFolder(resolve(dataDir));
    await folder.lock(this.stop.signal);
    this.undo.push(() => folder.unlock());
    this.stop.signal.addEventListener('abort', () => folder.markEnding(), { once: true });
    const previous = folder.takeDemoFile();
    // Checks everything before the first start.
    loadSettings(this.environment(folder, NO_DATABASE_YET));
    const candlesDir = this.candlesDir();
    // After a SIGKILL the gateway of the killed demo may still be closing its ports.
    const patience = folder.wasKilled() ? KILLED_PATIENCE_MS : 0;
    const ports = {
      PORT: String(await freePort({ host, port, setting: 'PORT' }, patience)),
      BRIDGE_PORT: String(await freePort({ host: bridgeHost, port: bridgePort, setting: 'BRIDGE_PORT' }, patience)),
    };
    const environment = { ...this.environment(folder, await this.startDatabase(folder)), ...ports };
    const settings = loadSettings(environment);
    const keys = await demoKeys(settings, previous);

    say('starting the gateway and the simulated terminals');
    const gateway = this.service('gateway', { file: 'src/main.js', environment, stopMs: GATEWAY_STOP_MS });
    const simulatorLog = join(folder.path, 'simulator.log');
    const plan = simulatorPlan(settings, { host: dialable(bridgeHost), candlesDir });
    const simulator = this.service('simulator', {
      logFile: simulatorLog,
      file: 'simulator/main.js',
      environment: { ...process.env, SIMULATOR_PLAN: JSON.stringify(plan) },
      stopMs: SIMULATOR_STOP_MS,
    });
    this.undo.push(async () => {
      await Promise.all([gateway.stop(), simulator.stop()]);
    });
    gateway.start();
    const url = `http://${reachable(host)}:${ports.PORT}`;
    await untilListening(url, this.stop.signal);
    simulator.start();
    await this.untilReady(url, settings);
    const file = { url, bridge: `${reachable(bridgeHost)}:${ports.BRIDGE_PORT}`, ...keys };
    folder.writeDemoFile(file);
    const market = candlesDir === undefined ? 'a synthetic market' : `candles of ${candlesDir}`;
    process.stdout.write(greeting(file, { settings, market, simulatorLog }));
  }

  /** Starts the demo's Postgres with the schema of this build. */
  private async startDatabase(folder: DemoFolder): Promise<string> {
    say('starting Postgres');
    const postgres = new PostgresKeeper(folder.path, (how) => this.fail('Postgres', how));
    this.undo.push(() => postgres.stop());
    const url = await postgres.start();
    this.stop.signal.throwIfAborted();
    await migrate(url);
    return url;
  }

  private candlesDir(): string | undefined {
    const { candlesDir } = this.demo;
    if (candlesDir === undefined) return undefined;
    const folder = resolve(candlesDir);
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw new CandlesFolderError(folder);
    return folder;
  }

  private async untilReady(url: string, { terminals: { terminals }, series: { timeframes } }: Settings): Promise<void> {
    const symbols = new Set(terminals.flatMap((terminal) => terminal.symbols.map(({ name }) => name)));
    const series = symbols.size * timeframes.length;
    await untilReady(url, {
      terminals: terminals.length,
      series,
      signal: this.stop.signal,
      onProgress: ({ terminalsReady, seriesLive }) =>
        say(`${terminalsReady} of ${terminals.length} terminals, ${seriesLive} of ${series} series`),
    });
  }

  private service(name: string, options: Omit<ServiceOptions, 'name' | 'onCrash'>): Service {
    return new Service({ name, ...options, onCrash: (part, how) => this.fail(part, how) });
  }

  private fail(part: string, how: string): void {
    this.stop.abort(new DemoFailedError(part, how));
  }

  /**
   * Settings of the gateway: the demo's database and secrets, simulated terminals allowed, and nothing that keeps the
   * terminals or the demo from reaching it; the rest as the caller set it.
   */
  private environment(folder: DemoFolder, databaseUrl: string): NodeJS.ProcessEnv {
    const { masterSecret, keyPepper } = folder.secrets();
    const unset = Object.fromEntries(NOT_FOR_THE_DEMO.map((name) => [name, '']));
    return {
      LOG_LEVEL: 'warn',
      SHUTDOWN_GRACE_MS: '1000',
      SHUTDOWN_DELAY_MS: '0',
      ADMIN_DOCS_ACCESS: 'open',
      ...this.source,
      ...unset,
      DATABASE_URL: databaseUrl,
      MIGRATE_DATABASE_URL: databaseUrl,
      USE_PGBOUNCER: 'false',
      BRIDGE_MASTER_SECRET: masterSecret,
      KEY_PEPPER: keyPepper,
      ALLOW_SIMULATOR: 'true',
      AUDIT_SPOOL_DIR: join(folder.path, 'audit-spool'),
    };
  }

  private async end(): Promise<void> {
    for (const undo of this.undo.splice(0).reverse()) await undo();
  }
}

/** Strips the brackets that an address has in a URL. */
function dialable(host: string): string {
  return reachable(host).replaceAll(/[[\]]/g, '');
}

function say(what: string): void {
  process.stdout.write(`demo: ${what}\n`);
}
