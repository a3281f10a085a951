import { Logger } from '@nestjs/common';
import { asSeconds, type Clock } from '../../kernel/index.js';
import type { AuditLog } from '../../persistence/index.js';
import type { TcpTerminalPool } from '../pool/tcp-terminal-pool.js';
import type { Terminal } from '../pool/terminal.js';

/** Wait between two restarts, milliseconds: a fault of all terminals is not their own, so they restart one by one. */
const BETWEEN_RESTARTS_MS = 10_000;

interface Absence {
  readonly pid: number;
  readonly sinceMs: number;
}

export interface AgentRecoveryOptions {
  readonly pool: TcpTerminalPool;
  readonly clock: Clock;
  /** No actor asks for these restarts, so the trail must explain each. */
  readonly audit: AuditLog;
  /** A terminal is restarted after it stayed away for this long, milliseconds. */
  readonly restartAfterMs: number;
}

/**
 * Asks a host's agent to restart a terminal that stays away although its program runs: it hangs, or its bridge does. The
 * time counts while the agent is connected, the program runs and no session exists, so neither a restart of the gateway
 * nor a long absence of the agent restarts a terminal.
 */
export class AgentRecovery {
  private readonly logger = new Logger('Agents');
  private readonly absences = new Map<string, Absence>();
  private nextMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: AgentRecoveryOptions) {}

  /** Once a second. */
  async tick(): Promise<void> {
    const { pool, clock, restartAfterMs } = this.options;
    if (pool.isDraining) return;
    const nowMs = clock.monotonicMs();
    const overdue = pool.allTerminals().filter((terminal) => this.isOverdue(terminal, nowMs));
    const [first] = overdue;
    if (first === undefined || nowMs < this.nextMs) return;
    this.nextMs = nowMs + Math.min(BETWEEN_RESTARTS_MS, restartAfterMs);
    this.absences.delete(first.id);
    await this.restart(first);
  }

  private isOverdue(terminal: Terminal, nowMs: number): boolean {
    const { host } = terminal;
    const isAbsent = terminal.epoch === undefined && !terminal.isDrained;
    if (!isAbsent || host?.canRestart !== true || host.process?.state !== 'running') {
      this.absences.delete(terminal.id);
      return false;
    }
    const { pid } = host.process;
    const known = this.absences.get(terminal.id);
    if (known?.pid === pid) return nowMs - known.sinceMs >= this.options.restartAfterMs;
    this.absences.set(terminal.id, { pid, sinceMs: nowMs });
    return false;
  }

  private async restart(terminal: Terminal): Promise<void> {
    const reason = `its program runs, but its bridge was not seen for ${asSeconds(this.options.restartAfterMs)}`;
    try {
      await terminal.host?.restart(reason);
      this.logger.warn(`${terminal.id} is being restarted: ${reason}`);
      this.record(terminal, 'restarted', { reason });
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      this.logger.warn(failure);
      this.record(terminal, 'restart-failed', { reason, failure });
    }
  }

  private record({ id, host }: Terminal, verb: string, detail: Readonly<Record<string, unknown>>): void {
    this.options.audit.record({
      at: new Date(this.options.clock.nowMs()),
      actor: 'system',
      action: `terminal.${verb}`,
      target: `terminal:${id}`,
      detail: { ...detail, host: host?.host },
      requestId: undefined,
    });
  }
}
