import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IntegerParameter, TextParameter } from '../../http/index.js';

/** Query of GET /admin/operations. */
export class ListOperationsQuery {
  @IntegerParameter({ min: 1, max: 1000, default: 100, description: 'Operations a page.', example: 100 })
  readonly limit!: number;

  @TextParameter({
    pattern: /^op_[0-9a-f]{16}$/,
    allowed: 'a next_cursor of this list',
    description: '`next_cursor` of the page before.',
    example: 'op_5f0c9d2e8a7b6c51',
  })
  readonly cursor?: string;
}

/** How far an operation is with one terminal. */
@ApiSchema({ description: 'How far an operation is with one terminal.' })
export class OperationStepSchema {
  @ApiProperty({ description: 'Which terminal.', example: 'MT5_01' })
  readonly terminal_id!: string;

  @ApiProperty({
    description: '`ready`: it is back. `skipped`: it was left alone, `reason` says why.',
    enum: ['waiting', 'restarting', 'ready', 'failed', 'skipped'],
    example: 'ready',
  })
  readonly state!: string;

  @ApiProperty({ description: 'Since when; null while it waits.', nullable: true, type: String, example: null })
  readonly since!: string | null;

  @ApiProperty({ description: 'Why it failed or was skipped.', nullable: true, type: String, example: null })
  readonly reason!: string | null;
}

/** Something that takes minutes and goes from terminal to terminal. */
@ApiSchema({ description: 'Something that takes minutes and goes from terminal to terminal.' })
export class OperationSchema {
  @ApiProperty({ description: 'Names the operation until the gateway stops.', example: 'op_5f0c9d2e8a7b6c51' })
  readonly id!: string;

  @ApiProperty({ description: 'What it does.', enum: ['terminals.restart-all'], example: 'terminals.restart-all' })
  readonly kind!: string;

  @ApiProperty({
    description: '`failed`: at least one terminal is not back.',
    enum: ['running', 'done', 'failed', 'cancelled'],
    example: 'running',
  })
  readonly state!: string;

  @ApiProperty({ description: 'Why it ended as it did.', nullable: true, type: String, example: null })
  readonly reason!: string | null;

  @ApiProperty({ description: 'Nothing new is begun.', example: false })
  readonly cancel_requested!: boolean;

  @ApiProperty({ description: 'Who asked for it.', example: 'key:7hJk2LmN0p' })
  readonly started_by!: string;

  @ApiProperty({ description: 'When it began.', example: '2026-11-20T14:03:21.004Z' })
  readonly started_at!: string;

  @ApiProperty({ description: 'When it ended; null while it runs.', nullable: true, type: String, example: null })
  readonly ended_at!: string | null;

  @ApiProperty({ description: 'Every terminal, in configured order.', type: [OperationStepSchema] })
  readonly terminals!: OperationStepSchema[];
}

/** Answer of the routes that give one operation. */
@ApiSchema({ description: 'Answer of the routes that give one operation.' })
export class OperationAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'The operation now.', type: OperationSchema })
  readonly data!: OperationSchema;
}

/** Answer of GET /admin/operations. */
@ApiSchema({ description: 'Answer of GET /admin/operations.' })
export class OperationListAnswer {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'Newest first.', type: [OperationSchema] })
  readonly data!: OperationSchema[];

  @ApiProperty({ description: 'Null on the last page.', nullable: true, type: String, example: null })
  readonly next_cursor!: string | null;
}

/** One operation under way, for the OpenAPI document. */
export const OPERATION_EXAMPLE = {
  id: 'op_5f0c9d2e8a7b6c51',
  kind: 'terminals.restart-all',
  state: 'running',
  reason: null,
  cancel_requested: false,
  started_by: 'key:7hJk2LmN0p',
  started_at: '2026-11-20T14:03:21.004Z',
  ended_at: null,
  terminals: [
    { terminal_id: 'MT5_01', state: 'ready', since: '2026-11-20T14:03:27.310Z', reason: null },
    { terminal_id: 'MT5_02', state: 'skipped', since: '2026-11-20T14:03:27.310Z', reason: 'it is not connected' },
    { terminal_id: 'MT5_03', state: 'restarting', since: '2026-11-20T14:03:27.311Z', reason: null },
    { terminal_id: 'MT5_04', state: 'waiting', since: null, reason: null },
  ],
} as const;
