import {
  applyDecorators,
  HttpCode,
  RequestMethod,
  type StreamableFile,
  type Type,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { ErrorExampleName } from '../../kernel/index.js';
import { CSV_CONTENT } from '../answers/csv.js';
import type { DataAnswer } from '../answers/data-answer.js';
import { EnvelopeInterceptor } from '../answers/envelope.interceptor.js';
import type { Returned } from '../answers/envelope.js';
import { schemaText } from '../members.js';
import { ProblemResponses } from '../problems/problem.responses.js';

/** Documentation of a route. The operation id is the name of its method. */
export interface RouteDocs<C> {
  /** A verb phrase. */
  readonly summary?: string;
  readonly description?: string;
  /** Class of the success answer; what the handler returns is put into its envelope. */
  readonly answer?: C;
  /** @default description of the answer's schema */
  readonly answerText?: string;
  /** Members in which the example differs from what the examples of the schema make. */
  readonly example?: object;
  /** The handler may also return a table; an example of it. */
  readonly csv?: string;
  /** Status of the success answer. @default 200 */
  readonly status?: number;
  /** The answer carries the `ETag` of its `version`. */
  readonly etag?: boolean;
  readonly headers?: NonNullable<Parameters<typeof ApiResponse>[0]>['headers'];
  /** Errors besides those of the access rule, of the parameters and of the body. */
  readonly errors?: readonly ErrorExampleName[];
}

type Result<R> = R | DataAnswer | StreamableFile;

/** Decorates only handlers that return what the documented answer needs. */
export type RouteDecorator<C> = <
  F extends (...parameters: never[]) => Result<Returned<C>> | Promise<Result<Returned<C>>>,
>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<F>,
) => void;

const ETAG = {
  ETag: { description: 'The version, for `If-Match`.', schema: { type: 'string' as const }, example: '"v1"' },
};

/** Documents a route and sends its answer as documented. */
export function DocumentedRoute<C extends Type<object> | undefined>(docs: RouteDocs<C>): MethodDecorator {
  const { summary, description, answer, status = 200, etag = false, errors = [] } = docs;
  return (target, name, descriptor) => {
    if (summary !== undefined) {
      const operation = { operationId: String(name), summary, ...(description !== undefined && { description }) };
      ApiOperation(operation)(target, name, descriptor);
    }
    if (answer !== undefined) {
      applyDecorators(
        // Without HttpCode, a handler may set another status than the default.
        ...(isDefault(status, descriptor.value as object) ? [] : [HttpCode(status)]),
        UseInterceptors(new EnvelopeInterceptor(answer, etag)),
        ...successDocs(answer, docs),
      )(target, name, descriptor);
    }
    if (errors.length > 0) ProblemResponses(...errors)(target, name, descriptor);
  };
}

function isDefault(status: number, handler: object): boolean {
  return status === (Reflect.getMetadata('method', handler) === RequestMethod.POST ? 201 : 200);
}

function successDocs(answer: Type<object>, docs: RouteDocs<unknown>): MethodDecorator[] {
  const { answerText, example = {}, csv, status = 200, etag = false, headers } = docs;
  const json = { schema: { $ref: getSchemaPath(answer) }, example };
  const table = csv !== undefined && { [CSV_CONTENT]: { schema: { type: 'string' as const }, example: csv } };
  return [
    ApiExtraModels(answer),
    ApiResponse({
      status,
      description: answerText ?? schemaText(answer),
      content: { 'application/json': json, ...table },
      ...((etag || headers !== undefined) && { headers: { ...(etag && ETAG), ...headers } }),
    }),
  ];
}
