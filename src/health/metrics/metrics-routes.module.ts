import { Module } from '@nestjs/common';
import { MetricsModule } from '../../metrics/index.js';
import { ConnectionMetrics } from './connection.metrics.js';
import { HttpMetrics } from './http.metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsServer } from './metrics.server.js';

/** `/metrics` on the port of the API or on a separate one, and the metrics of HTTP. */
@Module({
  imports: [MetricsModule],
  controllers: [MetricsController],
  providers: [ConnectionMetrics, HttpMetrics, MetricsServer],
})
export class MetricsRoutesModule {}
