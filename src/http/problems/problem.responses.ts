import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath, ApiSchema } from '@nestjs/swagger';
import { codeOf, ERROR_CODES, type ErrorCode, type ErrorExampleName } from '../../kernel/index.js';
import { problemSpec } from './problem.catalog.js';

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

/** Media type of errors in the document; the answers add the charset. */
export const PROBLEM_CONTENT = 'application/problem+json';

/** Where the document keeps examples. */
export const EXAMPLE_PLACE = '#/components/examples/';

const EXAMPLES = Symbol('problem-examples');

/**
 * Documents the errors that a route may answer: by their codes, or by the names of examples where a route answers a code
 * with a text of its own. Applied several times (the access rule adds its codes), they add up; a name wins over a code.
 */
export function ProblemResponses(...names: readonly ErrorExampleName[]): MethodDecorator {
  return (target, property, descriptor) => {
    const handler = descriptor.value as object;
    const known = (Reflect.getMetadata(EXAMPLES, handler) as ErrorExampleName[] | undefined) ?? [];
    const all = [...known, ...names];
    Reflect.defineMetadata(EXAMPLES, all, handler);
    ApiExtraModels(ProblemSchema)(target, property, descriptor);
    const codes = ERROR_CODES.filter((code) => all.some((name) => codeOf(name) === code));
    for (const status of new Set(codes.map((code) => problemSpec(code).status))) {
      const group = codes.filter((code) => problemSpec(code).status === status);
      const examples = group.map((code) => [code, all.find((name) => name.startsWith(`${code}.`)) ?? code] as const);
      // Swagger's decorator joins descriptions; they are written once here, from the whole group.
      const existing = Reflect.getMetadata('swagger/apiResponse', handler) as Record<number, object> | undefined;
      if (existing !== undefined) delete existing[status];
      ApiResponse({
        status,
        description: group.map((code) => `\`${code}\`: ${problemSpec(code).description}`).join('\n\n'),
        content: {
          [PROBLEM_CONTENT]: {
            schema: { $ref: getSchemaPath(ProblemSchema) },
            examples: Object.fromEntries(examples.map(([code, name]) => [code, { $ref: `${EXAMPLE_PLACE}${name}` }])),
          },
        },
      })(target, property, descriptor);
    }
  };
}
