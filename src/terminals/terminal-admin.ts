import { Inject, Injectable } from '@nestjs/common';
import type { AccountInfo } from '../bridge/index.js';
import { Clock } from '../kernel/index.js';
import { AuditLog } from '../persistence/index.js';
import type { PoolStats, TerminalStats } from './pool-stats.js';
import { TcpTerminalPool } from './tcp-terminal-pool.js';
import { TerminalLog, type TerminalLogLine } from './terminal-log.js';
import { reconnect, restart, type RestartAction, type RestartStep, RollingRestart } from './terminal-restart.js';
import type { Terminal } from './terminal.js';
import { RollingRestartRunningError, TerminalDisconnectedError } from './terminals.errors.js';

/** Who asks for a change, for the audit trail. */
export interface Operator {
  /** Id of the admin key. */
  readonly keyId: string;
  readonly requestId: string | undefined;
}

/**
 * What admins may see of terminals and do to them. Every change is in the audit trail before it happens, so that none
 * can happen unseen.
 */
@Injectable()
export class TerminalAdmin {
  constructor(
    @Inject(TcpTerminalPool) private readonly pool: TcpTerminalPool,
    @Inject(TerminalLog) private readonly log: TerminalLog,
    @Inject(RollingRestart) private readonly rolling: RollingRestart,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  stats(): PoolStats {
    return this.pool.stats();
  }

  /** @throws TerminalNotFoundError (not-found) */
  one(terminalId: string): TerminalStats {
    return this.pool.getTerminal(terminalId).stats();
  }

  /** Asks the terminal itself. @throws not-found, terminal-disconnected, terminal-timeout, terminal-error */
  async account(terminalId: string): Promise<AccountInfo> {
    return this.pool.request(terminalId, { type: 'account' }, { priority: 'urgent' });
  }

  /** The newest lines about a terminal, oldest first. @throws TerminalNotFoundError (not-found) */
  logs(terminalId: string, lines: number): readonly TerminalLogLine[] {
    return this.log.newest(this.pool.getTerminal(terminalId).id, lines);
  }

  /** Drops the link, so that the bridge dials again. @throws not-found, terminal-disconnected */
  async reconnect(terminalId: string, operator: Operator): Promise<void> {
    const terminal = this.connected(terminalId);
    await this.write(operator, 'terminal.reconnected', `terminal:${terminalId}`, {});
    reconnect(terminal, `an admin asked for it (key ${operator.keyId})`);
  }

  /** Restarts the terminal where its bridge can, else reconnects it. @throws not-found, terminal-disconnected */
  async restart(terminalId: string, operator: Operator): Promise<RestartAction> {
    const terminal = this.connected(terminalId);
    const detail = { asked: terminal.canRestart ? 'restart' : 'reconnect' };
    await this.write(operator, 'terminal.restarted', `terminal:${terminalId}`, detail);
    return restart(terminal, `an admin asked for it (key ${operator.keyId})`);
  }

  /** Restarts all, one after the other. @throws RollingRestartRunningError (idempotency-conflict) */
  async restartAll(operator: Operator): Promise<readonly RestartStep[]> {
    if (this.rolling.isRunning) throw new RollingRestartRunningError();
    await this.write(operator, 'terminal.all-restarted', '', { terminals: this.pool.allTerminals().length });
    return this.rolling.start(`rolling restart (key ${operator.keyId})`);
  }

  private connected(terminalId: string): Terminal {
    const terminal = this.pool.getTerminal(terminalId);
    if (terminal.epoch === undefined) throw new TerminalDisconnectedError(terminalId, terminalId);
    return terminal;
  }

  private async write(
    { keyId, requestId }: Operator,
    action: string,
    target: string,
    detail: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const at = new Date(this.clock.nowMs());
    await this.audit.write({ at, actor: `key:${keyId}`, action, target, detail, requestId });
  }
}
