import { Get, Inject, Post, Res } from '@nestjs/common';
import { AdminRoute, ApiController, CurrentActor, type KeyActor, PathText, ValidQuery } from '../../http/index.js';
import { TERMINALS_AREA } from './terminals.area.js';
import { STEP_LIMIT_MS } from '../upkeep/rolling-restart.js';
import { presentOperation } from './operation.presenter.js';
import { TerminalAdmin } from './terminal-admin.js';
import * as answers from './terminal-answers.schema.js';
import {
  presentAccount,
  presentHealth,
  presentLine,
  presentPool,
  presentServing,
  presentTerminal,
} from './terminal.presenter.js';
import type { TerminalAccountView, TerminalLogView, TerminalStatsView } from './terminal-reports.schema.js';
import type { TerminalView } from './terminal.schema.js';
import { TerminalLogQuery } from './terminals.schema.js';

/** The framework's reply, as far as it is needed here. */
interface HeaderReply {
  header(name: string, value: string): unknown;
}

const TerminalId = () => PathText('id', 'Configured terminal id.', 'MT5_05');

@ApiController('admin/terminals')
export class TerminalsController {
  constructor(@Inject(TerminalAdmin) private readonly admin: TerminalAdmin) {}

  @AdminRoute(TERMINALS_AREA, {
    summary: 'List all terminals with state, session and symbol routes',
    answer: answers.TerminalListAnswer,
    duringOutage: true,
  })
  @Get()
  listTerminals(): answers.TerminalListView {
    return { terminals: this.admin.stats().terminals.map((one) => presentTerminal(one, this.admin.zoneOf(one))) };
  }

  @AdminRoute(TERMINALS_AREA, {
    summary: 'Get connection, uptime, reconnects and last errors of every terminal',
    answer: answers.TerminalHealthAnswer,
    duringOutage: true,
  })
  @Get('health')
  getTerminalsHealth(): answers.TerminalHealthListView {
    return { terminals: this.admin.stats().terminals.map(presentHealth) };
  }

  @AdminRoute(TERMINALS_AREA, {
    summary: 'Get uptime and reconnects of the pool, and its worst terminals',
    answer: answers.TerminalStatsAnswer,
    duringOutage: true,
  })
  @Get('stats')
  getTerminalsStats(): TerminalStatsView {
    return presentPool(this.admin.stats());
  }

  @AdminRoute(TERMINALS_AREA, {
    summary: 'Restart all terminals, one after the other',
    description:
      'Starts an operation and answers immediately; `Location` leads to its progress. At most 5 % of the ' +
      'terminals (at least one) are down together, never two that share a symbol. It stops when three terminals (or ' +
      '10 %, if that is more) have not come back. One at a time: a second one is refused with the `operation_id` of the ' +
      'first.',
    answer: answers.RollingRestartAnswer,
    status: 202,
    headers: { Location: { description: 'Route of its progress.', schema: { type: 'string' } } },
  })
  @Post('restart-all')
  async restartAllTerminals(
    @CurrentActor() by: KeyActor,
    @Res({ passthrough: true }) reply: HeaderReply,
  ): Promise<answers.RollingRestartView> {
    const operation = await this.admin.restartAll(by);
    reply.header('location', `/api/v1/admin/operations/${operation.id}`);
    return {
      operation_id: operation.id,
      step_limit_seconds: STEP_LIMIT_MS / 1000,
      operation: presentOperation(operation),
    };
  }

  @AdminRoute(TERMINALS_AREA, { summary: 'Get a terminal', answer: answers.TerminalAnswer, duringOutage: true })
  @Get(':id')
  getTerminal(@TerminalId() id: string): TerminalView {
    const terminal = this.admin.one(id);
    return presentTerminal(terminal, this.admin.zoneOf(terminal));
  }

  @AdminRoute(TERMINALS_AREA, {
    summary: 'Get the account that the terminal is logged in to',
    answer: answers.TerminalAccountAnswer,
    errors: ['terminal-disconnected', 'terminal-timeout', 'terminal-error'],
  })
  @Get(':id/account')
  async getTerminalAccount(@TerminalId() id: string): Promise<TerminalAccountView> {
    return presentAccount(id, await this.admin.account(id));
  }

  @AdminRoute(TERMINALS_AREA, {
    summary: 'Get the newest log lines about the terminal',
    query: TerminalLogQuery,
    answer: answers.TerminalLogAnswer,
    duringOutage: true,
  })
  @Get(':id/logs')
  getTerminalLogs(@TerminalId() id: string, @ValidQuery() query: TerminalLogQuery): TerminalLogView {
    return { terminal_id: id, lines: this.admin.logs(id, query.lines).map(presentLine) };
  }

  @AdminRoute(TERMINALS_AREA, {
    summary: 'Reconnect a terminal: its bridge dials again',
    answer: answers.TerminalActionAnswer,
    status: 202,
    errors: ['terminal-disconnected'],
  })
  @Post(':id/reconnect')
  async reconnectTerminal(@TerminalId() id: string, @CurrentActor() by: KeyActor): Promise<answers.TerminalActionView> {
    await this.admin.reconnect(id, by);
    return { terminal_id: id, action: 'reconnect' };
  }

  @AdminRoute(TERMINALS_AREA, {
    summary: 'Restart a terminal, or reconnect it where nothing can restart it',
    answer: answers.TerminalActionAnswer,
    status: 202,
    errors: ['terminal-disconnected'],
  })
  @Post(':id/restart')
  async restartTerminal(@TerminalId() id: string, @CurrentActor() by: KeyActor): Promise<answers.TerminalActionView> {
    return { terminal_id: id, action: await this.admin.restart(id, by) };
  }

  @AdminRoute(TERMINALS_AREA, {
    summary: 'Drain a terminal: running requests finish, and it takes no new ones',
    description:
      'Its symbols move to another terminal that has them; the others answer 503 and name the drain. The terminal stays ' +
      'drained over reconnects, until `resume` or a restart of the gateway. Idempotent.',
    answer: answers.TerminalServingAnswer,
    answerText: 'State of the terminal; it is drained when `in_flight` and `queue_depth` are 0.',
    example: { data: { state: 'draining' } },
  })
  @Post(':id/drain')
  async drainTerminal(@TerminalId() id: string, @CurrentActor() by: KeyActor): Promise<answers.TerminalServingView> {
    return presentServing(await this.admin.drain(id, by));
  }

  @AdminRoute(TERMINALS_AREA, {
    summary: 'Resume a drained terminal',
    description: 'A symbol that another terminal serves meanwhile moves back after 30 s. Idempotent.',
    answer: answers.TerminalServingAnswer,
  })
  @Post(':id/resume')
  async resumeTerminal(@TerminalId() id: string, @CurrentActor() by: KeyActor): Promise<answers.TerminalServingView> {
    return presentServing(await this.admin.resume(id, by));
  }
}
