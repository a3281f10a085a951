import { Flag, OneOf, Part, Schema, Text, Whole } from '../http/index.js';
import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { PoolView } from './pool.schema.js';

@Schema('Service of one symbol.')
export class SymbolHealth {
  @Flag('A terminal serves it now.', true) readonly connected!: boolean;
  @Text('Terminal that serves it, else the first configured one.', 'MT5_05') readonly terminal_id!: string;
  @Text('Newest sign of life of that terminal; null before the first.', '2026-11-20T14:03:21.004Z', 'nullable')
  readonly last_check!: string | null;
  @Text('Reason; only when it is not connected.', 'terminal MT5_15 has not connected yet', 'optional')
  readonly error?: string;
}

@Schema('Served symbols in the form of the original service, with additions.')
@ApiExtraModels(SymbolHealth)
export class HealthSummary {
  @OneOf('`ok`: all terminals are connected. `degraded`: some. `error`: none.', ['ok', 'degraded', 'error'], 'degraded')
  readonly status!: 'ok' | 'degraded' | 'error';
  @Text('Of the gateway.', 'v0.1.0') readonly version!: string;
  @Whole('Configured terminals.', 2) readonly total_terminals!: number;
  @Whole('Terminals that are connected.', 1) readonly connected_terminals!: number;

  @ApiProperty({
    description: 'Service of each symbol, by name.',
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(SymbolHealth) },
    example: { EURUSD: { connected: true, terminal_id: 'MT5_05', last_check: '2026-11-20T14:03:21.004Z' } },
  })
  readonly terminals!: Readonly<Record<string, SymbolHealth>>;
  @OneOf('Only where simulated terminals are allowed: prices may be simulated.', [true], true, 'optional')
  readonly simulated?: true;
  @OneOf('Only together with `error`.', [false], false, 'optional') readonly success?: false;
  @Text('Only when no terminal is connected.', 'All MT5 terminals are disconnected', 'optional')
  readonly error?: string;
}

@Schema('Answer of /health/live.')
export class LivenessAnswer {
  @OneOf('The process answers.', ['ok'], 'ok') readonly status!: 'ok';
}

@Schema('State of Postgres and the pool.')
export class DatabaseReadiness {
  @OneOf('`up`: Postgres answers.', ['up', 'down'], 'up') readonly status!: 'up' | 'down';
  @Whole('Time of the answer, milliseconds; only while it is up.', 2, 'optional') readonly took_ms?: number;
  @Text('Reason; only while it is down.', 'the database does not answer', 'optional') readonly message?: string;
  @Part('The connection pool.', PoolView) readonly pool!: PoolView;
}

@Schema('State of the terminals.')
export class TerminalsReadiness {
  @OneOf('`degraded`: some are not connected.', ['up', 'degraded', 'down'], 'up')
  readonly status!: 'up' | 'degraded' | 'down';
  @Whole('Configured terminals.', 15) readonly total!: number;
  @Whole('Terminals that are connected.', 15) readonly connected!: number;
  @Text('Reason; only while it is down.', 'no terminal is connected', 'optional') readonly message?: string;
}

@Schema('Conditions of readiness.')
export class ReadinessParts {
  @Part('Postgres and the pool.', DatabaseReadiness, 'optional') readonly database?: DatabaseReadiness;
  @Part('The terminals.', TerminalsReadiness, 'optional') readonly terminals?: TerminalsReadiness;
}

@Schema('Answer of /health/ready.')
export class ReadinessAnswer {
  @OneOf('`ok` and `degraded`: send requests here.', ['ok', 'degraded', 'error', 'shutting_down'], 'ok')
  readonly status!: 'ok' | 'degraded' | 'error' | 'shutting_down';
  @Part('What is up.', ReadinessParts, 'optional') readonly info?: ReadinessParts;
  @Part('What is down.', ReadinessParts, 'optional') readonly error?: ReadinessParts;
  @Part('Everything.', ReadinessParts) readonly details!: ReadinessParts;
}

@Schema('Paths of the health routes.')
export class ProbeList {
  @Text('Liveness of the process.', '/health/live') readonly live!: string;
  @Text('Readiness for requests.', '/health/ready') readonly ready!: string;
  @Text('Served symbols and their terminals.', '/api/health') readonly summary!: string;
}
