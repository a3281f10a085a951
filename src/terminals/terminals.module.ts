import { readFile } from 'node:fs/promises';
import {
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type Provider,
} from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Registry } from 'prom-client';
import { BridgeSettings, ConnectionSettings, ServerSettings, TerminalSettings } from '../config/index.js';
import { Jobs } from '../core/index.js';
import { Clock, Random } from '../kernel/index.js';
import { MetricsModule } from '../metrics/index.js';
import { AuditLog, PersistenceModule, ServerClockStore } from '../persistence/index.js';
import { AgentLogObserver } from './observers/agent-log.observer.js';
import { AgentMetricsObserver } from './observers/agent-metrics.observer.js';
import { AgentRecovery } from './upkeep/agent-recovery.js';
import { ServerZones } from './clocks/server-zones.js';
import { ZoneObserver } from './observers/zone.observer.js';
import { IgnoredInputsObserver } from './observers/ignored-inputs.observer.js';
import { SymbolMappings } from './admin/symbol-mappings.js';
import { SymbolMappingsController } from './admin/symbol-mappings.controller.js';
import { TcpTerminalPool } from './pool/tcp-terminal-pool.js';
import { type Operation, Operations } from './upkeep/operations.js';
import { OperationsController } from './admin/operations.controller.js';
import { RollingRestart } from './upkeep/rolling-restart.js';
import { TerminalAdmin } from './admin/terminal-admin.js';
import { TerminalAuditObserver } from './observers/terminal-audit.observer.js';
import { TerminalLog } from './observers/terminal-log.js';
import { TerminalLogObserver } from './observers/terminal-log.observer.js';
import { TerminalMetricsObserver } from './observers/terminal-metrics.observer.js';
import { TerminalPool } from './terminal-pool.js';
import { TerminalProbe } from './upkeep/terminal-probe.js';
import { TerminalSchedule } from './upkeep/terminal-schedule.js';
import { TerminalsController } from './admin/terminals.controller.js';
import { BridgeCertificateError } from './terminals.errors.js';
import { TerminalsHealthIndicator } from './terminals.health.js';

async function createPool(
  terminals: TerminalSettings,
  bridge: BridgeSettings,
  { unproved }: ConnectionSettings,
  clock: Clock,
  random: Random,
): Promise<TcpTerminalPool> {
  const tls = await readTls(bridge);
  const options = { clock, random, terminals, bridge, unproved };
  if (tls === undefined) return new TcpTerminalPool(options);
  try {
    return new TcpTerminalPool({ ...options, tls });
  } catch (error) {
    throw new BridgeCertificateError('BRIDGE_TLS_CERT_FILE or BRIDGE_TLS_KEY_FILE', 'used', error);
  }
}

async function readTls({
  tlsKeyFile,
  tlsCertFile,
}: BridgeSettings): Promise<{ key: string; cert: string } | undefined> {
  if (tlsKeyFile === undefined || tlsCertFile === undefined) return undefined;
  const read = (file: string, setting: string): Promise<string> =>
    readFile(file, 'utf8').catch((error: unknown) => {
      throw new BridgeCertificateError(setting, 'read', error);
    });
  return { key: await read(tlsKeyFile, 'BRIDGE_TLS_KEY_FILE'), cert: await read(tlsCertFile, 'BRIDGE_TLS_CERT_FILE') };
}

const OBSERVERS: Provider[] = [
  {
    provide: TerminalLog,
    useFactory: (pool: TcpTerminalPool) => new TerminalLog(pool.allTerminals().map(({ id }) => id)),
    inject: [TcpTerminalPool],
  },
  TerminalLogObserver,
  TerminalMetricsObserver,
  IgnoredInputsObserver,
  {
    provide: AgentLogObserver,
    useFactory: (pool: TcpTerminalPool, log: TerminalLog, clock: Clock) =>
      new AgentLogObserver(pool.agents, log, clock),
    inject: [TcpTerminalPool, TerminalLog, Clock],
  },
  {
    provide: AgentMetricsObserver,
    useFactory: (pool: TcpTerminalPool, registry: Registry) => new AgentMetricsObserver(pool.agents, registry),
    inject: [TcpTerminalPool, Registry],
  },
  ZoneObserver,
  {
    provide: TerminalAuditObserver,
    useFactory: (pool: TcpTerminalPool, audit: AuditLog, clock: Clock) =>
      new TerminalAuditObserver(pool, audit, () => new Date(clock.nowMs())),
    inject: [TcpTerminalPool, AuditLog, Clock],
  },
];

const WORKERS: Provider[] = [
  {
    provide: TerminalProbe,
    useFactory: (pool: TcpTerminalPool, clock: Clock, settings: TerminalSettings) =>
      new TerminalProbe(pool, clock, settings.reconnectIntervalMs),
    inject: [TcpTerminalPool, Clock, TerminalSettings],
  },
  TerminalSchedule,
  SymbolMappings,
  Operations,
  {
    provide: AgentRecovery,
    useFactory: (pool: TcpTerminalPool, clock: Clock, audit: AuditLog, { restartAfterMs }: TerminalSettings) =>
      new AgentRecovery({ pool, clock, audit, restartAfterMs }),
    inject: [TcpTerminalPool, Clock, AuditLog, TerminalSettings],
  },
  {
    provide: RollingRestart,
    useFactory: (pool: TcpTerminalPool, clock: Clock, operations: Operations, audit: AuditLog) =>
      new RollingRestart({ pool, clock, operations, onEnd: auditEnd(audit, clock) }),
    inject: [TcpTerminalPool, Clock, Operations, AuditLog],
  },
];

/** Audits the result of an operation; the row of its beginning names the actor. */
function auditEnd(audit: AuditLog, clock: Clock): (operation: Operation) => void {
  return ({ id, state, reason, steps }) => {
    const failed = steps.filter((step) => step.state === 'failed').map(({ terminalId }) => terminalId);
    audit.record({
      at: new Date(clock.nowMs()),
      actor: 'system',
      action: 'operation.ended',
      target: `operation:${id}`,
      detail: { state, reason, failed },
      requestId: undefined,
    });
  };
}

const TICK_MS = 1000;
/** HTTP is closed by then, so only background requests could still wait, milliseconds. */
const MAX_DRAIN_MS = 2000;

/** The pool of terminals, its observers, its schedule and its admin routes. */
@Module({
  imports: [TerminusModule, MetricsModule, PersistenceModule],
  controllers: [TerminalsController, OperationsController, SymbolMappingsController],
  providers: [
    {
      provide: TcpTerminalPool,
      useFactory: createPool,
      inject: [TerminalSettings, BridgeSettings, ConnectionSettings, Clock, Random],
    },
    { provide: TerminalPool, useExisting: TcpTerminalPool },
    {
      provide: ServerZones,
      useFactory: ({ serverZones: overrides }: TerminalSettings, store: ServerClockStore, clock: Clock) =>
        new ServerZones({ overrides, store, clock }),
      inject: [TerminalSettings, ServerClockStore, Clock],
    },
    ...OBSERVERS,
    ...WORKERS,
    TerminalAdmin,
    TerminalsHealthIndicator,
  ],
  exports: [TcpTerminalPool, TerminalPool, ServerZones, TerminalsHealthIndicator],
})
export class TerminalsModule implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(
    @Inject(TcpTerminalPool) private readonly pool: TcpTerminalPool,
    @Inject(ServerSettings) private readonly server: ServerSettings,
    @Inject(SymbolMappings) private readonly mappings: SymbolMappings,
    @Inject(ServerZones) private readonly zones: ServerZones,
    @Inject(TerminalSchedule) private readonly schedule: TerminalSchedule,
    @Inject(AgentRecovery) private readonly recovery: AgentRecovery,
    @Inject(Jobs) private readonly jobs: Jobs,
  ) {}

  /** Opens the bridge port: all listeners of the pool have subscribed by now. */
  async onApplicationBootstrap(): Promise<void> {
    await this.mappings.load();
    await this.zones.load();
    await this.pool.start();
    this.jobs.every('terminals', TICK_MS, () => this.schedule.tick());
    this.jobs.every('agents', TICK_MS, () => this.recovery.tick());
  }

  /** First step of a shutdown: readiness turns red and the schedule stops; requests are still served. */
  onModuleDestroy(): void {
    this.pool.beginDrain();
  }

  /** Last step, after HTTP has closed: accepted requests finish, then the bridges get a goaway. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.stop({ drainMs: Math.min(MAX_DRAIN_MS, this.server.shutdownGraceMs) });
    await this.zones.close();
  }
}
