import { Get, Inject, Post } from '@nestjs/common';
import {
  AdminRoute,
  ApiController,
  CurrentActor,
  type KeyActor,
  type Page,
  PathText,
  ValidQuery,
} from '../../http/index.js';
import { TERMINALS_AREA } from './terminals.area.js';
import { presentOperation } from './operation.presenter.js';
import { ListOperationsQuery, OperationAnswer, OperationListAnswer, type OperationView } from './operations.schema.js';
import { TerminalAdmin } from './terminal-admin.js';

const OperationId = () => PathText('id', 'Id of the operation.', 'op_5f0c9d2e8a7b6c51');

/** Admin routes of long operations on terminals. */
@ApiController('admin/operations')
export class OperationsController {
  constructor(@Inject(TerminalAdmin) private readonly admin: TerminalAdmin) {}

  @AdminRoute(TERMINALS_AREA, {
    summary: 'List operations, newest first',
    description: 'The newest 50 since the gateway started. Operations of an earlier run are not kept.',
    query: ListOperationsQuery,
    answer: OperationListAnswer,
    duringOutage: true,
  })
  @Get()
  listOperations(@ValidQuery() { limit, cursor }: ListOperationsQuery): Page<OperationView> {
    const all = this.admin.listOperations();
    const start = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor) + 1;
    const page = all.slice(start, start + limit);
    return { items: page.map(presentOperation), nextCursor: start + limit < all.length ? page.at(-1)?.id : undefined };
  }

  @AdminRoute(TERMINALS_AREA, {
    summary: 'Get the progress of an operation, terminal by terminal',
    answer: OperationAnswer,
    duringOutage: true,
  })
  @Get(':id')
  getOperation(@OperationId() id: string): OperationView {
    return presentOperation(this.admin.operation(id));
  }

  @AdminRoute(TERMINALS_AREA, {
    summary: 'Cancel an operation (running steps finish)',
    description: 'The operation becomes `cancelled` once the restarting terminals are back. Idempotent.',
    answer: OperationAnswer,
    example: { data: { cancel_requested: true } },
  })
  @Post(':id/cancel')
  async cancelOperation(@OperationId() id: string, @CurrentActor() by: KeyActor): Promise<OperationView> {
    return presentOperation(await this.admin.cancel(id, by));
  }
}
