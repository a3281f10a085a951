import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { PersistenceModule } from '../persistence/index.js';
import { TerminalsModule } from '../terminals/index.js';
import { DatabaseHealthIndicator } from './database.health.js';
import { HealthSummaryController, ProbeController } from './health.controller.js';
import { MetricsRoutesModule } from './metrics/metrics-routes.module.js';
import { PoolController } from './pool.controller.js';

/** Liveness, readiness, the public summary and `/metrics`. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false }), MetricsRoutesModule, PersistenceModule, TerminalsModule],
  controllers: [HealthSummaryController, ProbeController, PoolController],
  providers: [DatabaseHealthIndicator],
})
export class HealthModule {}
