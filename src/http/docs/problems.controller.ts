import { Controller, Get, Param } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { ERROR_CODES, type ErrorCode } from '../../kernel/index.js';
import { NotFoundError } from '../problems/http.errors.js';
import { problemSpec } from '../problems/problem.catalog.js';
import { problemType } from '../problems/problem.document.js';
import { ProblemExplanationView, ProblemListAnswer } from './problems.schemas.js';
import { PublicRoute } from '../routes/route.decorators.js';

/** The whole catalog, by status. */
const EXPLANATIONS = ERROR_CODES.map(explain).sort((a, b) => a.status - b.status);

/** Explanations of error codes, where the `type` of a problem document leads. */
@ApiTags('Problems')
@Controller('problems')
export class ProblemsController {
  @PublicRoute({
    summary: 'List all error codes with meaning and remedy',
    answer: ProblemListAnswer,
  })
  @Get()
  listProblems(): Omit<ProblemListAnswer, 'success'> {
    return { data: EXPLANATIONS };
  }

  @PublicRoute({
    summary: 'Explain an error code: meaning and remedy',
    answer: ProblemExplanationView,
    errors: ['not-found.problem'],
  })
  @Get(':code')
  @ApiParam({
    name: 'code',
    enum: ERROR_CODES,
    description: 'Code of a problem document.',
    example: 'terminal-disconnected',
  })
  getProblem(@Param('code') code: string): ProblemExplanationView {
    if (!ERROR_CODES.includes(code as ErrorCode)) throw new NotFoundError('problem', code.slice(0, 64));
    return explain(code as ErrorCode);
  }
}

function explain(code: ErrorCode): ProblemExplanationView {
  const { status, title, description, retryable } = problemSpec(code);
  return { code, type: problemType(code), status, title, description, retryable };
}
