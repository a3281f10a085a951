import type { Abstract, DynamicModule, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Logger, type PinoLogger } from 'nestjs-pino';
import { pino } from 'pino';
import { AccessModule } from '../../src/access/index.js';
import type { BridgeSettings, ServerSettings, TerminalSettings, Tier } from '../../src/config/index.js';
import { CoreModule, HOST } from '../../src/core/index.js';
import { HealthModule } from '../../src/health/index.js';
import { MetricsRoutesModule } from '../../src/health/metrics/metrics-routes.module.js';
import { configureApp, createHttpAdapter, HttpModule, listen } from '../../src/http/index.js';
import { Clock } from '../../src/kernel/index.js';
import { type AccountStore, PersistenceModule, type TierStore } from '../../src/persistence/index.js';
import { TerminalsModule } from '../../src/terminals/index.js';
import { configured, FREE, PRO, serverSettings, settingProviders } from './gateway-settings.js';
import { ManualClock } from './manual-clock.js';
import { MemoryStores } from './memory-stores.js';
import { TestGateway } from './test-gateway.js';

/** A gateway in this process: real modules, HTTP and bridge ports; stores in memory, and a clock that the test moves. */
export function gateway(): GatewayBuilder {
  return new GatewayBuilder();
}

/** Collects what a test needs of a gateway; `start` brings it up. */
export class GatewayBuilder {
  private readonly controllers: Type[] = [];
  private readonly ownModules: Type[] = [CoreModule, HttpModule, MetricsRoutesModule, AccessModule];
  private readonly modules: (Type | DynamicModule)[] = [];
  private logger: Logger | undefined;
  private server: Partial<ServerSettings> = {};
  private bridge: Partial<BridgeSettings> = {};
  private terminals: Partial<TerminalSettings> = {};
  private tiers: readonly Tier[] = [FREE, PRO];
  private stores: { readonly accounts?: AccountStore; readonly tiers?: TierStore } = {};
  private maxHttp: number | undefined;
  private adapterClock: Clock = HOST.clock;

  withControllers(...controllers: Type[]): this {
    this.controllers.push(...controllers);
    return this;
  }

  withModules(...modules: (Type | DynamicModule)[]): this {
    this.modules.push(...modules);
    return this;
  }

  /** Logs into this list, one JSON text a line. `LoggerModule` would keep the first logger of the process. */
  withLog(lines: string[], level = 'trace'): this {
    const logger: unknown = pino({ level }, { write: (line: string) => void lines.push(line) });
    this.logger = new Logger(logger as PinoLogger, {});
    return this;
  }

  /** The bridge port, MT5_01 (AUDJPY) and MT5_05 (EURUSD), their admin routes and the routes of health. */
  withTerminals(changes: Partial<TerminalSettings> = {}): this {
    this.terminals = { terminals: [configured('MT5_01', 'AUDJPY'), configured('MT5_05')], queueLimit: 8, ...changes };
    this.ownModules.push(TerminalsModule, HealthModule);
    return this;
  }

  withBridge(changes: Partial<BridgeSettings>): this {
    this.bridge = changes;
    return this;
  }

  withServer(changes: Partial<ServerSettings>): this {
    this.server = changes;
    return this;
  }

  withTiers(...tiers: readonly Tier[]): this {
    this.tiers = tiers;
    return this;
  }

  /** These stores instead of the ones in memory. */
  withStores(stores: { readonly accounts: AccountStore; readonly tiers: TierStore }): this {
    this.stores = stores;
    return this;
  }

  withMaxConnections(count: number): this {
    this.maxHttp = count;
    return this;
  }

  /** The clock of the HTTP server itself; the host's by default. */
  withAdapterClock(clock: Clock): this {
    this.adapterClock = clock;
    return this;
  }

  async start(): Promise<TestGateway> {
    const clock = new ManualClock();
    const stores = new MemoryStores(clock);
    const { server, bridge, terminals, tiers } = this;
    const testing = await Test.createTestingModule({
      imports: [
        ...this.modules,
        { ...exporting(settingProviders({ server, bridge, terminals, tiers })), global: true },
        ...this.ownModules,
      ],
      controllers: this.controllers,
    })
      .overrideModule(PersistenceModule)
      .useModule(exporting(stores.providers(this.stores)))
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    const host = { ...HOST, clock: this.adapterClock };
    const adapter = createHttpAdapter(serverSettings(server), { maxHttp: this.maxHttp }, host);
    const app = testing.createNestApplication(adapter, { logger: false, abortOnError: false });
    try {
      configureApp(app);
      await listen(app);
    } catch (error) {
      await app.close();
      throw error;
    }
    if (this.logger !== undefined) app.useLogger(this.logger);
    return new TestGateway(app, (await app.getUrl()).replace('[::1]', '127.0.0.1'), clock, stores);
  }
}

/** A module that exports all its providers. */
function exporting(providers: { readonly provide: Abstract<unknown>; readonly useValue: unknown }[]): DynamicModule {
  return { module: class TestModule {}, providers, exports: providers.map(({ provide }) => provide) };
}
