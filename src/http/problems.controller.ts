import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ERROR_CODES, type ErrorCode } from '../kernel/index.js';
import { NotFoundError } from './http.errors.js';
import { problemSpec } from './problem.catalog.js';
import { ProblemResponses } from './problem.responses.js';
import { PublicRoute } from './route.decorators.js';

/** What the `type` of a problem document leads to. */
@ApiTags('Problems')
@Controller('problems')
export class ProblemsController {
  @PublicRoute()
  @Get(':code')
  @ApiOperation({ operationId: 'getProblem', summary: 'What an error code means and what to do about it' })
  @ApiParam({
    name: 'code',
    enum: ERROR_CODES,
    description: 'Code of a problem document.',
    example: 'terminal-disconnected',
  })
  @ApiOkResponse({
    description: 'The explanation.',
    example: {
      code: 'history-loading',
      status: 503,
      title: 'History loading',
      description: 'The terminal is still loading this history; ask again soon.',
      retryable: true,
    },
  })
  @ProblemResponses('not-found')
  getProblem(@Param('code') code: string): object {
    if (!ERROR_CODES.includes(code as ErrorCode)) throw new NotFoundError('problem', code.slice(0, 64));
    const { status, title, description, retryable } = problemSpec(code as ErrorCode);
    return { code, status, title, description, retryable };
  }
}
