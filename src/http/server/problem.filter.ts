import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  Logger,
  NotFoundException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { pathWithoutKeys, printable } from '../../kernel/index.js';
import { frameworkProblem, unmatchedProblem } from '../problems/framework.problems.js';
import { CLIENT_GONE_STATUS, isClientGone } from '../intake/client-gone.js';
import type { GatewayHttpAdapter } from './http-adapter.js';
import { problemSpec } from '../problems/problem.catalog.js';
import { describeError } from '../problems/problem.document.js';
import { pathOf, type Problem, sendProblem } from '../problems/problem.sender.js';

/** Terminus throws its own body, which monitoring tools know, as an exception. */
const TERMINUS_PATH = '/health/ready';

/** Answers every error with a problem document. Nothing of an unexpected error is shown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  constructor(private readonly host: HttpAdapterHost<GatewayHttpAdapter>) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    if (isClientGone(error, request)) {
      this.logger.debug(`${lineOf(request, 'client-gone')}: the client left before its request was complete`);
      void reply.code(CLIENT_GONE_STATUS).send();
      return;
    }
    const path = pathOf(request.url);
    if (error instanceof ServiceUnavailableException && path === TERMINUS_PATH) {
      void reply.code(503).send(error.getResponse());
      return;
    }
    const problem = this.problemOf(error, request.method, path);
    this.log(problem, error, request);
    sendProblem(request, reply, problem);
  }

  private problemOf(error: unknown, method: string, path: string): Problem {
    if (error instanceof NotFoundException) {
      const allowed = this.host.httpAdapter.routes.methodsFor(path);
      return unmatchedProblem(method, printable(pathWithoutKeys(path)), allowed);
    }
    return frameworkProblem(error) ?? describeError(error);
  }

  private log(problem: Problem, error: unknown, request: FastifyRequest): void {
    const level = problemSpec(problem.code).logLevel;
    const line = lineOf(request, problem.code);
    if (level === 'error')
      this.logger.error(line, error instanceof Error ? (error.stack ?? error.message) : String(error));
    else this.logger[level](`${line}: ${problem.detail}`);
  }
}

/** The route's template, not the URL: keys sent in a query string must not reach the log. */
function lineOf({ method, routeOptions, id }: FastifyRequest, outcome: string): string {
  return `${method} ${routeOptions?.url ?? '(unknown route)'} ${outcome} request_id=${id}`;
}
