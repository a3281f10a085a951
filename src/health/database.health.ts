import { Inject, Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { DatabaseHealth, PoolHealth } from '../persistence/index.js';
import { presentPool } from './pool.presenter.js';

/** Terminus indicator of Postgres and the pool. It names the cause of a failure without secrets. */
@Injectable()
export class DatabaseHealthIndicator {
  constructor(
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(DatabaseHealth) private readonly database: DatabaseHealth,
    @Inject(PoolHealth) private readonly pool: PoolHealth,
  ) {}

  async check(key = 'database'): Promise<HealthIndicatorResult> {
    const { status, tookMs } = await this.database.check();
    const indicator = this.indicators.check(key);
    const pool = presentPool(this.pool.report());
    if (status === 'up') return indicator.up({ took_ms: Math.round(tookMs), pool });
    return indicator.down({ message: this.database.lastFailure?.message ?? 'the database does not answer', pool });
  }
}
