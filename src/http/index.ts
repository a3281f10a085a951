/** Everything that all routes share: access rules, strict parameters, errors as problem documents, data answers. */
export { accessRuleOf, ADMIN_SCOPES, findAccessRule } from './access-rule.js';
export type { AccessRule, AdminScope, QueryClass } from './access-rule.js';
export { ApiController } from './api.controller.js';
export { validateBody, ValidBody } from './body.decorator.js';
export type { Caller } from './caller.js';
export { DataAnswer, digestOfParts, etagOf } from './data-answer.js';
export type { DataAnswerParts } from './data-answer.js';
export {
  IdempotencyConflictError,
  InvalidParameterError,
  NotFoundError,
  PreconditionFailedError,
  UnknownParameterError,
} from './http.errors.js';
export type { ParameterFault } from './http.errors.js';
export { IdempotencyInterceptor } from './idempotency.interceptor.js';
export { IdempotentAnswers } from './idempotent-answers.js';
export type { Claim, IdempotentRequest } from './idempotent-answers.js';
export { assertVersion, IfMatch, versionEtag, VersionedWrite, versionOfIfMatch } from './if-match.js';
export { EnumParameter, IntegerParameter, TextParameter, TimeParameter } from './parameter.decorators.js';
export type {
  EnumParameterOptions,
  IntegerParameterOptions,
  TextParameterOptions,
  TimeParameterValue,
} from './parameter.decorators.js';
export { problemSpec } from './problem.catalog.js';
export type { ProblemLogLevel, ProblemSpec } from './problem.catalog.js';
export { ProblemResponses } from './problem.responses.js';
export { CurrentCaller, SeriesParam, SymbolParam, ValidQuery } from './request.decorators.js';
export { Renderer } from './rendering/answer-renderer.js';
export type { AnswerRenderer } from './rendering/answer-renderer.js';
export type { RenderSteps } from './rendering/render-queue.js';
export { requestState } from './request-state.js';
export type { RequestState, SeriesRef } from './request-state.js';
export { AdminRoute, CustomerRoute, PublicRoute } from './route.decorators.js';
export type { CustomerRouteOptions } from './route.decorators.js';
export { UtcTime } from './utc-time.js';
export { checkQuery, NoQuery, throwFaults, validateQuery } from './validate-query.js';
export type { CheckedQuery, RawQuery } from './validate-query.js';
export { configureApp, isListenFailure, listen, ListenError } from './bootstrap.js';
export { createHttpAdapter, GatewayHttpAdapter, ShuttingDownError } from './http-adapter.js';
export type { HttpAdapterSettings } from './http-adapter.js';
export { ConnectionCap, OVER_CAP_OUTCOMES } from './connections/connection-cap.js';
export { logOverCap } from './connections/over-cap.log.js';
export { HttpModule } from './http.module.js';
export { CLIENT_GONE_STATUS, onClientGone, onResponseClosed } from './intake/client-gone.js';
export { DocsGate } from './docs-gate.js';
export { ADMIN_DOCS_PATH, DOCS_PATH } from './docs-path.js';
export { adminDocument, customerDocument } from './api-documents.js';
export { buildOpenApi } from './openapi.js';
export { pathOf } from './problem.sender.js';
export { routedPathOf } from './routed-path.js';
export { RouteWithoutRuleError } from './route-rule.check.js';
export { securityHeaders } from './security-headers.js';
export { GATEWAY_VERSION } from './version.js';
export { CSV_CONTENT, csvAnswer, csvLine } from './csv.js';
export type { CsvCell, CsvRow } from './csv.js';
export { operationOf } from './operation-id.js';
