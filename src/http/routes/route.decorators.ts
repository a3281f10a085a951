import { applyDecorators, RequestMethod, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiParam, ApiQuery, ApiResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { ErrorCode } from '../../kernel/index.js';
import { declareAccessRule, type QueryClass } from './access-rule.js';
import type { AdminArea } from './area.js';
import { IDEMPOTENCY_KEY } from './idempotency.interceptor.js';
import { ProblemResponses } from '../problems/problem.responses.js';
import { parametersOf } from './query-parameters.js';
import { DocumentedRoute, type RouteDecorator, type RouteDocs } from './route-docs.js';

/** Name of the API key scheme in the OpenAPI document. */
export const API_KEY_SCHEME = 'api-key';
/** Name of the admin key scheme in the OpenAPI document. */
export const ADMIN_KEY_SCHEME = 'admin-key';
/** Name of the bearer scheme in the OpenAPI document. */
export const BEARER_SCHEME = 'bearer';

/** Requirements of a customer route in addition to a key. */
export interface CustomerRouteOptions {
  /** Answers count against the account's limits. @default true */
  readonly counted?: boolean;
  /** The path has `:symbol` (and maybe `:timeframe`), which must exist and be within the caller's tier. @default false */
  readonly series?: boolean;
  /** Market data: keys of kind `adm` are refused. @default the same as `series` */
  readonly data?: boolean;
  /** Class of the query parameters. Without it the route takes none. */
  readonly query?: Type<object>;
}

type AnswerType = Type<object> | undefined;

const EVERY_ROUTE: readonly ErrorCode[] = ['unknown-parameter', 'key-in-query', 'internal', 'shutting-down'];
const EVERY_KEY: readonly ErrorCode[] = [
  'key-missing',
  'key-invalid',
  'key-expired',
  'key-not-yet-valid',
  'key-revoked',
  'account-suspended',
  'address-not-allowed',
  'quota-exceeded',
  'reduced-capacity',
];

const LIMITS: readonly ErrorCode[] = ['concurrency-exceeded'];

function queryDocs(query: QueryClass | undefined): MethodDecorator[] {
  if (query === undefined) return [];
  const parameters = parametersOf(query).map(({ name, schema, description, example }) =>
    // Swagger UI fills examples of parameters into its form and would send them; in the text they only explain.
    ApiQuery({ name, required: false, description: `${description} Example: ${String(example)}`, schema }),
  );
  return [...parameters, ProblemResponses('invalid-parameter')];
}

/** A route that needs no key. */
export function PublicRoute<C extends AnswerType = undefined>(docs: RouteDocs<C> = {}): RouteDecorator<C> {
  return applyDecorators(declareAccessRule({ kind: 'public', query: undefined }), DocumentedRoute(docs));
}

/** A route for customers: needs a key; see {@link CustomerRouteOptions} for what else is checked. */
export function CustomerRoute<C extends AnswerType = undefined>(
  options: CustomerRouteOptions & RouteDocs<C> = {},
): RouteDecorator<C> {
  const { counted = true, series = false, data = series, query } = options;
  return applyDecorators(
    declareAccessRule({ kind: 'customer', counted, series, data, query }),
    ApiSecurity(API_KEY_SCHEME),
    ApiBearerAuth(BEARER_SCHEME),
    ApiHeader({
      name: 'X-User-Tier',
      required: false,
      description: 'Lowers the tier of the request, for a user of a trusted backend. It cannot raise it.',
      schema: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_]{0,31}$' },
    }),
    ...queryDocs(query),
    ...(series ? [SeriesPathDocs()] : []),
    ProblemResponses(...EVERY_ROUTE, ...EVERY_KEY, 'invalid-parameter', 'tier-required'),
    ProblemResponses(...(counted ? LIMITS : []), ...(data ? (['scope-required.data'] as const) : [])),
    DocumentedRoute(options),
  );
}

/** Options of an admin route. */
export interface AdminRouteOptions {
  readonly query?: Type<object>;
  /** The route reads operational state from memory, so that it serves known admin keys while the database is away. */
  readonly duringOutage?: boolean;
}

/** A route for admins: needs a key of kind `adm` whose scopes contain the scope of the area or `*`. */
export function AdminRoute<C extends AnswerType = undefined>(
  { scope, tag }: AdminArea,
  options: AdminRouteOptions & RouteDocs<C> = {},
): RouteDecorator<C> {
  const { query, duringOutage = false } = options;
  return applyDecorators(
    declareAccessRule({ kind: 'admin', scope, duringOutage, query }),
    ApiTags(tag),
    ApiSecurity(ADMIN_KEY_SCHEME),
    ApiBearerAuth(BEARER_SCHEME),
    ...queryDocs(query),
    ProblemResponses(...EVERY_ROUTE, ...EVERY_KEY, 'scope-required'),
    WriteDocs(),
    DocumentedRoute(options),
  );
}

/** Documents the headers and errors of every write. A body is read also where none is used. */
function WriteDocs(): MethodDecorator {
  return (target, name, descriptor) => {
    const method = Reflect.getMetadata('method', descriptor.value as object) as RequestMethod | undefined;
    if (method === undefined) throw new TypeError(`${String(name)}: write @AdminRoute above @Get, @Post and so on`);
    if (method === RequestMethod.GET) return;
    ApiHeader({
      name: IDEMPOTENCY_KEY,
      required: false,
      description:
        'Makes the request safe to repeat for a day: the write is done once, and a repetition gets the same answer with ' +
        '`Idempotency-Replayed: true`, without secrets. Example: `order-4711`',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    })(target, name, descriptor);
    ProblemResponses('invalid-parameter', 'idempotency-conflict')(target, name, descriptor);
    if (method === RequestMethod.DELETE) return;
    ProblemResponses('payload-too-large', 'unsupported-media-type')(target, name, descriptor);
  };
}

/** Documents the symbol and timeframe of the path and the errors that belong to them. */
function SeriesPathDocs(): MethodDecorator {
  return (target, name, descriptor) => {
    ProblemResponses('symbol-not-found')(target, name, descriptor);
    const path = Reflect.getMetadata('path', descriptor.value as object) as unknown;
    if (typeof path !== 'string') throw new TypeError(`${String(name)}: write @CustomerRoute above @Get`);
    ApiParam({ name: 'symbol', type: String, description: 'Canonical name, upper case.', example: 'EURUSD' })(
      target,
      name,
      descriptor,
    );
    if (!path.includes(':timeframe')) return;
    ApiParam({ name: 'timeframe', type: String, description: "MetaTrader's name.", example: 'H1' })(
      target,
      name,
      descriptor,
    );
    ProblemResponses('timeframe-not-supported')(target, name, descriptor);
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'ETag of a previous answer; 304 without a body while nothing has changed.',
      schema: { type: 'string' },
    })(target, name, descriptor);
    ApiResponse({ status: 304, description: 'Nothing has changed since the answer with this ETag; not counted.' })(
      target,
      name,
      descriptor,
    );
  };
}
