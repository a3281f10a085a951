import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { ConnectionMetrics } from './connection.metrics.js';
import { HttpMetrics } from './http.metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsServer } from './metrics.server.js';
import { createRegistry } from './registry.js';

/** The registry (inject `Registry` of prom-client to add families), the HTTP histogram and `/metrics`. */
@Module({
  controllers: [MetricsController],
  providers: [{ provide: Registry, useFactory: createRegistry }, ConnectionMetrics, HttpMetrics, MetricsServer],
  exports: [Registry],
})
export class MetricsModule {}
