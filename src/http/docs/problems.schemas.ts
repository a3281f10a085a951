import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ERROR_CODES, type ErrorCode } from '../../kernel/index.js';

/** What one error code means. */
@ApiSchema({ description: 'What one error code means.' })
export class ProblemExplanationSchema {
  @ApiProperty({ description: 'The code; it never changes.', enum: ERROR_CODES, example: 'history-loading' })
  readonly code!: ErrorCode;

  @ApiProperty({ description: 'What `type` says in an error of this code.', example: '/problems/history-loading' })
  readonly type!: string;

  @ApiProperty({ description: 'HTTP status that it is answered with.', example: 503, type: 'integer' })
  readonly status!: number;

  @ApiProperty({ description: 'The code in words.', example: 'History loading' })
  readonly title!: string;

  @ApiProperty({
    description: 'What it means and what to do.',
    example: 'The terminal is still loading this history; ask again soon.',
  })
  readonly description!: string;

  @ApiProperty({ description: 'Whether the same request may succeed later.', example: true })
  readonly retryable!: boolean;
}

/** The answer with every error code. */
@ApiSchema({ description: 'The answer with every error code.' })
export class ProblemListSchema {
  @ApiProperty({ description: 'Always true.', example: true })
  readonly success!: boolean;

  @ApiProperty({ description: 'One entry per code, by status.', type: [ProblemExplanationSchema] })
  readonly data!: ProblemExplanationSchema[];
}
