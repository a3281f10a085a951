import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type DemoSettings,
  type EnvironmentSource,
  loadDemoSettings,
  loadSettings,
  type Settings,
} from '../../src/config/index.js';
import { ListenError } from '../../src/http/index.js';
import { OperatorError } from '../../src/kernel/index.js';
import { migrate } from '../../src/persistence/index.js';
import { EmbeddedPostgres } from '../embedded-postgres.js';
import { demoKeys } from './demo-keys.js';
import { DemoFolder } from './demo-folder.js';
import { greeting } from './greeting.js';
import { untilListening, untilReady } from './readiness.js';
import { Service, type ServiceOptions } from './service.js';

const GATEWAY_STOP_MS = 5000;
const SIMULATOR_STOP_MS = 2000;
const KILLED_PATIENCE_MS = 10_000;
const RETRY_MS = 200;

/** A part of the demo cannot be kept running. */
class DemoFailedError extends OperatorError {
  constructor(part: string, how: string) {
    super(`the ${part} does not keep running (${how}); its messages are above`);
  }
}

/** Everything that `npm run demo` starts, in order, and ends again in reverse order. */
export class Demo {
  private readonly demo: DemoSettings;
  /** What was started, newest last. */
  private readonly undo: (() => Promise<void> | void)[] = [];

  constructor(
    private readonly source: EnvironmentSource,
    private readonly stop: AbortController,
  ) {
    this.demo = loadDemoSettings(source);
  }

  /** Starts, says so, and returns when everything has ended again. */
  async run(): Promise<void> {
    try {
      await this.start();
      await new Promise<void>((_, reject) => {
        const ended = () => reject(this.stop.signal.reason as Error);
        if (this.stop.signal.aborted) ended();
        else this.stop.signal.addEventListener('abort', ended, { once: true });
      });
    } catch (error) {
      // A plain abort is somebody's wish to stop; a reason of our own is a failure.
      if (!this.stop.signal.aborted || error instanceof DemoFailedError) throw error;
    } finally {
      await this.end();
    }
  }

  private async start(): Promise<void> {
    const { dataDir, port, bridgePort, host, bridgeHost, candlesDir } = this.demo;
    const folder = new DemoFolder(resolve(dataDir));
    await folder.lock(this.stop.signal);
    this.undo.push(() => folder.unlock());
    // After a SIGKILL the gateway of the killed demo may still be closing its ports.
    const patience = folder.wasKilled() ? KILLED_PATIENCE_MS : 0;
    const ports = {
      api: await freePort({ host, port, setting: 'PORT' }, patience),
      bridge: await freePort({ host: bridgeHost, port: bridgePort, setting: 'BRIDGE_PORT' }, patience),
    };
    const previous = folder.takeDemoFile();

    say('starting Postgres');
    const postgres = new EmbeddedPostgres({ dataDir: folder.path });
    this.undo.push(() => postgres.stop());
    const { url: databaseUrl } = await postgres.start();
    this.stop.signal.throwIfAborted();
    await migrate(databaseUrl);
    const environment = {
      ...this.environment(folder, databaseUrl),
      PORT: String(ports.api),
      BRIDGE_PORT: String(ports.bridge),
    };
    const settings = loadSettings(environment);
    const keys = await demoKeys(settings, previous);

    say('starting the gateway and the simulated terminals');
    const gateway = this.service('gateway', { file: 'dist/src/main.js', environment, stopMs: GATEWAY_STOP_MS });
    const simulatorLog = join(folder.path, 'simulator.log');
    const simulator = this.service('simulator', {
      logFile: simulatorLog,
      file: 'dist/simulator/main.js',
      environment: { ...process.env, SIMULATOR_PLAN: JSON.stringify(this.simulatorPlan(settings)) },
      stopMs: SIMULATOR_STOP_MS,
    });
    this.undo.push(async () => {
      await Promise.all([gateway.stop(), simulator.stop()]);
    });
    gateway.start();
    const url = `http://${reachable(host)}:${ports.api}`;
    await untilListening(url, this.stop.signal);
    simulator.start();
    await this.untilReady(url, settings);
    const file = { url, bridge: `${reachable(bridgeHost)}:${ports.bridge}`, ...keys };
    folder.writeDemoFile(file);
    const market = candlesDir === undefined ? 'a synthetic market' : `candles of ${candlesDir}`;
    process.stdout.write(greeting(file, { market, simulatorLog }));
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
    const onCrash: ServiceOptions['onCrash'] = (part, how) => this.stop.abort(new DemoFailedError(part, how));
    return new Service({ name, ...options, onCrash });
  }

  /** What the gateway reads: our own database and secrets, simulated terminals allowed, the rest as the caller has it. */
  private environment(folder: DemoFolder, databaseUrl: string): NodeJS.ProcessEnv {
    const { masterSecret, keyPepper } = folder.secrets();
    return {
      LOG_LEVEL: 'warn',
      ...this.source,
      DATABASE_URL: databaseUrl,
      MIGRATE_DATABASE_URL: databaseUrl,
      USE_PGBOUNCER: 'false',
      BRIDGE_MASTER_SECRET: masterSecret,
      KEY_PEPPER: keyPepper,
      ALLOW_SIMULATOR: 'true',
    };
  }

  private simulatorPlan({ bridge, terminals }: Settings): object {
    const { bridgeHost, candlesDir } = this.demo;
    return {
      gateway: { host: reachable(bridgeHost), port: bridge.port },
      masterSecret: bridge.masterSecret,
      ...(candlesDir === undefined ? { mode: 'synthetic' } : { mode: 'replay', candlesDir: resolve(candlesDir) }),
      terminals: terminals.terminals.map(({ id, login, symbols }) => ({
        id,
        login,
        symbols: symbols.map(({ name, brokerName }) => ({ name, ...(brokerName !== undefined && { brokerName }) })),
      })),
    };
  }

  private async end(): Promise<void> {
    for (const undo of this.undo.splice(0).reverse()) await undo();
  }
}

/** An address to dial, for one to listen on. */
function reachable(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}

/**
 * Asked before anything is started, so that a second demo does not disturb the first. 0 = any free port.
 * @throws ListenError when the port is still taken after `patienceMs`
 */
async function freePort(where: { host: string; port: number; setting: string }, patienceMs: number): Promise<number> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await tryPort(where.host, where.port);
    } catch (error) {
      if (performance.now() > until) throw new ListenError(where, error);
      await wait(RETRY_MS);
    }
  }
}

async function tryPort(host: string, wanted: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening, reject) => {
    server.once('error', reject);
    server.listen(wanted, host, listening);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => {
    server.close(closed);
  });
  return port;
}

function say(what: string): void {
  process.stdout.write(`demo: ${what}\n`);
}
