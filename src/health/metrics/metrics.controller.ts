import { Controller, Get, Header, NotFoundException } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Registry } from 'prom-client';
import { ServerSettings } from '../../config/index.js';
import { PublicRoute } from '../../http/index.js';

/** Prometheus text on the main port, unless METRICS_PORT is set. */
@ApiTags('Operations')
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly registry: Registry,
    private readonly settings: ServerSettings,
  ) {}

  @PublicRoute({ summary: 'Metrics for Prometheus' })
  @Get()
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  @Header('cache-control', 'no-store')
  @ApiOkResponse({
    description: 'Prometheus text format.',
    content: {
      'text/plain': {
        schema: { type: 'string' },
        example: 'http_request_duration_seconds_count{method="GET",route="/api/v1/me",status="200"} 12',
      },
    },
  })
  getMetrics(): Promise<string> {
    if (this.settings.metricsPort !== undefined) throw new NotFoundException();
    return this.registry.metrics();
  }
}
