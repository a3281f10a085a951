import { Inject, Logger, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Registry } from 'prom-client';
import { Clock } from '../kernel/index.js';
import { MetricsModule, ScrapedFamilies } from '../metrics/index.js';
import { DatabaseModule } from './database.module.js';
import { Database } from './database/database.js';
import { AuditTrail } from './audit/audit-trail.js';
import { AuditVerifier } from './audit/audit-verifier.js';
import { PostgresAuditTrail } from './audit/postgres-audit-trail.js';

function verifierOf(database: Database, clock: Clock): AuditVerifier {
  const logger = new Logger('Audit');
  return new AuditVerifier({ database, clock, error: (message) => logger.error(message) });
}

/** Reads and verifies the audit trail. */
@Module({
  imports: [DatabaseModule, MetricsModule],
  providers: [
    { provide: AuditTrail, useClass: PostgresAuditTrail },
    { provide: AuditVerifier, useFactory: verifierOf, inject: [Database, Clock] },
  ],
  exports: [AuditTrail, AuditVerifier],
})
export class AuditTrailModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(AuditVerifier) private readonly verifier: AuditVerifier,
    @Inject(Registry) registry: Registry,
  ) {
    new ScrapedFamilies(registry).gauge(
      'mt5gw_audit_chain_broken',
      '1 when the last verification of the audit trail by this process found that it was tampered with.',
      () => (verifier.state().last?.fault === undefined ? 0 : 1),
    );
  }

  onApplicationBootstrap(): void {
    this.verifier.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.verifier.stop();
  }
}
