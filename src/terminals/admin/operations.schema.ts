import { answerOf, Flag, PageCursor, PageSize, OneOf, pageOf, Parts, Schema, Text } from '../../http/index.js';

/** Query of GET /admin/operations. */
export class ListOperationsQuery {
  @PageSize('Operations') readonly limit!: number;
  @PageCursor(/^op_[0-9a-f]{16}$/, 'op_5f0c9d2e8a7b6c51') readonly cursor?: string;
}

@Schema('Progress of an operation on one terminal.')
export class OperationStepView {
  @Text('Id of the terminal.', 'MT5_01') readonly terminal_id!: string;
  @OneOf(
    '`ready`: it is back. `skipped`: it was not touched; `reason` says why.',
    ['waiting', 'restarting', 'ready', 'failed', 'skipped'],
    'ready',
  )
  readonly state!: string;
  @Text('Since when; null while it waits.', null, 'nullable') readonly since!: string | null;
  @Text('Why it failed or was skipped.', null, 'nullable') readonly reason!: string | null;
}

@Schema('A long operation that proceeds from terminal to terminal.')
export class OperationView {
  @Text('Id of the operation, valid until the gateway stops.', 'op_5f0c9d2e8a7b6c51') readonly id!: string;
  @OneOf('Kind of operation.', ['terminals.restart-all'], 'terminals.restart-all') readonly kind!: string;
  @OneOf('`failed`: at least one terminal is not back.', ['running', 'done', 'failed', 'cancelled'], 'running')
  readonly state!: string;
  @Text('Why it ended as it did.', null, 'nullable') readonly reason!: string | null;
  @Flag('No additional step starts.', false) readonly cancel_requested!: boolean;
  @Text('Actor that started it.', 'key:7hJk2LmN0p') readonly started_by!: string;
  @Text('When it started.', '2026-11-20T14:03:21.004Z') readonly started_at!: string;
  @Text('When it ended; null while it runs.', null, 'nullable') readonly ended_at!: string | null;
  @Parts('Every terminal, in configured order.', OperationStepView) readonly terminals!: OperationStepView[];
}

export const OperationAnswer = answerOf('OperationAnswer', OperationView, 'The operation now.');

export const OperationListAnswer = pageOf('OperationListAnswer', OperationView, 'Newest first.');
