import { Get, Post, ServiceUnavailableException, Controller } from '@nestjs/common';
import {
  AdminRoute,
  ApiController,
  CustomerRoute,
  DataAnswer,
  EnumParameter,
  IntegerParameter,
  PublicRoute,
  SeriesParam,
  type SeriesRef,
  TextParameter,
  ValidBody,
  ValidQuery,
} from '../../src/http/index.js';
import { type ErrorCode, GatewayError } from '../../src/kernel/index.js';
import { IsInt } from 'class-validator';

const area = (scope: string) => ({ scope, tag: `Admin: ${scope}`, description: 'Of a test.' });

/** Parameters of every kind. */
export class ProbeQuery {
  @IntegerParameter({ min: 100, max: 5000, default: 1000, description: 'Bars.', example: 1000 })
  readonly bars!: number;

  @IntegerParameter({ min: 5, max: 135, odd: true, description: 'Width.', example: 35 })
  readonly fractal_bars?: number;

  @EnumParameter({ values: ['allow'], description: 'Staleness.', example: 'allow' })
  readonly stale?: string;

  @TextParameter({ pattern: /^[a-z]{1,5}$/, allowed: '1 to 5 letters', description: 'Cursor.', example: 'abc' })
  readonly cursor?: string;
}

/** An error of any code, as a handler would throw it. */
export class ProbeError extends GatewayError {
  override readonly retryable = false;

  constructor(
    override readonly code: ErrorCode,
    details: ConstructorParameters<typeof GatewayError>[1] = {},
  ) {
    super(`probe ${code}`, details);
  }
}

/** What the next call of the probe does; tests set it. */
export const probe = { act: (): unknown => ({ success: true }), calls: 0 };

/** A body, for the probe. */
export class ProbeBody {
  @IsInt({ message: 'must be a whole number' })
  readonly count!: number;
}

/** A data route as the real ones are declared. */
@ApiController('probe')
export class ProbeController {
  @CustomerRoute({ series: true, query: ProbeQuery })
  @Get(':symbol/:timeframe')
  async probe(@SeriesParam() series: SeriesRef, @ValidQuery() query: ProbeQuery): Promise<unknown> {
    probe.calls++;
    const result = await probe.act();
    return result instanceof DataAnswer ? result : { ...series, query };
  }

  @AdminRoute(area('database'), { duringOutage: true })
  @Get('operational')
  operational(): unknown {
    return {};
  }

  @AdminRoute(area('terminals'))
  @Post('admin')
  post(@ValidBody() body: ProbeBody): unknown {
    return body;
  }

  @PublicRoute()
  @Get('public')
  open(): unknown {
    return probe.act();
  }
}

/** Stands for Terminus, which reports through an exception. */
@Controller('health')
export class ProbeHealthController {
  @PublicRoute()
  @Get('ready')
  ready(): never {
    throw new ServiceUnavailableException({ status: 'error', details: { database: { status: 'down' } } });
  }
}

/** A route without a declared rule. */
@Controller('forgotten')
export class ForgottenController {
  @Get()
  anything(): string {
    return 'open to all';
  }
}
