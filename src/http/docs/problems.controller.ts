import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ERROR_CODES, type ErrorCode } from '../../kernel/index.js';
import { NotFoundError } from '../problems/http.errors.js';
import { problemSpec } from '../problems/problem.catalog.js';
import { problemType } from '../problems/problem.document.js';
import { ProblemResponses } from '../problems/problem.responses.js';
import { ProblemExplanationSchema, ProblemListSchema } from './problems.schemas.js';
import { PublicRoute } from '../routes/route.decorators.js';

/** The whole catalogue, by status. */
const EXPLANATIONS = ERROR_CODES.map(explain).sort((a, b) => a.status - b.status);

/** What the `type` of a problem document leads to. */
@ApiTags('Problems')
@Controller('problems')
export class ProblemsController {
  @PublicRoute()
  @Get()
  @ApiOperation({ operationId: 'listProblems', summary: 'Every error code, what it means and what to do about it' })
  @ApiOkResponse({
    description: 'The catalogue.',
    type: ProblemListSchema,
    example: { success: true, data: [explain('history-loading')] },
  })
  listProblems(): ProblemListSchema {
    return { success: true, data: EXPLANATIONS };
  }

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
    type: ProblemExplanationSchema,
    example: explain('history-loading'),
  })
  @ProblemResponses('not-found.problem')
  getProblem(@Param('code') code: string): ProblemExplanationSchema {
    if (!ERROR_CODES.includes(code as ErrorCode)) throw new NotFoundError('problem', code.slice(0, 64));
    return explain(code as ErrorCode);
  }
}

function explain(code: ErrorCode): ProblemExplanationSchema {
  const { status, title, description, retryable } = problemSpec(code);
  return { code, type: problemType(code), status, title, description, retryable };
}
