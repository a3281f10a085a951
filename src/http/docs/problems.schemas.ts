import { ERROR_CODES, type ErrorCode } from '../../kernel/index.js';
import { SuccessAnswer } from '../answers/envelope.js';
import { Flag, OneOf, Parts, Schema, Text, Whole } from '../members.js';

@Schema('What one error code means.')
export class ProblemExplanationView {
  @OneOf('The code; it never changes.', ERROR_CODES, 'history-loading') readonly code!: ErrorCode;
  @Text('What `type` says in an error of this code.', '/problems/history-loading') readonly type!: string;
  @Whole('HTTP status that it is answered with.', 503) readonly status!: number;
  @Text('The code in words.', 'History loading') readonly title!: string;
  @Text('What it means and what to do.', 'The terminal is still loading this history; ask again soon.')
  readonly description!: string;
  @Flag('Whether the same request may succeed later.', true) readonly retryable!: boolean;
}

@Schema('Every error code, by status.')
export class ProblemListAnswer extends SuccessAnswer {
  @Parts('One entry per code, by status.', ProblemExplanationView) readonly data!: ProblemExplanationView[];
}
