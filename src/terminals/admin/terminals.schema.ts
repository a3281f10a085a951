import { IntegerParameter } from '../../http/index.js';
import { LOG_LINES_KEPT } from '../observers/terminal-log.js';

/** Query of a terminal's log. */
export class TerminalLogQuery {
  @IntegerParameter({
    description: 'Number of lines: the newest ones, oldest first.',
    example: 100,
    min: 1,
    max: LOG_LINES_KEPT,
    default: 100,
  })
  readonly lines!: number;
}
