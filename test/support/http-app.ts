import { Global, Module, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AccessModule, KeyIssuer } from '../../src/access/index.js';
import type { NewKey } from '../../src/access/keys/new-key.js';
import { MetricsRoutesModule } from '../../src/health/metrics/metrics-routes.module.js';
import { TierCache } from '../../src/access/tiers/tier-cache.js';
import {
  AccessSettings,
  SeriesSettings,
  ServerSettings,
  TerminalSettings,
  type Tier,
  TierSettings,
} from '../../src/config/index.js';
import { CoreModule, HOST } from '../../src/core/index.js';
import { configureApp, createHttpAdapter, HttpModule, listen } from '../../src/http/index.js';
import { Clock } from '../../src/kernel/index.js';
import {
  AccountStore,
  AuditLog,
  AuditTrail,
  AuditVerifier,
  IdempotencyStore,
  PersistenceModule,
  TierStore,
  UsageLedger,
  UsageStore,
} from '../../src/persistence/index.js';
import { httpSettings } from './gateway-settings.js';
import { ManualClock } from './manual-clock.js';
import { IDLE_VERIFIER, MemoryAuditTrail } from './memory-audit-trail.js';
import { memoryLedger, MemoryUsageStore } from './memory-usage-store.js';
import { MemoryAccountStore } from './memory-account-store.js';
import { MemoryIdempotencyStore } from './memory-idempotency-store.js';
import { MemoryTierStore } from './memory-tier-store.js';
import { RecordingAuditLog } from './recording-audit-log.js';

/** What a test may want to be different. */
export interface HttpAppOptions {
  readonly controllers?: readonly Type[];
  readonly imports?: readonly Type[];
  readonly server?: Partial<ServerSettings>;
  readonly tiers?: readonly Tier[];
  /** Most connections of the port; any number unless a test caps them. */
  readonly maxHttp?: number;
  /** Of the HTTP server itself; the host's unless a test gives one. */
  readonly adapterClock?: Clock;
  /** Instead of those in memory. */
  readonly stores?: { readonly accounts: AccountStore; readonly tiers: TierStore };
}

/** The real adapter, guard, filter and metrics on a free port, with accounts in memory and a clock that stands still. */
export async function startHttpApp(options: HttpAppOptions = {}) {
  const { controllers = [], imports = [], server, tiers, maxHttp, stores, adapterClock = HOST.clock } = options;
  const settings = httpSettings(server, tiers);
  const store = new MemoryAccountStore();
  const tierStore = new MemoryTierStore(store);
  const audit = new RecordingAuditLog();
  const idempotency = new MemoryIdempotencyStore();
  const clock = new ManualClock();
  const usage = new MemoryUsageStore();

  @Global()
  @Module({
    providers: [
      { provide: ServerSettings, useValue: settings.server },
      { provide: TerminalSettings, useValue: settings.terminals },
      { provide: SeriesSettings, useValue: settings.series },
      { provide: AccessSettings, useValue: settings.access },
      { provide: TierSettings, useValue: settings.tiers },
    ],
    exports: [ServerSettings, TerminalSettings, SeriesSettings, AccessSettings, TierSettings],
  })
  class TestSettingsModule {}

  @Module({
    providers: [
      { provide: AccountStore, useValue: stores?.accounts ?? store },
      { provide: TierStore, useValue: stores?.tiers ?? tierStore },
      { provide: AuditLog, useValue: audit },
      { provide: AuditTrail, useValue: new MemoryAuditTrail(audit) },
      { provide: AuditVerifier, useValue: IDLE_VERIFIER },
      { provide: UsageStore, useValue: usage },
      { provide: UsageLedger, useValue: memoryLedger(usage, clock) },
      { provide: IdempotencyStore, useValue: idempotency },
    ],
    exports: [AccountStore, TierStore, AuditLog, IdempotencyStore, AuditTrail, AuditVerifier, UsageStore, UsageLedger],
  })
  class TestPersistenceModule {}

  const testing = await Test.createTestingModule({
    imports: [...imports, CoreModule, TestSettingsModule, HttpModule, MetricsRoutesModule, AccessModule],
    controllers: [...controllers],
  })
    .overrideModule(PersistenceModule)
    .useModule(TestPersistenceModule)
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  const app = testing.createNestApplication(
    createHttpAdapter(settings.server, { maxHttp }, { ...HOST, clock: adapterClock }),
    {
      logger: false,
      abortOnError: false,
    },
  );
  try {
    configureApp(app);
    await listen(app);
  } catch (error) {
    await app.close();
    throw error;
  }
  const issuer = app.get(KeyIssuer);
  return {
    app,
    url: (await app.getUrl()).replace('[::1]', '127.0.0.1'),
    store,
    tierStore,
    tiers: app.get(TierCache, { strict: false }),
    audit,
    idempotency,
    clock,
    issuer,
    /** Makes a key and gives its text. */
    key: async (order: Partial<NewKey> = {}) =>
      (await issuer.create({ kind: 'live', name: 'test', ...order }, { actor: 'test', requestId: undefined })).text,
    close: () => app.close(),
  };
}

/** A running test application. */
export type HttpApp = Awaited<ReturnType<typeof startHttpApp>>;
