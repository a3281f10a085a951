import type { RejectionReason } from '../bridge/index.js';
import type { AuditLog } from '../persistence/index.js';
import type { TcpTerminalPool } from './tcp-terminal-pool.js';
import type { TerminalState } from './terminal-pool.js';

/** States whose beginning somebody may have to answer for. */
const AUDITED_STATES: readonly TerminalState[] = ['ready', 'impaired', 'lost'];

/**
 * Refusals that only somebody with a terminal's key can cause. All others can be had from anywhere in any number, so they
 * are counted and not written.
 */
const AUDITED_REJECTIONS: readonly RejectionReason[] = ['wrong-login', 'wrong-server', 'simulator-not-allowed'];

/** Writes the life of terminals into the audit trail. */
export class TerminalAuditObserver {
  constructor(pool: TcpTerminalPool, audit: AuditLog, now: () => Date) {
    const record = (terminalId: string, verb: string, detail: Readonly<Record<string, unknown>>): void => {
      const terminal = `terminal:${terminalId}`;
      audit.record({
        at: now(),
        actor: terminal,
        action: `terminal.${verb}`,
        target: terminal,
        detail,
        requestId: undefined,
      });
    };
    pool.onChange(({ terminalId, from, to, epoch, reason }) => {
      if (AUDITED_STATES.includes(to)) record(terminalId, to, { from, epoch, reason });
    });
    pool.onAlarm(({ terminalId, symbol, problem, was, now: found, candidates }) => {
      record(terminalId, `symbol-${problem}`, { symbol, was, now: found, candidates });
    });
    pool.listener.onRejected(({ terminalId, reason, remoteAddress, detail }) => {
      if (terminalId === undefined || !AUDITED_REJECTIONS.includes(reason)) return;
      record(terminalId, 'refused', { reason, remoteAddress, detail });
    });
  }
}
