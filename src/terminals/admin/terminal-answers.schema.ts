import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { OperationSchema } from './operations.schema.js';
import type { TerminalState } from '../terminal-pool.js';
import { TerminalAccountSchema, TerminalLogSchema, TerminalStatsSchema } from './terminal-reports.schema.js';
import type { RestartAction } from '../upkeep/terminal-restart.js';
import { TERMINAL_STATES, TerminalHealthSchema, TerminalSchema } from './terminal.schema.js';

/** All terminals. */
@ApiSchema({ description: 'All terminals.' })
export class TerminalListSchema {
  @ApiProperty({ description: 'In configured order.', type: [TerminalSchema] })
  readonly terminals!: readonly TerminalSchema[];
}

/** Health of all terminals. */
@ApiSchema({ description: 'Health of all terminals.' })
export class TerminalHealthListSchema {
  @ApiProperty({ description: 'In configured order.', type: [TerminalHealthSchema] })
  readonly terminals!: readonly TerminalHealthSchema[];
}

/** What is being done to a terminal. */
@ApiSchema({ description: 'What is being done to a terminal.' })
export class TerminalActionSchema {
  @ApiProperty({ description: 'Which terminal.', example: 'MT5_05' })
  readonly terminal_id!: string;

  @ApiProperty({
    description: '`restart`: its program restarts. `reconnect`: only its link is dropped and dials again.',
    enum: ['restart', 'reconnect'],
    example: 'reconnect',
  })
  readonly action!: RestartAction;
}

/** Whether a terminal serves, and what it has still to finish. */
@ApiSchema({ description: 'Whether a terminal serves, and what it has still to finish.' })
export class TerminalServingSchema {
  @ApiProperty({ description: 'Which terminal.', example: 'MT5_05' })
  readonly terminal_id!: string;

  @ApiProperty({
    description: '`draining` while it takes no new requests.',
    enum: TERMINAL_STATES,
    example: 'draining',
  })
  readonly state!: TerminalState;

  @ApiProperty({ description: 'Since when.', example: '2026-11-20T14:03:21.004Z' })
  readonly since!: string;

  @ApiProperty({ description: 'Requests that it is answering.', type: 'integer', example: 1 })
  readonly in_flight!: number;

  @ApiProperty({ description: 'Requests that wait for their turn.', type: 'integer', example: 0 })
  readonly queue_depth!: number;
}

/** A restart of all terminals that began. */
@ApiSchema({ description: 'A restart of all terminals that began.' })
export class RollingRestartSchema {
  @ApiProperty({ description: 'Names the operation; ask for its progress.', example: 'op_5f0c9d2e8a7b6c51' })
  readonly operation_id!: string;

  @ApiProperty({ description: 'How long one terminal may take to come back, seconds.', type: 'integer', example: 120 })
  readonly step_limit_seconds!: number;

  @ApiProperty({ description: 'How far it is.', type: OperationSchema })
  readonly operation!: OperationSchema;
}

/** Answer of GET /admin/terminals. */
@ApiSchema({ description: 'Answer of GET /admin/terminals.' })
export class TerminalListAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'All terminals.', type: TerminalListSchema })
  readonly data!: TerminalListSchema;
}

/** Answer of GET /admin/terminals/health. */
@ApiSchema({ description: 'Answer of GET /admin/terminals/health.' })
export class TerminalHealthAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'Health of all terminals.', type: TerminalHealthListSchema })
  readonly data!: TerminalHealthListSchema;
}

/** Answer of GET /admin/terminals/stats. */
@ApiSchema({ description: 'Answer of GET /admin/terminals/stats.' })
export class TerminalStatsAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The figures.', type: TerminalStatsSchema })
  readonly data!: TerminalStatsSchema;
}

/** Answer of GET /admin/terminals/{id}. */
@ApiSchema({ description: 'Answer of GET /admin/terminals/{id}.' })
export class TerminalAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The terminal now.', type: TerminalSchema })
  readonly data!: TerminalSchema;
}

/** Answer of GET /admin/terminals/{id}/account. */
@ApiSchema({ description: 'Answer of GET /admin/terminals/{id}/account.' })
export class TerminalAccountAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The account.', type: TerminalAccountSchema })
  readonly data!: TerminalAccountSchema;
}

/** Answer of GET /admin/terminals/{id}/logs. */
@ApiSchema({ description: 'Answer of GET /admin/terminals/{id}/logs.' })
export class TerminalLogAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The lines.', type: TerminalLogSchema })
  readonly data!: TerminalLogSchema;
}

/** Answer of the routes that reconnect or restart a terminal. */
@ApiSchema({ description: 'Answer of the routes that reconnect or restart a terminal.' })
export class TerminalActionAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'What is being done.', type: TerminalActionSchema })
  readonly data!: TerminalActionSchema;
}

/** Answer of the routes that drain and resume a terminal. */
@ApiSchema({ description: 'Answer of the routes that drain and resume a terminal.' })
export class TerminalServingAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'As it is now.', type: TerminalServingSchema })
  readonly data!: TerminalServingSchema;
}

/** Answer of POST /admin/terminals/restart-all. */
@ApiSchema({ description: 'Answer of POST /admin/terminals/restart-all.' })
export class RollingRestartAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The operation that began.', type: RollingRestartSchema })
  readonly data!: RollingRestartSchema;
}
