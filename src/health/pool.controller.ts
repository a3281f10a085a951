import { Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminRoute, ApiController } from '../http/index.js';
import { PoolHealth } from '../persistence/index.js';
import { presentPoolInFull } from './pool.presenter.js';
import { PoolAnswer, type PoolView } from './pool.schema.js';

/** What a pool behind PgBouncer looks like; also the example of `/health/ready`. */
export const POOL_EXAMPLE: PoolView = {
  pool: 'default',
  status: 'healthy',
  size: 5,
  checked_out: 2,
  checked_in: 3,
  overflow: 0,
  waiters: 0,
  utilization_percent: 13.33,
  total_capacity: 15,
  pgbouncer: {
    up: true,
    as_of: '2026-11-20T14:03:21.004Z',
    cl_active: 5,
    cl_waiting: 0,
    sv_active: 2,
    sv_idle: 8,
    maxwait: 0,
  },
};

@ApiTags('Admin: database')
@ApiController('admin/database')
export class PoolController {
  constructor(@Inject(PoolHealth) private readonly health: PoolHealth) {}

  @AdminRoute('database', { duringOutage: true })
  @Get('pool')
  @ApiOperation({ operationId: 'getDatabasePool', summary: 'Connection pool, and PgBouncer behind it' })
  @ApiOkResponse({
    description:
      'Asks nobody, so it answers in any state. `error`: no connection; `critical`: 90 % in use, or callers have been ' +
      'waiting for 10 s; `warning`: 75 % in use.',
    type: PoolAnswer,
    example: { success: true, data: POOL_EXAMPLE },
  })
  pool(): PoolAnswer {
    return { success: true, data: presentPoolInFull(this.health.report()) };
  }
}
