import { Controller, Get, HttpException, Inject, Res } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { HealthCheckService } from '@nestjs/terminus';
import { GATEWAY_VERSION } from '../config/index.js';
import { ApiController, PublicRoute } from '../http/index.js';
import { TcpTerminalPool, TerminalsHealthIndicator } from '../terminals/index.js';
import { DatabaseHealthIndicator } from './database.health.js';
import { presentSummary } from './health.presenter.js';
import { HealthSummary, LivenessAnswer, ProbeList, ReadinessAnswer } from './health.schema.js';

/** The part of the framework's reply that the handlers use. */
interface Reply {
  status(code: number): unknown;
}

const PROBES: ProbeList = { live: '/health/live', ready: '/health/ready', summary: '/api/health' };
const AWAY = { connected: false, error: 'terminal MT5_05 is lost: silent: no bytes for 15000 ms' };
const UP = { simulated: undefined, success: undefined, error: undefined };
const READY = {
  info: { database: { message: undefined }, terminals: { message: undefined } },
  error: { database: undefined, terminals: undefined },
  details: { database: { message: undefined }, terminals: { message: undefined } },
};
const NO_TERMINAL = { status: 'down', connected: 0 };
const NOT_READY = {
  status: 'error',
  info: { database: { message: undefined }, terminals: undefined },
  error: { database: undefined, terminals: NO_TERMINAL },
  details: { database: { message: undefined }, terminals: NO_TERMINAL },
};

/** `/api/health`: for people, dashboards and clients of the original service. */
@ApiTags('Operations')
@ApiController('health')
export class HealthSummaryController {
  constructor(@Inject(TcpTerminalPool) private readonly pool: TcpTerminalPool) {}

  @PublicRoute({
    summary: 'Get the served symbols and their terminals',
    answer: HealthSummary,
    answerText: 'At least one terminal is connected.',
    example: UP,
    errors: ['unknown-parameter', 'key-in-query'],
  })
  @Get()
  @ApiResponse({
    status: 503,
    description: 'No terminal is connected; the same body with `error`.',
    type: HealthSummary,
    example: { status: 'error', connected_terminals: 0, terminals: { EURUSD: AWAY }, simulated: undefined },
  })
  getHealth(@Res({ passthrough: true }) reply: Reply): HealthSummary {
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

  @PublicRoute({ summary: 'List the health routes', answer: ProbeList })
  @Get()
  listProbes(): ProbeList {
    return PROBES;
  }

  @PublicRoute({ summary: 'Check that the process answers', answer: LivenessAnswer })
  @Get('live')
  getLiveness(): LivenessAnswer {
    return { status: 'ok' };
  }

  @PublicRoute({
    summary: 'Check readiness: database, at least one terminal, not shutting down',
    answer: ReadinessAnswer,
    answerText: 'Send requests here.',
    example: READY,
  })
  @Get('ready')
  @ApiResponse({
    status: 503,
    description: 'Not ready; `error` gives the reason.',
    type: ReadinessAnswer,
    example: NOT_READY,
  })
  async getReadiness(@Res({ passthrough: true }) reply: Reply): Promise<ReadinessAnswer> {
    try {
      return (await this.health.check([() => this.database.check(), () => this.terminals.check()])) as ReadinessAnswer;
    } catch (error) {
      // Terminus throws when the gateway is not ready; that body must not become a problem document.
      if (!(error instanceof HttpException)) throw error;
      reply.status(error.getStatus());
      return error.getResponse() as ReadinessAnswer;
    }
  }
}
