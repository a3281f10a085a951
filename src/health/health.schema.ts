import { ApiExtraModels, ApiProperty, ApiSchema, getSchemaPath } from '@nestjs/swagger';
import { PoolView } from './pool.schema.js';

/** How one symbol is served. */
@ApiSchema({ description: 'How one symbol is served.' })
export class SymbolHealth {
  @ApiProperty({ description: 'A terminal serves it now.', example: true })
  readonly connected!: boolean;

  @ApiProperty({ description: 'Serves it, else the first configured.', example: 'MT5_05' })
  readonly terminal_id!: string;

  @ApiProperty({
    description: 'Newest sign of life of that terminal; null before the first.',
    type: String,
    nullable: true,
    example: '2026-11-20T14:03:21.004Z',
  })
  readonly last_check!: string | null;

  @ApiProperty({
    required: false,
    description: 'Why not; only when it is not connected.',
    example: 'terminal MT5_15 has not connected yet',
  })
  readonly error?: string;
}

/** Which symbols are served, as the original service said it, with what was added to it. */
@ApiSchema({ description: 'Which symbols are served, as the original service said it, with what was added to it.' })
@ApiExtraModels(SymbolHealth)
export class HealthSummary {
  @ApiProperty({
    description: '`ok`: all terminals are connected. `degraded`: some. `error`: none.',
    enum: ['ok', 'degraded', 'error'],
    example: 'degraded',
  })
  readonly status!: 'ok' | 'degraded' | 'error';

  @ApiProperty({ description: 'Of the gateway.', example: 'v0.1.0' })
  readonly version!: string;

  @ApiProperty({ description: 'Configured terminals.', type: 'integer', example: 2 })
  readonly total_terminals!: number;

  @ApiProperty({ description: 'Terminals that are connected.', type: 'integer', example: 1 })
  readonly connected_terminals!: number;

  @ApiProperty({
    description: 'How each symbol is served, by name.',
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(SymbolHealth) },
  })
  readonly terminals!: Readonly<Record<string, SymbolHealth>>;

  @ApiProperty({
    required: false,
    description: 'Only where simulated terminals are allowed: nothing here need be a real price.',
    type: Boolean,
    enum: [true],
    example: true,
  })
  readonly simulated?: true;

  @ApiProperty({
    required: false,
    description: 'Only together with `error`.',
    type: Boolean,
    enum: [false],
    example: false,
  })
  readonly success?: false;

  @ApiProperty({
    required: false,
    description: 'Only when no terminal is connected.',
    example: 'All MT5 terminals are disconnected',
  })
  readonly error?: string;
}

/** Answer of /health/live. */
@ApiSchema({ description: 'Answer of /health/live.' })
export class LivenessAnswer {
  @ApiProperty({ description: 'The process answers.', enum: ['ok'], example: 'ok' })
  readonly status!: 'ok';
}

/** Whether Postgres answers, and how the pool is. */
@ApiSchema({ description: 'Whether Postgres answers, and how the pool is.' })
export class DatabaseReadiness {
  @ApiProperty({ description: 'It answers, or not.', enum: ['up', 'down'], example: 'up' })
  readonly status!: 'up' | 'down';

  @ApiProperty({
    required: false,
    description: 'How long the answer took, milliseconds; only while it is up.',
    type: 'integer',
    example: 2,
  })
  readonly took_ms?: number;

  @ApiProperty({
    required: false,
    description: 'Why not; only while it is down.',
    example: 'the database does not answer',
  })
  readonly message?: string;

  @ApiProperty({ description: 'The connection pool.', type: PoolView })
  readonly pool!: PoolView;
}

/** Whether terminals are connected. */
@ApiSchema({ description: 'Whether terminals are connected.' })
export class TerminalsReadiness {
  @ApiProperty({ description: '`degraded`: some are not connected.', enum: ['up', 'degraded', 'down'], example: 'up' })
  readonly status!: 'up' | 'degraded' | 'down';

  @ApiProperty({ description: 'Configured terminals.', type: 'integer', example: 15 })
  readonly total!: number;

  @ApiProperty({ description: 'Terminals that are connected.', type: 'integer', example: 15 })
  readonly connected!: number;

  @ApiProperty({ required: false, description: 'Why it is down; only then.', example: 'no terminal is connected' })
  readonly message?: string;
}

/** What readiness depends on. */
@ApiSchema({ description: 'What readiness depends on.' })
export class ReadinessParts {
  @ApiProperty({ required: false, description: 'Postgres and the pool.', type: DatabaseReadiness })
  readonly database?: DatabaseReadiness;

  @ApiProperty({ required: false, description: 'The terminals.', type: TerminalsReadiness })
  readonly terminals?: TerminalsReadiness;
}

/** Answer of /health/ready. */
@ApiSchema({ description: 'Answer of /health/ready.' })
export class ReadinessAnswer {
  @ApiProperty({
    description: '`ok` and `degraded`: send requests here.',
    enum: ['ok', 'degraded', 'error', 'shutting_down'],
    example: 'ok',
  })
  readonly status!: 'ok' | 'degraded' | 'error' | 'shutting_down';

  @ApiProperty({ required: false, description: 'What is up.', type: ReadinessParts })
  readonly info?: ReadinessParts;

  @ApiProperty({ required: false, description: 'What is down.', type: ReadinessParts })
  readonly error?: ReadinessParts;

  @ApiProperty({ description: 'Everything.', type: ReadinessParts })
  readonly details!: ReadinessParts;
}

/** Where health is asked for. */
@ApiSchema({ description: 'Where health is asked for.' })
export class ProbeList {
  @ApiProperty({ description: 'Whether the process answers.', example: '/health/live' })
  readonly live!: string;

  @ApiProperty({ description: 'Whether to send requests here.', example: '/health/ready' })
  readonly ready!: string;

  @ApiProperty({ description: 'Which symbols are served, and by which terminal.', example: '/api/health' })
  readonly summary!: string;
}
