import { Injectable, Logger } from '@nestjs/common';
import { Clock, counted } from '../../kernel/index.js';
import { TcpTerminalPool } from '../pool/tcp-terminal-pool.js';
import { TerminalProbe } from './terminal-probe.js';

const SUMMARY_MS = 60_000;
const NAMES_IN_SUMMARY = 10;

/** Periodic work on terminals: probes of the due ones every second, and one line a minute. */
@Injectable()
export class TerminalSchedule {
  private readonly logger = new Logger('Terminals');
  private summaryMs: number;

  constructor(
    private readonly pool: TcpTerminalPool,
    private readonly probe: TerminalProbe,
    private readonly clock: Clock,
  ) {
    this.summaryMs = clock.monotonicMs() + SUMMARY_MS;
  }

  /** Once a second. */
  async tick(): Promise<void> {
    if (this.pool.isDraining) return;
    if (this.clock.monotonicMs() >= this.summaryMs) {
      this.summaryMs = this.clock.monotonicMs() + SUMMARY_MS;
      this.logSummary();
    }
    await this.probe.tick();
  }

  private logSummary(): void {
    const { total, connected, terminals } = this.pool.stats();
    const summary = `connected: ${connected} of ${counted(total, 'terminal')}`;
    const missing = terminals.filter((terminal) => !terminal.connected).map(({ terminalId }) => terminalId);
    if (missing.length === 0) {
      this.logger.log(summary);
      return;
    }
    const named = missing.slice(0, NAMES_IN_SUMMARY).join(', ');
    const more = missing.length > NAMES_IN_SUMMARY ? ` and ${missing.length - NAMES_IN_SUMMARY} more` : '';
    this.logger.warn(`${summary}; missing: ${named}${more}`);
  }
}
