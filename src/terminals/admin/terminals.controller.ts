import { Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import {
  AdminRoute,
  ApiController,
  type Caller,
  CurrentCaller,
  ProblemResponses,
  ValidQuery,
} from '../../http/index.js';
import { presentOperation } from './operation.presenter.js';
import { STEP_LIMIT_MS } from '../upkeep/rolling-restart.js';
import { TerminalAdmin } from './terminal-admin.js';
import {
  presentAccount,
  presentHealth,
  presentLine,
  presentPool,
  presentServing,
  presentTerminal,
} from './terminal.presenter.js';
import {
  RollingRestartAnswer,
  TerminalAccountAnswer,
  TerminalActionAnswer,
  TerminalAnswer,
  TerminalHealthAnswer,
  TerminalListAnswer,
  TerminalLogAnswer,
  TerminalServingAnswer,
  TerminalStatsAnswer,
} from './terminal-answers.schema.js';
import { TERMINAL_EXAMPLES } from './terminals.examples.js';
import { TerminalLogQuery } from './terminals.schema.js';

/** What every handler needs of the framework's request. */
interface IdentifiedRequest {
  readonly id: string;
}

/** The framework's reply, as far as it is needed here. */
interface HeaderReply {
  header(name: string, value: string): unknown;
}

const ID = { name: 'id', type: String, description: 'Configured terminal id.', example: 'MT5_05' };
/** These routes take no body, but one that is sent is still read. */
const ANY_BODY = ['invalid-parameter', 'payload-too-large', 'unsupported-media-type'] as const;
const data = <T>(value: T): { readonly success: true; readonly data: T } => ({ success: true, data: value });

@ApiTags('Admin: terminals')
@ApiController('admin/terminals')
export class TerminalsController {
  constructor(@Inject(TerminalAdmin) private readonly admin: TerminalAdmin) {}

  @AdminRoute('terminals', { duringOutage: true })
  @Get()
  @ApiOperation({ operationId: 'listTerminals', summary: 'All terminals with state, session and symbol routes' })
  @ApiOkResponse({
    description: 'Every configured terminal, in configured order.',
    type: TerminalListAnswer,
    example: TERMINAL_EXAMPLES.list,
  })
  list(): TerminalListAnswer {
    return data({ terminals: this.admin.stats().terminals.map((one) => presentTerminal(one, this.admin.zoneOf(one))) });
  }

  @AdminRoute('terminals', { duringOutage: true })
  @Get('health')
  @ApiOperation({ operationId: 'getTerminalsHealth', summary: 'Connection, uptime, reconnects and last errors' })
  @ApiOkResponse({
    description: 'Health of every terminal.',
    type: TerminalHealthAnswer,
    example: TERMINAL_EXAMPLES.health,
  })
  health(): TerminalHealthAnswer {
    return data({ terminals: this.admin.stats().terminals.map(presentHealth) });
  }

  @AdminRoute('terminals', { duringOutage: true })
  @Get('stats')
  @ApiOperation({ operationId: 'getTerminalsStats', summary: 'Uptime and reconnects of the pool, worst terminals' })
  @ApiOkResponse({
    description: 'Figures since the gateway started.',
    type: TerminalStatsAnswer,
    example: TERMINAL_EXAMPLES.stats,
  })
  stats(): TerminalStatsAnswer {
    return data(presentPool(this.admin.stats()));
  }

  @AdminRoute('terminals')
  @Post('restart-all')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'restartAllTerminals',
    summary: 'Restart all terminals, one after the other',
    description:
      'Begins an operation and answers at once; `Location` is where its progress stands. At most 5 % of the terminals ' +
      '(at least one) are down at once, never two that share a symbol. It stops when three terminals (or 10 %, if that ' +
      'is more) have not come back. One at a time: a second one is refused with the `operation_id` of the first.',
  })
  @ApiAcceptedResponse({
    description: 'The operation that began.',
    type: RollingRestartAnswer,
    example: TERMINAL_EXAMPLES.rolling,
    headers: { Location: { description: 'Where its progress stands.', schema: { type: 'string' } } },
  })
  @ProblemResponses('idempotency-conflict', ...ANY_BODY)
  async restartAll(
    @CurrentCaller() caller: Caller,
    @Req() request: IdentifiedRequest,
    @Res({ passthrough: true }) reply: HeaderReply,
  ): Promise<RollingRestartAnswer> {
    const operation = await this.admin.restartAll({ keyId: caller.keyId, requestId: request.id });
    reply.header('location', `/api/v1/admin/operations/${operation.id}`);
    return data({
      operation_id: operation.id,
      step_limit_seconds: STEP_LIMIT_MS / 1000,
      operation: presentOperation(operation),
    });
  }

  @AdminRoute('terminals', { duringOutage: true })
  @Get(':id')
  @ApiParam(ID)
  @ApiOperation({ operationId: 'getTerminal', summary: 'One terminal' })
  @ApiOkResponse({ description: 'The terminal now.', type: TerminalAnswer, example: TERMINAL_EXAMPLES.one })
  @ProblemResponses('not-found')
  one(@Param('id') id: string): TerminalAnswer {
    const terminal = this.admin.one(id);
    return data(presentTerminal(terminal, this.admin.zoneOf(terminal)));
  }

  @AdminRoute('terminals')
  @Get(':id/account')
  @ApiParam(ID)
  @ApiOperation({ operationId: 'getTerminalAccount', summary: 'Account that the terminal is logged in to' })
  @ApiOkResponse({
    description: 'As the terminal says it now.',
    type: TerminalAccountAnswer,
    example: TERMINAL_EXAMPLES.account,
  })
  @ProblemResponses('not-found', 'terminal-disconnected', 'terminal-timeout', 'terminal-error')
  async account(@Param('id') id: string): Promise<TerminalAccountAnswer> {
    return data(presentAccount(id, await this.admin.account(id)));
  }

  @AdminRoute('terminals', { query: TerminalLogQuery, duringOutage: true })
  @Get(':id/logs')
  @ApiParam(ID)
  @ApiOperation({ operationId: 'getTerminalLogs', summary: 'Newest log lines about the terminal' })
  @ApiOkResponse({ description: 'Oldest first.', type: TerminalLogAnswer, example: TERMINAL_EXAMPLES.logs })
  @ProblemResponses('not-found')
  logs(@Param('id') id: string, @ValidQuery() query: TerminalLogQuery): TerminalLogAnswer {
    return data({ terminal_id: id, lines: this.admin.logs(id, query.lines).map(presentLine) });
  }

  @AdminRoute('terminals')
  @Post(':id/reconnect')
  @HttpCode(202)
  @ApiParam(ID)
  @ApiOperation({ operationId: 'reconnectTerminal', summary: 'Drop the link; the bridge dials again' })
  @ApiAcceptedResponse({
    description: 'The link is dropped.',
    type: TerminalActionAnswer,
    example: TERMINAL_EXAMPLES.action,
  })
  @ProblemResponses('not-found', 'terminal-disconnected', ...ANY_BODY)
  async reconnect(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Req() request: IdentifiedRequest,
  ): Promise<TerminalActionAnswer> {
    await this.admin.reconnect(id, { keyId: caller.keyId, requestId: request.id });
    return data({ terminal_id: id, action: 'reconnect' });
  }

  @AdminRoute('terminals')
  @Post(':id/restart')
  @HttpCode(202)
  @ApiParam(ID)
  @ApiOperation({ operationId: 'restartTerminal', summary: 'Restart the terminal, or its link where it cannot' })
  @ApiAcceptedResponse({
    description: '`restart`: the terminal; `reconnect`: only its link.',
    type: TerminalActionAnswer,
    example: TERMINAL_EXAMPLES.action,
  })
  @ProblemResponses('not-found', 'terminal-disconnected', ...ANY_BODY)
  async restart(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Req() request: IdentifiedRequest,
  ): Promise<TerminalActionAnswer> {
    const action = await this.admin.restart(id, { keyId: caller.keyId, requestId: request.id });
    return data({ terminal_id: id, action });
  }

  @AdminRoute('terminals')
  @Post(':id/drain')
  @HttpCode(200)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'drainTerminal',
    summary: 'Let running requests finish and take no new ones',
    description:
      'Its symbols move to another terminal that has them; those without one answer 503 and say that it is drained. It ' +
      'stays drained whatever becomes of its session, until `resume` or a restart of the gateway. Again changes nothing.',
  })
  @ApiOkResponse({
    description: 'It is empty when `in_flight` and `queue_depth` are 0.',
    type: TerminalServingAnswer,
    example: TERMINAL_EXAMPLES.drained,
  })
  @ProblemResponses('not-found', ...ANY_BODY)
  async drain(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Req() request: IdentifiedRequest,
  ): Promise<TerminalServingAnswer> {
    return data(presentServing(await this.admin.drain(id, { keyId: caller.keyId, requestId: request.id })));
  }

  @AdminRoute('terminals')
  @Post(':id/resume')
  @HttpCode(200)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'resumeTerminal',
    summary: 'Take a drain back',
    description: 'A symbol that another terminal serves meanwhile moves back after 30 s. Again changes nothing.',
  })
  @ApiOkResponse({ description: 'As it is now.', type: TerminalServingAnswer, example: TERMINAL_EXAMPLES.resumed })
  @ProblemResponses('not-found', ...ANY_BODY)
  async resume(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Req() request: IdentifiedRequest,
  ): Promise<TerminalServingAnswer> {
    return data(presentServing(await this.admin.resume(id, { keyId: caller.keyId, requestId: request.id })));
  }
}
