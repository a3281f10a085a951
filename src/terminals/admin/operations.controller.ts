import { Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  AdminRoute,
  ApiController,
  type Caller,
  CurrentCaller,
  ProblemResponses,
  ValidQuery,
} from '../../http/index.js';
import { presentOperation } from './operation.presenter.js';
import { OperationAnswer, OperationListAnswer, ListOperationsQuery, OPERATION_EXAMPLE } from './operations.schema.js';
import { TerminalAdmin } from './terminal-admin.js';

/** What every handler needs of the framework's request. */
interface IdentifiedRequest {
  readonly id: string;
}

const ID = { name: 'id', type: String, description: 'Id of the operation.', example: 'op_5f0c9d2e8a7b6c51' };
/** The route takes no body, but one that is sent is still read. */
const ANY_BODY = ['invalid-parameter', 'payload-too-large', 'unsupported-media-type'] as const;

/** What goes from terminal to terminal and takes minutes. */
@ApiTags('Admin: terminals')
@ApiController('admin/operations')
export class OperationsController {
  constructor(@Inject(TerminalAdmin) private readonly admin: TerminalAdmin) {}

  @AdminRoute('terminals', { query: ListOperationsQuery, duringOutage: true })
  @Get()
  @ApiOperation({
    operationId: 'listOperations',
    summary: 'Operations, newest first',
    description: 'The newest 50 since the gateway started. One that was running when it stopped is gone.',
  })
  @ApiOkResponse({
    description: 'One page of operations.',
    type: OperationListAnswer,
    example: { success: true, data: [OPERATION_EXAMPLE], next_cursor: null },
  })
  list(@ValidQuery() { limit, cursor }: ListOperationsQuery): OperationListAnswer {
    const all = this.admin.listOperations();
    const start = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor) + 1;
    const page = all.slice(start, start + limit);
    const next = start + limit < all.length ? page.at(-1)?.id : undefined;
    return { success: true, data: page.map(presentOperation), next_cursor: next ?? null };
  }

  @AdminRoute('terminals', { duringOutage: true })
  @Get(':id')
  @ApiParam(ID)
  @ApiOperation({ operationId: 'getOperation', summary: 'How far an operation is, terminal by terminal' })
  @ApiOkResponse({
    description: 'The operation now.',
    type: OperationAnswer,
    example: { success: true, data: OPERATION_EXAMPLE },
  })
  @ProblemResponses('not-found')
  one(@Param('id') id: string): OperationAnswer {
    return { success: true, data: presentOperation(this.admin.operation(id)) };
  }

  @AdminRoute('terminals')
  @Post(':id/cancel')
  @HttpCode(200)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'cancelOperation',
    summary: 'Begin nothing new; what was begun is waited for',
    description: 'It is `cancelled` once the terminals that are restarting are back. Again changes nothing.',
  })
  @ApiOkResponse({
    description: 'The operation now.',
    type: OperationAnswer,
    example: { success: true, data: { ...OPERATION_EXAMPLE, cancel_requested: true } },
  })
  @ProblemResponses('not-found', ...ANY_BODY)
  async cancel(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Req() request: IdentifiedRequest,
  ): Promise<OperationAnswer> {
    const operation = await this.admin.cancel(id, { keyId: caller.keyId, requestId: request.id });
    return { success: true, data: presentOperation(operation) };
  }
}
