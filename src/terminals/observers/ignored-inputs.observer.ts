import { Injectable, Logger } from '@nestjs/common';
import { type Counter, Registry } from 'prom-client';
import { Clock, leftOutNote, LineBudget, printable } from '../../kernel/index.js';
import { ignoredInputs } from '../../metrics/index.js';
import type { IgnoredOfPeer } from '../pool/ignored-input.js';
import { TcpTerminalPool } from '../pool/tcp-terminal-pool.js';
import { TerminalLog } from './terminal-log.js';

/** Period of one line, milliseconds: an input may be ignored for hours. */
const LINE_PERIOD_MS = 600_000;

/** Texts and levels of log lines. `debug`: every correct peer does it. Undefined: another line reports it. */
const LINES: Readonly<Record<IgnoredOfPeer['what'], { level: 'debug' | 'log'; text: string } | undefined>> = {
  'unrouted-push': { level: 'debug', text: 'a push was left out, the terminal does not serve the symbol now' },
  'extension-frame': { level: 'log', text: 'a frame of an unknown optional type was left out' },
  'late-answer': { level: 'log', text: 'an answer came too late and was left out' },
  'late-agent-answer': { level: 'log', text: 'an answer came too late and was left out' },
  'after-goodbye': { level: 'debug', text: 'what came after the last words was left out' },
  'foreign-report': undefined,
  'unreadable-symbol': undefined,
};

/** Counts ignored inputs of terminals and agents, and logs each kind of a peer once in ten minutes. */
@Injectable()
export class IgnoredInputsObserver {
  private readonly logger = new Logger('Terminals');
  private readonly counter: Counter<'what'>;
  private readonly lines: LineBudget;

  constructor(
    pool: TcpTerminalPool,
    registry: Registry,
    private readonly log: TerminalLog,
    private readonly clock: Clock,
  ) {
    this.counter = ignoredInputs(registry);
    this.lines = new LineBudget(clock, { periodMs: LINE_PERIOD_MS });
    pool.onIgnored((input) => this.note(input));
  }

  private note({ what, count, peer, detail }: IgnoredOfPeer): void {
    this.counter.inc({ what }, count);
    const line = LINES[what];
    const leftOut = line && this.lines.admit(`${what} ${peer}`);
    if (leftOut === undefined) return;
    const { level, text } = line!;
    const message = `${printable(peer)}: ${text} (${printable(detail, 200)})${leftOutNote(leftOut)}`;
    this.log.add(peer, { atMs: this.clock.nowMs(), level: level === 'log' ? 'info' : level, message });
    this.logger[level](message);
  }
}
