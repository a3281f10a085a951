import { Get, Inject } from '@nestjs/common';
import { adminArea, AdminRoute, ApiController } from '../http/index.js';
import { PoolHealth } from '../persistence/index.js';
import { presentPoolInFull } from './pool.presenter.js';
import { PoolAnswer, type PoolView } from './pool.schema.js';

const DATABASE_AREA = adminArea({ scope: 'database', description: 'Watch the connection pool.' });

@ApiController('admin/database')
export class PoolController {
  constructor(@Inject(PoolHealth) private readonly health: PoolHealth) {}

  @AdminRoute(DATABASE_AREA, {
    summary: 'Get the state of the connection pool and of PgBouncer',
    answer: PoolAnswer,
    answerText:
      'Sends no query, so it answers in any state. `error`: no connection; `critical`: 90 % in use, or callers have been ' +
      'waiting for 10 s; `warning`: 75 % in use.',
    example: { data: { pgbouncer: { error: undefined } } },
    duringOutage: true,
  })
  @Get('pool')
  getDatabasePool(): PoolView {
    return presentPoolInFull(this.health.report());
  }
}
