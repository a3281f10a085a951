/** Shared by all routes: access rules, strict parameters, errors as problem documents, data answers. */
export { accessRuleOf, findAccessRule } from './routes/access-rule.js';
export type { AccessRule } from './routes/access-rule.js';
export { CurrentActor } from './routes/actor.js';
export type { Actor, KeyActor } from './routes/actor.js';
export { adminArea } from './routes/area.js';
export { ApiController } from './routes/api.controller.js';
export { validateBody, ValidBody } from './routes/body.decorator.js';
export type { Caller } from './routes/caller.js';
export { DataAnswer, digestOfParts } from './answers/data-answer.js';
export { InvalidParameterError, NotFoundError, PreconditionFailedError } from './problems/http.errors.js';
export type { ParameterFault } from './problems/http.errors.js';
export { IdempotencyInterceptor } from './routes/idempotency.interceptor.js';
export { IdempotentAnswers } from './routes/idempotent-answers.js';
export { assertVersion, IfMatch } from './routes/if-match.js';
export {
  EnumParameter,
  IntegerParameter,
  PageCursor,
  PageSize,
  TextParameter,
  TimeParameter,
} from './routes/parameter.decorators.js';
export { PathText } from './routes/path-text.js';
export { answerOf, NextCursor, pageOf, SuccessAnswer } from './answers/envelope.js';
export type { Page } from './answers/envelope.js';
export { Decimal, Flag, OneOf, Part, Parts, ruled, Schema, Text, Texts, Whole } from './members.js';
export type { TimeParameterValue } from './routes/parameter.decorators.js';
export { problemSpec } from './problems/problem.catalog.js';
export { CurrentCaller, SeriesParam, SymbolParam, ValidQuery } from './routes/request.decorators.js';
export { Renderer } from './rendering/answer-renderer.js';
export type { AnswerRenderer } from './rendering/answer-renderer.js';
export { requestState } from './routes/request-state.js';
export type { SeriesRef } from './routes/request-state.js';
export { AdminRoute, CustomerRoute, PublicRoute } from './routes/route.decorators.js';
export { UtcTime } from './routes/utc-time.js';
export { checkQuery, NoQuery, throwFaults } from './routes/validate-query.js';
export type { RawQuery } from './routes/validate-query.js';
export { configureApp, listen, ListenError } from './bootstrap.js';
export { createHttpAdapter, GatewayHttpAdapter } from './server/http-adapter.js';
export { ConnectionCap, OVER_CAP_OUTCOMES } from './connections/connection-cap.js';
export { logOverCap } from './connections/over-cap.log.js';
export { HttpModule } from './http.module.js';
export { CLIENT_GONE_STATUS, onClientGone, onResponseClosed } from './intake/client-gone.js';
export { DocsGate } from './docs/docs-gate.js';
export { buildOpenApi } from './docs/openapi.js';
export { routedPathOf } from './server/routed-path.js';
export { RouteWithoutRuleError } from './routes/route-rule.check.js';
export { securityHeaders } from './answers/security-headers.js';
export { csvAnswer } from './answers/csv.js';
export type { CsvRow } from './answers/csv.js';
export { operationOf } from './routes/operation-id.js';
