import { Injectable, Logger } from '@nestjs/common';
import type { Rejection } from '../../bridge/index.js';
import { Clock } from '../../kernel/index.js';
import type { SymbolAlarm } from '../symbols/frozen-symbols.js';
import { TcpTerminalPool } from '../pool/tcp-terminal-pool.js';
import { type LogLevel, TerminalLog } from './terminal-log.js';
import type { TerminalChange } from '../pool/terminal.state.js';

/** Most log lines a minute about refused unknown peers; a scan must not fill the disk. */
const REJECTIONS_PER_MINUTE = 30;

/** Logs the events of the pool and keeps the lines per terminal. */
@Injectable()
export class TerminalLogObserver {
  private readonly logger = new Logger('Terminals');
  private minute = 0;
  private rejectionsInMinute = 0;
  private turnedAwayMinute: number | undefined;
  private turnedAwayCount = 0;

  constructor(
    pool: TcpTerminalPool,
    private readonly log: TerminalLog,
    private readonly clock: Clock,
  ) {
    pool.onChange((change) => this.changed(change));
    pool.onAlarm((alarm) => this.alarmed(alarm));
    pool.listener.onRejected((rejection) => this.rejected(rejection));
    pool.onRoute(({ symbol, route }) => {
      this.logger.debug(route === undefined ? `${symbol} has no route` : `${symbol} is served by ${route.terminalId}`);
    });
    pool.onReport(({ terminalId, message }) => this.write(terminalId, 'warn', `${terminalId}: ${message}`));
    pool.onTerminalError(({ terminalId, terminalCode }) => {
      this.keep(terminalId, 'warn', `the terminal's own last error is ${terminalCode} now`);
    });
    pool.onOutcome(({ terminalId, operation, outcome, message }) => {
      if (outcome === 'ok' || outcome === 'aborted') return;
      this.keep(terminalId, 'warn', `${operation} failed (${outcome}): ${message}`);
    });
  }

  private changed({ terminalId, from, to, reason }: TerminalChange): void {
    this.write(terminalId, levelOf(from, to), `${terminalId} is ${to} (was ${from}): ${reason}`);
  }

  private alarmed({ terminalId, message }: SymbolAlarm): void {
    this.write(terminalId, 'warn', `${terminalId}: ${message}`);
  }

  private rejected({ reason, terminalId, remoteAddress, detail }: Rejection): void {
    const who = terminalId === undefined ? remoteAddress : `${terminalId} from ${remoteAddress}`;
    if (reason === 'too-many-connections') {
      this.turnedAway(remoteAddress);
      return;
    }
    const message = `refused ${who}: ${reason}, ${detail}`;
    const minute = Math.floor(this.clock.monotonicMs() / 60_000);
    if (minute !== this.minute) {
      this.minute = minute;
      this.rejectionsInMinute = 0;
    }
    this.rejectionsInMinute++;
    const loud = this.rejectionsInMinute <= REJECTIONS_PER_MINUTE;
    if (terminalId !== undefined) this.keep(terminalId, 'warn', message);
    this.logger[loud ? 'warn' : 'debug'](message);
  }

  /** A storm of connections is one event, not hundreds: one line a minute says how many there were. */
  private turnedAway(remoteAddress: string): void {
    this.turnedAwayCount++;
    const minute = Math.floor(this.clock.monotonicMs() / 60_000);
    if (minute === this.turnedAwayMinute) return;
    this.turnedAwayMinute = minute;
    const count = this.turnedAwayCount;
    this.turnedAwayCount = 0;
    const since = count === 1 ? '' : `, ${count} since the last such line`;
    this.logger.warn(
      `connections that proved nothing are turned away, too many are open (now one of ${remoteAddress}${since})`,
    );
  }

  private write(terminalId: string, level: LogLevel, message: string): void {
    this.keep(terminalId, level, message);
    this.logger[level === 'info' ? 'log' : level](message);
  }

  private keep(terminalId: string, level: LogLevel, message: string): void {
    this.log.add(terminalId, { atMs: this.clock.nowMs(), level, message });
  }
}

/** A degraded terminal is a warning, a healthy one information, each new attempt a detail. */
function levelOf(from: TerminalChange['from'], to: TerminalChange['to']): LogLevel {
  if (to === 'impaired') return 'warn';
  if (to === 'lost') return from === 'handshaking' ? 'debug' : 'warn';
  return to === 'ready' ? 'info' : 'debug';
}
