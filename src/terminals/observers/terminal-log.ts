import { printable } from '../../kernel/index.js';
import { Ring } from '../pool/ring.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line about one terminal. */
export interface TerminalLogLine {
  /** Wall clock, milliseconds. */
  readonly atMs: number;
  readonly level: LogLevel;
  readonly message: string;
}

/** Lines kept per terminal. */
export const LOG_LINES_KEPT = 1000;

/** The newest lines about each terminal, for operators who have no access to the host's logs. */
export class TerminalLog {
  private readonly rings: ReadonlyMap<string, Ring<TerminalLogLine>>;

  constructor(terminalIds: readonly string[]) {
    this.rings = new Map(terminalIds.map((id) => [id, new Ring<TerminalLogLine>(LOG_LINES_KEPT)]));
  }

  /** Drops lines about unknown terminals: strangers invent their ids. */
  add(terminalId: string, line: TerminalLogLine): void {
    this.rings.get(terminalId)?.add({ ...line, message: printable(line.message, 300) });
  }

  /** The newest `count` lines, oldest first. */
  newest(terminalId: string, count: number): readonly TerminalLogLine[] {
    return this.rings.get(terminalId)?.newest(count) ?? [];
  }
}
