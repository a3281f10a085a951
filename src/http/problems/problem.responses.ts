import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { codeOf, ERROR_CODES, type ErrorCode, type ErrorExampleName } from '../../kernel/index.js';
import { Flag, OneOf, Parts, Schema, Text, Whole } from '../members.js';
import { problemSpec } from './problem.catalog.js';

@Schema('One fault of a parameter.')
export class ParameterFaultSchema {
  @Text('Name of the query parameter, header or body member.', 'bars') readonly parameter!: string;
  @Text('What is allowed.', 'must be between 100 and 5000') readonly message!: string;
}

@Schema('Every error answer.')
export class ProblemSchema {
  @Flag('Always false.', false) readonly success!: boolean;
  @Text('What failed; the same as `detail`.', 'bars must be between 100 and 5000') readonly error!: string;
  @Text('URL that explains the code.', '/problems/invalid-parameter') readonly type!: string;
  @Text('The code in words.', 'Invalid parameter') readonly title!: string;
  @Whole('HTTP status.', 400) readonly status!: number;
  @OneOf('Stable code to match on.', ERROR_CODES, 'invalid-parameter') readonly code!: ErrorCode;
  @Text('What failed, for which thing, and what to do.', 'bars must be between 100 and 5000') readonly detail!: string;
  @Text('Path of the request.', '/api/v1/indicators/EURUSD/H1') readonly instance!: string;
  @Text('The same as the X-Request-Id header.', '4f9c1d2e8a7b6c50') readonly request_id!: string;
  @Flag('Whether the same request may succeed later.', false) readonly retryable!: boolean;
  @Whole('Seconds to wait; only when retryable.', 15, 'optional') readonly retry_after?: number;
  @Parts('Every fault; only for 400.', ParameterFaultSchema, 'optional') readonly errors?: ParameterFaultSchema[];
}

/** Media type of errors in the document; the answers add the charset. */
export const PROBLEM_CONTENT = 'application/problem+json';

/** Where the document keeps examples. */
export const EXAMPLE_PLACE = '#/components/examples/';

const EXAMPLES = Symbol('problem-examples');

/**
 * Documents the errors that a route may answer: by their codes, or by the names of examples where a route answers a code
 * with its own text. Applied several times (the access rule adds its codes), they add up; a name wins over a code.
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
