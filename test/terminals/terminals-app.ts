import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AccessModule, KeyIssuer } from '../../src/access/index.js';
import {
  AccessSettings,
  BridgeSettings,
  ConnectionSettings,
  SeriesSettings,
  ServerSettings,
  TerminalSettings,
  TierSettings,
} from '../../src/config/index.js';
import { unprovedPlaces } from '../../src/config/descriptors/descriptor-budget.js';
import { CoreModule, HOST } from '../../src/core/index.js';
import { HealthModule } from '../../src/health/index.js';
import { configureApp, createHttpAdapter, HttpModule, listen } from '../../src/http/index.js';
import { Clock } from '../../src/kernel/index.js';
import { MetricsModule } from '../../src/metrics/index.js';
import {
  AccountStore,
  AuditLog,
  AuditTrail,
  AuditVerifier,
  IdempotencyStore,
  DatabaseHealth,
  PoolHealth,
  PersistenceModule,
  ServerClockStore,
  SymbolMappingStore,
  TierStore,
  UsageLedger,
  UsageStore,
} from '../../src/persistence/index.js';
import type { DatabaseFailure, DatabaseState } from '../../src/persistence/database/database-health.js';
import { TcpTerminalPool, TerminalsModule } from '../../src/terminals/index.js';
import { expectDocumented } from '../support/documented-calls.js';
import { httpSettings } from '../support/gateway-settings.js';
import { ManualClock } from '../support/manual-clock.js';
import { MemoryAccountStore } from '../support/memory-account-store.js';
import { IDLE_VERIFIER, MemoryAuditTrail } from '../support/memory-audit-trail.js';
import { MemoryIdempotencyStore } from '../support/memory-idempotency-store.js';
import { MemoryServerClockStore } from '../support/memory-server-clock-store.js';
import { MemorySymbolMappingStore } from '../support/memory-symbol-mapping-store.js';
import { MemoryTierStore } from '../support/memory-tier-store.js';
import { memoryLedger, MemoryUsageStore } from '../support/memory-usage-store.js';
import { RecordingAuditLog } from '../support/recording-audit-log.js';
import { AnsweringBridge, type BridgeScript } from '../support/answering-bridge.js';
import { configured, MASTER_SECRET } from './pool-harness.js';
import { changed, USUAL_SETTINGS } from '../support/usual-settings.js';

/** A database that is up or down as the test says. */
class SwitchedDatabase extends DatabaseHealth {
  status: DatabaseState['status'] = 'up';
  readonly lastFailure: DatabaseFailure = { at: new Date(0), message: 'connection refused' };

  async check(): Promise<DatabaseState> {
    return { status: this.status, tookMs: 1 };
  }
}

const bridgeSettings = changed(USUAL_SETTINGS.bridge, { port: 0, masterSecret: MASTER_SECRET });

const terminalSettings = changed(USUAL_SETTINGS.terminals, {
  terminals: [configured('MT5_01', 'AUDJPY'), configured('MT5_05', 'EURUSD')],
  queueLimit: 8,
});

/** The health of a pool that nobody uses. */
function idlePool(): PoolHealth {
  const counts = { connect: 0, disconnect: 0, checkout: 0, checkin: 0, timeout: 0, rejection: 0, failure: 0 };
  const stats = () => ({
    ...{
      size: 5,
      checkedOut: 0,
      checkedIn: 5,
      overflow: 0,
      waiters: 0,
      waitingMs: 0,
      capacity: 15,
      unreachable: false,
    },
    counts: { ...counts, invalidation: 0, leak: 0 },
  });
  return new PoolHealth({ name: 'default', database: 'mt5', stats }, undefined);
}

/** The real modules of terminals, health, access and metrics on free ports; only the database is not there. */
export async function startTerminalsApp(
  overrides: Partial<TerminalSettings> & { readonly mappings?: MemorySymbolMappingStore } = {},
  bridgeOverrides: Partial<BridgeSettings> = {},
) {
  const settings = httpSettings();
  const terminals = changed(terminalSettings, overrides);
  const clock = new ManualClock();
  const audit = new RecordingAuditLog();
  const mappings = overrides.mappings ?? new MemorySymbolMappingStore();
  const database = new SwitchedDatabase();
  const values = [
    { provide: ServerSettings, useValue: settings.server },
    { provide: BridgeSettings, useValue: changed(bridgeSettings, bridgeOverrides) },
    { provide: TerminalSettings, useValue: terminals },
    { provide: ConnectionSettings, useValue: { unproved: unprovedPlaces(terminals.terminals.length) } },
    { provide: SeriesSettings, useValue: settings.series },
    { provide: AccessSettings, useValue: settings.access },
    { provide: TierSettings, useValue: settings.tiers },
  ];

  @Global()
  @Module({ providers: values, exports: values.map(({ provide }) => provide) })
  class TestSettingsModule {}

  const usage = new MemoryUsageStore();
  const stores = [
    { provide: AccountStore, useValue: new MemoryAccountStore() },
    { provide: TierStore, useValue: new MemoryTierStore() },
    { provide: AuditLog, useValue: audit },
    { provide: AuditTrail, useValue: new MemoryAuditTrail(audit) },
    { provide: AuditVerifier, useValue: IDLE_VERIFIER },
    { provide: UsageStore, useValue: usage },
    { provide: UsageLedger, useValue: memoryLedger(usage, clock) },
    { provide: IdempotencyStore, useValue: new MemoryIdempotencyStore() },
    { provide: SymbolMappingStore, useValue: mappings },
    { provide: ServerClockStore, useValue: new MemoryServerClockStore() },
    { provide: DatabaseHealth, useValue: database },
    { provide: PoolHealth, useValue: idlePool() },
  ];

  @Module({ providers: stores, exports: stores.map(({ provide }) => provide) })
  class TestPersistenceModule {}

  const testing = await Test.createTestingModule({
    imports: [CoreModule, TestSettingsModule, HttpModule, MetricsModule, AccessModule, TerminalsModule, HealthModule],
  })
    .overrideModule(PersistenceModule)
    .useModule(TestPersistenceModule)
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  const app = testing.createNestApplication(createHttpAdapter(settings.server, { maxHttp: undefined }, HOST), {
    logger: false,
    abortOnError: false,
  });
  configureApp(app);
  await listen(app);
  const pool = app.get(TcpTerminalPool);
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  const bridges: AnsweringBridge[] = [];
  const key = async (scopes: readonly string[]) => {
    const order = { kind: 'adm', name: 'test', scopes } as const;
    return (await app.get(KeyIssuer).create(order, { actor: 'test', requestId: undefined })).text;
  };
  const admin = await key(['terminals']);
  return {
    app,
    url,
    pool,
    clock,
    audit,
    database,
    mappings,
    key,
    /** Status and JSON body, with an admin key unless told otherwise. Throws at an answer that is not documented. */
    call: async (
      method: 'GET' | 'POST' | 'PUT' | 'DELETE',
      path: string,
      apiKey: string | undefined = admin,
      { body, headers = {} }: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
    ) => {
      const json = body === undefined ? {} : { 'content-type': 'application/json' };
      const response = await fetch(url + path, {
        method,
        headers: { ...(apiKey === '' ? {} : { 'X-API-Key': apiKey }), ...json, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      await expectDocumented(method, path, response.clone());
      const text = await response.text();
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        headers: response.headers,
        body: JSON.parse(text) as unknown,
      };
    },
    metrics: async () => (await fetch(`${url}/metrics`)).text(),
    /** Dials; resolves after the welcome or the reject. */
    dial: async (terminalId: string, script: Partial<BridgeScript> = {}) => {
      const { port } = pool.address;
      const bridge = await AnsweringBridge.dial(port, { terminalId, masterSecret: MASTER_SECRET, ...script });
      bridges.push(bridge);
      return bridge;
    },
    /** Dials and waits until the terminal is ready. */
    ready: async (terminalId: string, script: Partial<BridgeScript> = {}) => {
      const { port } = pool.address;
      const isReady = new Promise<void>((resolve) => {
        const off = pool.onChange((change) => {
          if (change.terminalId !== terminalId || change.to !== 'ready') return;
          off();
          resolve();
        });
      });
      const bridge = await AnsweringBridge.dial(port, { terminalId, masterSecret: MASTER_SECRET, ...script });
      bridges.push(bridge);
      await isReady;
      return bridge;
    },
    close: async () => {
      await app.close();
      await Promise.all(bridges.map((bridge) => bridge.leave()));
    },
  };
}
