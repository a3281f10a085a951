import { Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AdminRoute, ApiController, type Caller, CurrentCaller, ProblemResponses, ValidQuery } from '../http/index.js';
import { TerminalAdmin } from './terminal-admin.js';
import { STEP_LIMIT_MS } from './terminal-restart.js';
import { presentAccount, presentHealth, presentLine, presentPool, presentTerminal } from './terminal.presenter.js';
import { TERMINAL_EXAMPLES, TerminalLogQuery } from './terminals.schema.js';

/** What every handler needs of the framework's request. */
interface IdentifiedRequest {
  readonly id: string;
}

const ID = { name: 'id', type: String, description: 'Configured terminal id.', example: 'MT5_05' };
/** These routes take no body, but one that is sent is still read. */
const ANY_BODY = ['invalid-parameter', 'payload-too-large', 'unsupported-media-type'] as const;
const answer = (description: string, example: object) => ({ description, schema: { type: 'object', example } });
const data = <T>(value: T): { readonly success: true; readonly data: T } => ({ success: true, data: value });

@ApiTags('Admin: terminals')
@ApiController('admin/terminals')
export class TerminalsController {
  constructor(@Inject(TerminalAdmin) private readonly admin: TerminalAdmin) {}

  @AdminRoute('terminals')
  @Get()
  @ApiOperation({ operationId: 'listTerminals', summary: 'All terminals with state, session and symbol routes' })
  @ApiOkResponse(answer('Every configured terminal, in configured order.', TERMINAL_EXAMPLES.list))
  list() {
    return data({ terminals: this.admin.stats().terminals.map(presentTerminal) });
  }

  @AdminRoute('terminals')
  @Get('health')
  @ApiOperation({ operationId: 'getTerminalsHealth', summary: 'Connection, uptime, reconnects and last errors' })
  @ApiOkResponse(answer('Health of every terminal.', TERMINAL_EXAMPLES.health))
  health() {
    return data({ terminals: this.admin.stats().terminals.map(presentHealth) });
  }

  @AdminRoute('terminals')
  @Get('stats')
  @ApiOperation({ operationId: 'getTerminalsStats', summary: 'Uptime and reconnects of the pool, worst terminals' })
  @ApiOkResponse(answer('Figures since the gateway started.', TERMINAL_EXAMPLES.stats))
  stats() {
    return data(presentPool(this.admin.stats()));
  }

  @AdminRoute('terminals')
  @Post('restart-all')
  @HttpCode(202)
  @ApiOperation({ operationId: 'restartAllTerminals', summary: 'Restart all terminals, one after the other' })
  @ApiAcceptedResponse(answer('What will happen, in this order.', TERMINAL_EXAMPLES.rolling))
  @ProblemResponses('idempotency-conflict', ...ANY_BODY)
  async restartAll(@CurrentCaller() caller: Caller, @Req() request: IdentifiedRequest) {
    const plan = await this.admin.restartAll({ keyId: caller.keyId, requestId: request.id });
    const steps = plan.map(({ terminalId, action }) => ({ terminal_id: terminalId, action }));
    return data({ plan: steps, step_limit_seconds: STEP_LIMIT_MS / 1000 });
  }

  @AdminRoute('terminals')
  @Get(':id')
  @ApiParam(ID)
  @ApiOperation({ operationId: 'getTerminal', summary: 'One terminal' })
  @ApiOkResponse(answer('The terminal now.', TERMINAL_EXAMPLES.one))
  @ProblemResponses('not-found')
  one(@Param('id') id: string) {
    return data(presentTerminal(this.admin.one(id)));
  }

  @AdminRoute('terminals')
  @Get(':id/account')
  @ApiParam(ID)
  @ApiOperation({ operationId: 'getTerminalAccount', summary: 'Account that the terminal is logged in to' })
  @ApiOkResponse(answer('As the terminal says it now.', TERMINAL_EXAMPLES.account))
  @ProblemResponses('not-found', 'terminal-disconnected', 'terminal-timeout', 'terminal-error')
  async account(@Param('id') id: string) {
    return data(presentAccount(id, await this.admin.account(id)));
  }

  @AdminRoute('terminals', { query: TerminalLogQuery })
  @Get(':id/logs')
  @ApiParam(ID)
  @ApiOperation({ operationId: 'getTerminalLogs', summary: 'Newest log lines about the terminal' })
  @ApiOkResponse(answer('Oldest first.', TERMINAL_EXAMPLES.logs))
  @ProblemResponses('not-found')
  logs(@Param('id') id: string, @ValidQuery() query: TerminalLogQuery) {
    return data({ terminal_id: id, lines: this.admin.logs(id, query.lines).map(presentLine) });
  }

  @AdminRoute('terminals')
  @Post(':id/reconnect')
  @HttpCode(202)
  @ApiParam(ID)
  @ApiOperation({ operationId: 'reconnectTerminal', summary: 'Drop the link; the bridge dials again' })
  @ApiAcceptedResponse(answer('The link is dropped.', TERMINAL_EXAMPLES.action))
  @ProblemResponses('not-found', 'terminal-disconnected', ...ANY_BODY)
  async reconnect(@Param('id') id: string, @CurrentCaller() caller: Caller, @Req() request: IdentifiedRequest) {
    await this.admin.reconnect(id, { keyId: caller.keyId, requestId: request.id });
    return data({ terminal_id: id, action: 'reconnect' });
  }

  @AdminRoute('terminals')
  @Post(':id/restart')
  @HttpCode(202)
  @ApiParam(ID)
  @ApiOperation({ operationId: 'restartTerminal', summary: 'Restart the terminal, or its link where it cannot' })
  @ApiAcceptedResponse(answer('`restart`: the terminal; `reconnect`: only its link.', TERMINAL_EXAMPLES.action))
  @ProblemResponses('not-found', 'terminal-disconnected', ...ANY_BODY)
  async restart(@Param('id') id: string, @CurrentCaller() caller: Caller, @Req() request: IdentifiedRequest) {
    const action = await this.admin.restart(id, { keyId: caller.keyId, requestId: request.id });
    return data({ terminal_id: id, action });
  }
}
