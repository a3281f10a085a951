import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath, ApiSchema } from '@nestjs/swagger';
import { ERROR_CODES, type ErrorCode } from '../kernel/index.js';
import { problemSpec } from './problem.catalog.js';
import { problemDocument } from './problem.document.js';

/** One fault of a parameter, as documented. */
@ApiSchema({ description: 'One fault of a parameter, as documented.' })
export class ParameterFaultSchema {
  @ApiProperty({ description: 'Name of the query parameter, header or body member.', example: 'bars' })
  readonly parameter!: string;

  @ApiProperty({ description: 'What is allowed.', example: 'must be between 100 and 5000' })
  readonly message!: string;
}

/** The error answer as the OpenAPI document shows it. */
@ApiSchema({ description: 'The error answer as the OpenAPI document shows it.' })
export class ProblemSchema {
  @ApiProperty({ description: 'Always false.', example: false })
  readonly success!: boolean;

  @ApiProperty({ description: 'What failed; the same as `detail`.', example: 'bars must be between 100 and 5000' })
  readonly error!: string;

  @ApiProperty({ description: 'URL that explains the code.', example: '/problems/invalid-parameter' })
  readonly type!: string;

  @ApiProperty({ description: 'The code in words.', example: 'Invalid parameter' })
  readonly title!: string;

  @ApiProperty({ description: 'HTTP status.', example: 400, type: 'integer' })
  readonly status!: number;

  @ApiProperty({ description: 'Stable code to match on.', enum: ERROR_CODES, example: 'invalid-parameter' })
  readonly code!: ErrorCode;

  @ApiProperty({
    description: 'What failed, for which thing, and what to do.',
    example: 'bars must be between 100 and 5000',
  })
  readonly detail!: string;

  @ApiProperty({ description: 'Path of the request.', example: '/api/v1/indicators/EURUSD/H1' })
  readonly instance!: string;

  @ApiProperty({ description: 'The same as the X-Request-Id header.', example: '4f9c1d2e8a7b6c50' })
  readonly request_id!: string;

  @ApiProperty({ description: 'Whether the same request may succeed later.', example: false })
  readonly retryable!: boolean;

  @ApiProperty({ description: 'Seconds to wait; only when retryable.', example: 15, required: false, type: 'integer' })
  readonly retry_after?: number;

  @ApiProperty({ description: 'Every fault; only for 400.', type: [ParameterFaultSchema], required: false })
  readonly errors?: ParameterFaultSchema[];
}

const CODES = Symbol('problem-codes');

/** One real example of a code. */
function exampleOf(code: ErrorCode): object {
  const { description } = problemSpec(code);
  return {
    summary: code,
    value: problemDocument({
      code,
      detail: EXAMPLE_DETAILS[code] ?? description,
      instance: '/api/v1/indicators/EURUSD/H1',
      requestId: '4f9c1d2e8a7b6c50',
      members: EXAMPLE_MEMBERS[code] ?? {},
    }),
  };
}

const EXAMPLE_DETAILS: Partial<Record<ErrorCode, string>> = {
  'invalid-parameter': 'bars must be between 100 and 5000',
  'unknown-parameter': 'bar is unknown; known: bars, as_of, fractal_bars, stale',
  'tier-required': 'FREE tier cannot access AUDJPY',
  'symbol-not-found': "there is no symbol 'EURUSDD'; did you mean EURUSD?",
  'timeframe-not-supported': "there is no timeframe 'H3'; supported: M5, M15, M30, H1, H2, H4, H8, H12, D1",
  'terminal-disconnected': 'MT5 terminal for EURUSD is currently disconnected',
};

const EXAMPLE_MEMBERS: Partial<Record<ErrorCode, Record<string, unknown>>> = {
  'invalid-parameter': { errors: [{ parameter: 'bars', message: 'must be between 100 and 5000' }] },
  'unknown-parameter': {
    errors: [{ parameter: 'bar', message: 'is unknown; known: bars, as_of, fractal_bars, stale' }],
  },
  'tier-required': {
    required_tier: 'PRO',
    tier: 'FREE',
    accessible_symbols: ['BTCUSD', 'EURUSD', 'USDJPY', 'US30', 'XAUUSD'],
    accessible_timeframes: ['H1', 'H4', 'D1'],
    upgrade_required: true,
  },
  'symbol-not-found': { suggestions: ['EURUSD'] },
  'timeframe-not-supported': { supported: ['M5', 'M15', 'M30', 'H1', 'H2', 'H4', 'H8', 'H12', 'D1'] },
  'quota-exceeded': { violated_policies: ['minute'] },
  'terminal-disconnected': { terminal_id: 'MT5_05' },
};

/**
 * Documents the errors that a route may answer, from the catalogue. Applied several times (the access rule adds its own
 * codes), the codes add up; each status shows one example per code.
 */
export function ProblemResponses(...codes: readonly ErrorCode[]): MethodDecorator {
  return (target, name, descriptor) => {
    const handler = descriptor.value as object;
    const all = new Set([...((Reflect.getMetadata(CODES, handler) as ErrorCode[] | undefined) ?? []), ...codes]);
    Reflect.defineMetadata(CODES, [...all], handler);
    ApiExtraModels(ProblemSchema)(target, name, descriptor);
    for (const status of new Set([...all].map((code) => problemSpec(code).status))) {
      const group = [...all].filter((code) => problemSpec(code).status === status);
      // Swagger's decorator joins descriptions; they are written once here, from the whole group.
      const existing = Reflect.getMetadata('swagger/apiResponse', handler) as Record<number, object> | undefined;
      if (existing !== undefined) delete existing[status];
      ApiResponse({
        status,
        description: group.map((code) => `\`${code}\`: ${problemSpec(code).description}`).join('\n\n'),
        content: {
          'application/problem+json': {
            schema: { $ref: getSchemaPath(ProblemSchema) },
            examples: Object.fromEntries(group.map((code) => [code, exampleOf(code)])),
          },
        },
      })(target, name, descriptor);
    }
  };
}
