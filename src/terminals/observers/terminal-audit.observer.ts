import type { RejectionReason } from '../../bridge/index.js';
import type { AuditLog } from '../../persistence/index.js';
import { RefusalBudget } from '../pool/refusal-budget.js';
import type { TcpTerminalPool } from '../pool/tcp-terminal-pool.js';
import type { TerminalState } from '../terminal-pool.js';

/** States whose beginning is audited. */
const AUDITED_STATES: readonly TerminalState[] = ['ready', 'impaired', 'lost'];

/** Refusals that only a holder of a terminal's key can cause: their actor is the terminal. */
const PROVEN_REJECTIONS: readonly RejectionReason[] = ['wrong-login', 'wrong-server', 'simulator-not-allowed'];

/** Refusals of a peer that only claims to be a terminal. Any stranger can cause them, so their number is bounded. */
const CLAIMED_REJECTIONS: readonly RejectionReason[] = ['wrong-key', 'unknown-terminal'];

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
    const budget = new RefusalBudget(() => now().getTime());
    pool.listener.onRejected((rejection) => {
      const { terminalId, reason, remoteAddress, detail } = rejection;
      if (terminalId === undefined) return;
      if (PROVEN_REJECTIONS.includes(reason)) record(terminalId, 'refused', { reason, remoteAddress, detail });
      if (!CLAIMED_REJECTIONS.includes(reason)) return;
      const omitted = budget.admit(rejection);
      if (omitted === undefined) return;
      audit.record({
        at: now(),
        actor: 'anonymous',
        action: 'terminal.refused',
        target: `terminal:${terminalId}`,
        detail: { reason, remoteAddress, detail, omitted_before: omitted },
        requestId: undefined,
      });
    });
  }
}
