import { IntegerParameter } from '../../http/index.js';
import { LOG_LINES_KEPT } from '../observers/terminal-log.js';

/** Query of a terminal's log. */
export class TerminalLogQuery {
  @IntegerParameter({
    description: 'How many of the newest lines, oldest first.',
    example: 100,
    min: 1,
    max: LOG_LINES_KEPT,
    default: 100,
  })
  readonly lines!: number;
}
