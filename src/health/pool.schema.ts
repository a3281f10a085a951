import { Decimal, Flag, OneOf, Part, Schema, Text, Whole, answerOf } from '../http/index.js';
import type { PoolStatus } from '../persistence/index.js';

@Schema('Newest answer of PgBouncer’s console. The figures are present while it is `up`.')
export class PgBouncerView {
  @Flag('True when it answered.', true) readonly up!: boolean;
  @Text('Time of the answer.', '2026-11-20T14:03:21.004Z', 'optional') readonly as_of?: string;
  @Whole('Clients that have a server connection, or need none.', 5, 'optional') readonly cl_active?: number;
  @Whole('Clients that wait for a server connection.', 0, 'optional') readonly cl_waiting?: number;
  @Whole('Server connections in use.', 2, 'optional') readonly sv_active?: number;
  @Whole('Server connections that wait for a client.', 8, 'optional') readonly sv_idle?: number;
  @Decimal('Age of the oldest waiting client, seconds.', 0, 'optional') readonly maxwait?: number;
  @Text('Reason of its absence; only on the admin route.', 'pgbouncer: connection refused', 'optional')
  readonly error?: string;
}

@Schema('The connection pool.')
export class PoolView {
  @Text('Name of the pool.', 'default') readonly pool!: string;
  @OneOf(
    '`error`: no connection. `critical`: 90 % in use, or callers have waited for 10 s. `warning`: 75 % in use.',
    ['healthy', 'warning', 'critical', 'error'],
    'healthy',
  )
  readonly status!: PoolStatus;
  @Whole('Open connections.', 5) readonly size!: number;
  @Whole('Connections in use.', 2) readonly checked_out!: number;
  @Whole('Idle connections.', 3) readonly checked_in!: number;
  @Whole('Connections above `DB_POOL_SIZE`.', 0) readonly overflow!: number;
  @Whole('Waiting callers.', 0) readonly waiters!: number;
  @Decimal('Connections in use as a share of the capacity.', 13.33) readonly utilization_percent!: number;
  @Whole('Upper bound of connections.', 15) readonly total_capacity!: number;
  @Part('Null without a PgBouncer console.', PgBouncerView, 'nullable') readonly pgbouncer!: PgBouncerView | null;
}

export const PoolAnswer = answerOf('PoolAnswer', PoolView, 'The pool now.');
