import { Controller, Get, HttpException, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { HealthCheckService } from '@nestjs/terminus';
import { GATEWAY_VERSION } from '../config/index.js';
import { ApiController, ProblemResponses, PublicRoute } from '../http/index.js';
import { TcpTerminalPool, TerminalsHealthIndicator } from '../terminals/index.js';
import { DatabaseHealthIndicator } from './database.health.js';
import { presentSummary } from './health.presenter.js';
import { HealthSummary, LivenessAnswer, ProbeList, ReadinessAnswer } from './health.schema.js';
import { POOL_EXAMPLE } from './pool.controller.js';

/** What the handlers use of the framework's reply. */
interface Reply {
  status(code: number): unknown;
}

const SUMMARY_EXAMPLE = {
  status: 'degraded',
  version: 'v0.1.0',
  total_terminals: 2,
  connected_terminals: 1,
  terminals: {
    EURUSD: { connected: true, terminal_id: 'MT5_05', last_check: '2026-11-20T14:03:21.004Z' },
    XAUUSD: {
      connected: false,
      terminal_id: 'MT5_15',
      last_check: null,
      error: 'terminal MT5_15 has not connected yet',
    },
  },
} satisfies HealthSummary;
const DATABASE_EXAMPLE = { status: 'up', took_ms: 2, pool: POOL_EXAMPLE };
const READY_EXAMPLE = {
  status: 'ok',
  info: { database: DATABASE_EXAMPLE, terminals: { status: 'up', total: 15, connected: 15 } },
  error: {},
  details: { database: DATABASE_EXAMPLE, terminals: { status: 'up', total: 15, connected: 15 } },
};
const NO_TERMINAL = { status: 'down', message: 'no terminal is connected', total: 15, connected: 0 };
const NOT_READY_EXAMPLE = {
  status: 'error',
  info: { database: DATABASE_EXAMPLE },
  error: { terminals: NO_TERMINAL },
  details: { database: DATABASE_EXAMPLE, terminals: NO_TERMINAL },
};
const PROBES: ProbeList = { live: '/health/live', ready: '/health/ready', summary: '/api/health' };
const DOWN_EXAMPLE: HealthSummary = {
  ...SUMMARY_EXAMPLE,
  status: 'error',
  connected_terminals: 0,
  terminals: {
    EURUSD: {
      connected: false,
      terminal_id: 'MT5_05',
      last_check: '2026-11-20T14:03:21.004Z',
      error: 'terminal MT5_05 is lost: silent: no bytes for 15000 ms',
    },
    XAUUSD: {
      connected: false,
      terminal_id: 'MT5_15',
      last_check: null,
      error: 'terminal MT5_15 has not connected yet',
    },
  },
  success: false,
  error: 'All MT5 terminals are disconnected',
};
/** `/api/health`: for people, dashboards and clients of the original service. */
@ApiTags('Operations')
@ApiController('health')
export class HealthSummaryController {
  constructor(@Inject(TcpTerminalPool) private readonly pool: TcpTerminalPool) {}

  @PublicRoute()
  @Get()
  @ApiOperation({ operationId: 'getHealth', summary: 'Which symbols are served, and by which terminal' })
  @ApiOkResponse({ description: 'At least one terminal is connected.', type: HealthSummary, example: SUMMARY_EXAMPLE })
  @ApiResponse({
    status: 503,
    description: 'No terminal is connected; the same body with `error`.',
    type: HealthSummary,
    example: DOWN_EXAMPLE,
  })
  @ProblemResponses('unknown-parameter', 'key-in-query')
  summary(@Res({ passthrough: true }) reply: Reply): HealthSummary {
    const summary = presentSummary(this.pool.stats(), GATEWAY_VERSION);
    reply.status(summary.status === 'error' ? 503 : 200);
    return summary;
  }
}

/** `/health`, `/health/live` and `/health/ready`: for supervisors and load balancers. */
@ApiTags('Operations')
@Controller('health')
export class ProbeController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(TerminalsHealthIndicator) private readonly terminals: TerminalsHealthIndicator,
    @Inject(DatabaseHealthIndicator) private readonly database: DatabaseHealthIndicator,
  ) {}

  @PublicRoute()
  @Get()
  @ApiOperation({ operationId: 'listProbes', summary: 'Name the health routes' })
  @ApiOkResponse({ description: 'Paths of the health routes.', type: ProbeList, example: PROBES })
  probes(): ProbeList {
    return PROBES;
  }

  @PublicRoute()
  @Get('live')
  @ApiOperation({ operationId: 'getLiveness', summary: 'The process answers' })
  @ApiOkResponse({ description: 'It does.', type: LivenessAnswer, example: { status: 'ok' } })
  live(): LivenessAnswer {
    return { status: 'ok' };
  }

  @PublicRoute()
  @Get('ready')
  @ApiOperation({ operationId: 'getReadiness', summary: 'Database, at least one terminal, not shutting down' })
  @ApiOkResponse({ description: 'Send requests here.', type: ReadinessAnswer, example: READY_EXAMPLE })
  @ApiResponse({
    status: 503,
    description: 'Do not; `error` says why.',
    type: ReadinessAnswer,
    example: NOT_READY_EXAMPLE,
  })
  async ready(@Res({ passthrough: true }) reply: Reply): Promise<unknown> {
    try {
      return await this.health.check([() => this.database.check(), () => this.terminals.check()]);
    } catch (error) {
      // Terminus reports "not ready" as an exception; its body must not become a problem document.
      if (!(error instanceof HttpException)) throw error;
      reply.status(error.getStatus());
      return error.getResponse();
    }
  }
}
