import { Inject, Injectable } from '@nestjs/common';
import type { AccountInfo } from '../../bridge/index.js';
import type { KeyActor } from '../../http/index.js';
import { Clock } from '../../kernel/index.js';
import { AuditLog } from '../../persistence/index.js';
import type { PoolStats, TerminalStats } from '../pool/pool-stats.js';
import { TcpTerminalPool } from '../pool/tcp-terminal-pool.js';
import { ServerZones } from '../clocks/server-zones.js';
import type { ZoneReport } from '../clocks/server-clock.js';
import { TerminalLog, type TerminalLogLine } from '../observers/terminal-log.js';
import { type Operation, Operations } from '../upkeep/operations.js';
import { RollingRestart } from '../upkeep/rolling-restart.js';
import { reconnect, restart, type RestartAction } from '../upkeep/terminal-restart.js';
import type { Terminal } from '../pool/terminal.js';
import { TerminalDisconnectedError } from '../terminals.errors.js';

/**
 * Views and operations of admins on terminals. Every change is audited before it happens, so that none can
 * happen unseen.
 */
@Injectable()
export class TerminalAdmin {
  constructor(
    @Inject(TcpTerminalPool) private readonly pool: TcpTerminalPool,
    @Inject(TerminalLog) private readonly log: TerminalLog,
    @Inject(RollingRestart) private readonly rolling: RollingRestart,
    @Inject(Operations) private readonly operations: Operations,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(ServerZones) private readonly zones: ServerZones,
  ) {}

  stats(): PoolStats {
    return this.pool.stats();
  }

  /** @throws TerminalNotFoundError (not-found) */
  one(terminalId: string): TerminalStats {
    return this.pool.getTerminal(terminalId).stats();
  }

  /** The zone of the terminal's server as it is known now. */
  zoneOf({ session, server }: TerminalStats): ZoneReport {
    return this.zones.report(session?.brokerServer ?? server);
  }

  /** Requests the account. @throws not-found, terminal-disconnected, terminal-timeout, terminal-error */
  async account(terminalId: string): Promise<AccountInfo> {
    return this.pool.getTerminal(terminalId).command({ type: 'account' }, { priority: 'urgent' });
  }

  /** The newest lines about a terminal, oldest first. @throws TerminalNotFoundError (not-found) */
  logs(terminalId: string, lines: number): readonly TerminalLogLine[] {
    return this.log.newest(this.pool.getTerminal(terminalId).id, lines);
  }

  /** Drops the link, so that the bridge dials again. @throws not-found, terminal-disconnected */
  async reconnect(terminalId: string, by: KeyActor): Promise<void> {
    const terminal = this.connected(terminalId);
    await this.write(by, 'terminal.reconnected', `terminal:${terminalId}`, {});
    reconnect(terminal, `an admin asked for it (key ${by.keyId})`);
  }

  /** Restarts the terminal if its agent or bridge can, else reconnects it. @throws not-found, terminal-disconnected */
  async restart(terminalId: string, by: KeyActor): Promise<RestartAction> {
    const terminal = this.restartable(terminalId);
    const detail = { asked: terminal.canRestart ? 'restart' : 'reconnect' };
    await this.write(by, 'terminal.restarted', `terminal:${terminalId}`, detail);
    return restart(terminal, `an admin asked for it (key ${by.keyId})`);
  }

  /** Lets running requests finish and refuses new ones until it is resumed. Idempotent. @throws not-found */
  async drain(terminalId: string, by: KeyActor): Promise<TerminalStats> {
    return this.change(terminalId, by, 'drained', (terminal, reason) => terminal.hold(reason));
  }

  /** Ends a drain. Idempotent. @throws not-found */
  async resume(terminalId: string, by: KeyActor): Promise<TerminalStats> {
    return this.change(terminalId, by, 'resumed', (terminal, reason) => terminal.resume(reason));
  }

  /** Restarts all terminals, a few at a time. @throws RollingRestartRunningError (idempotency-conflict) */
  async restartAll(by: KeyActor): Promise<Operation> {
    return this.rolling.start(by.keyId, ({ id, steps }) =>
      this.write(by, 'terminal.all-restarted', `operation:${id}`, { terminals: steps.length }),
    );
  }

  /** Newest first. */
  listOperations(): readonly Operation[] {
    return this.operations.newest();
  }

  /** @throws OperationNotFoundError (not-found) */
  operation(id: string): Operation {
    return this.operations.get(id);
  }

  /** Cancels an operation; running steps finish. Idempotent, also after its end. @throws not-found */
  async cancel(id: string, by: KeyActor): Promise<Operation> {
    const operation = this.operations.get(id);
    if (operation.isCancellable) {
      const detail = { ready: operation.count('ready'), waiting: operation.count('waiting') };
      await this.write(by, 'operation.cancelled', `operation:${id}`, detail);
      operation.cancel();
    }
    return operation;
  }

  private async change(
    terminalId: string,
    by: KeyActor,
    verb: 'drained' | 'resumed',
    act: (terminal: Terminal, reason: string) => boolean,
  ): Promise<TerminalStats> {
    const terminal = this.pool.getTerminal(terminalId);
    const isWanted = terminal.isDrained !== (verb === 'drained');
    if (isWanted) {
      const before = { state: terminal.state };
      const after = { state: verb === 'drained' ? 'draining' : 'serving' };
      await this.write(by, `terminal.${verb}`, `terminal:${terminalId}`, { before, after });
      act(terminal, `an admin asked for it (key ${by.keyId})`);
    }
    return terminal.stats();
  }

  /** A terminal that can be restarted; an agent can restart one that is not connected. */
  private restartable(terminalId: string): Terminal {
    const terminal = this.pool.getTerminal(terminalId);
    return terminal.host?.canRestart === true ? terminal : this.connected(terminalId);
  }

  private connected(terminalId: string): Terminal {
    const terminal = this.pool.getTerminal(terminalId);
    if (terminal.epoch === undefined) throw new TerminalDisconnectedError(terminalId, terminalId);
    return terminal;
  }

  private async write(
    { actor, requestId }: KeyActor,
    action: string,
    target: string,
    detail: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const at = new Date(this.clock.nowMs());
    await this.audit.write({ at, actor, action, target, detail, requestId });
  }
}
