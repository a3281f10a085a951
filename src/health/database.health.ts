import { Inject, Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { DatabaseHealth } from '../persistence/index.js';

/** Terminus indicator: whether Postgres answers. The cause of a failure is said, without secrets. */
@Injectable()
export class DatabaseHealthIndicator {
  constructor(
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(DatabaseHealth) private readonly database: DatabaseHealth,
  ) {}

  async check(key = 'database'): Promise<HealthIndicatorResult> {
    const { status, tookMs } = await this.database.check();
    const indicator = this.indicators.check(key);
    if (status === 'up') return indicator.up({ took_ms: Math.round(tookMs) });
    return indicator.down({ message: this.database.lastFailure?.message ?? 'the database does not answer' });
  }
}
