import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { PoolStatus } from '../persistence/index.js';

/** PgBouncer as it answered the last time it was asked. The figures are there while it is `up`. */
@ApiSchema({
  description: 'PgBouncer as it answered the last time it was asked. The figures are there while it is `up`.',
})
export class PgBouncerView {
  @ApiProperty({ description: 'It answered.', example: true })
  readonly up!: boolean;

  @ApiProperty({ required: false, description: 'When it answered.', example: '2026-11-20T14:03:21.004Z' })
  readonly as_of?: string;

  @ApiProperty({
    required: false,
    description: 'Clients that have a server connection, or need none.',
    type: 'integer',
    example: 5,
  })
  readonly cl_active?: number;

  @ApiProperty({
    required: false,
    description: 'Clients that wait for a server connection.',
    type: 'integer',
    example: 0,
  })
  readonly cl_waiting?: number;

  @ApiProperty({ required: false, description: 'Server connections in use.', type: 'integer', example: 2 })
  readonly sv_active?: number;

  @ApiProperty({
    required: false,
    description: 'Server connections that wait for a client.',
    type: 'integer',
    example: 8,
  })
  readonly sv_idle?: number;

  @ApiProperty({
    required: false,
    description: 'For how long the oldest waiting client has waited, seconds.',
    example: 0,
  })
  readonly maxwait?: number;

  @ApiProperty({
    required: false,
    description: 'Why it did not answer; only on the admin route.',
    example: 'pgbouncer: connection refused',
  })
  readonly error?: string;
}

/** The connection pool. */
@ApiSchema({ description: 'The connection pool.' })
export class PoolView {
  @ApiProperty({ description: 'Name of the pool.', example: 'default' })
  readonly pool!: string;

  @ApiProperty({
    description:
      '`error`: no connection. `critical`: 90 % in use, or callers have waited for 10 s. `warning`: 75 % in use.',
    enum: ['healthy', 'warning', 'critical', 'error'],
    example: 'healthy',
  })
  readonly status!: PoolStatus;

  @ApiProperty({ description: 'Connections that exist.', type: 'integer', example: 5 })
  readonly size!: number;

  @ApiProperty({ description: 'Connections in use.', type: 'integer', example: 2 })
  readonly checked_out!: number;

  @ApiProperty({ description: 'Connections that wait for use.', type: 'integer', example: 3 })
  readonly checked_in!: number;

  @ApiProperty({ description: 'Connections above `DB_POOL_SIZE`.', type: 'integer', example: 0 })
  readonly overflow!: number;

  @ApiProperty({ description: 'Callers that wait for a connection.', type: 'integer', example: 0 })
  readonly waiters!: number;

  @ApiProperty({ description: 'Connections in use, of those that may exist.', example: 13.33 })
  readonly utilization_percent!: number;

  @ApiProperty({ description: 'Connections that may exist.', type: 'integer', example: 15 })
  readonly total_capacity!: number;

  @ApiProperty({ description: 'Null when there is none to ask.', type: PgBouncerView, nullable: true })
  readonly pgbouncer!: PgBouncerView | null;
}

/** Answer of GET /admin/database/pool. */
@ApiSchema({ description: 'Answer of GET /admin/database/pool.' })
export class PoolAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The pool now.', type: PoolView })
  readonly data!: PoolView;
}
