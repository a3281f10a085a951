import { type Clock, isGatewayError } from '../../kernel/index.js';
import type { TcpTerminalPool } from '../pool/tcp-terminal-pool.js';
import type { Terminal } from '../pool/terminal.js';

/** Largest share of the pool that probes drop at the same time; one terminal always may be. */
const MAX_DROPPED_SHARE = 0.05;
/** A probe is cheap: a terminal that needs longer is unhealthy, milliseconds. */
const PROBE_TIMEOUT_MS = 10_000;
/** Wait before a failed terminal is probed again when no other terminal may be dropped, milliseconds. */
const POSTPONE_MS = 10_000;

/**
 * Requests the account of every terminal once per interval and drops the sessions of those that do not answer, so that
 * their bridges dial again. Skips terminals that answered any request within the interval. The terminals' ids spread
 * the probes over the interval.
 */
export class TerminalProbe {
  private readonly dueMs = new Map<string, number>();
  private readonly dropped = new Map<string, number>();
  private readonly probing = new Set<string>();

  constructor(
    private readonly pool: TcpTerminalPool,
    private readonly clock: Clock,
    /** Every terminal is probed once per interval, milliseconds. */
    private readonly intervalMs: number,
  ) {
    const nowMs = clock.monotonicMs();
    for (const { id } of pool.allTerminals()) this.dueMs.set(id, nowMs + spread(id, intervalMs));
  }

  /** Probes the due terminals; call it about once a second. Resolves when the probes of this turn are over. */
  async tick(): Promise<void> {
    if (this.pool.isDraining) return;
    const nowMs = this.clock.monotonicMs();
    this.forgetRecovered(nowMs);
    const due = this.pool.allTerminals().filter(({ id }) => nowMs >= (this.dueMs.get(id) ?? 0));
    await Promise.all(due.map((terminal) => this.visit(terminal, nowMs)));
  }

  private async visit(terminal: Terminal, nowMs: number): Promise<void> {
    this.dueMs.set(terminal.id, nowMs + this.intervalMs);
    if (this.probing.has(terminal.id) || !this.isDoubtful(terminal, nowMs)) return;
    this.probing.add(terminal.id);
    try {
      await this.probe(terminal);
    } finally {
      this.probing.delete(terminal.id);
    }
  }

  /** Whether it is connected, without an answer for a whole interval, and not announced as busy. */
  private isDoubtful(terminal: Terminal, nowMs: number): boolean {
    if (terminal.state !== 'ready' && terminal.state !== 'impaired') return false;
    return nowMs - terminal.lastAnswerMs >= this.intervalMs && nowMs >= terminal.busyUntilMs;
  }

  private async probe(terminal: Terminal): Promise<void> {
    const { epoch } = terminal;
    const startedMs = this.clock.monotonicMs();
    const finish = (error: string | undefined): void => {
      const durationMs = this.clock.monotonicMs() - startedMs;
      terminal.record.probed({ atMs: this.clock.nowMs(), ok: error === undefined, durationMs, error });
    };
    try {
      await terminal.request({ type: 'account' }, { priority: 'urgent', timeoutMs: PROBE_TIMEOUT_MS });
      finish(undefined);
    } catch (error) {
      finish(error instanceof Error ? error.message : 'unknown');
      if (terminal.epoch === epoch && isSilence(error)) this.drop(terminal);
    }
  }

  private drop(terminal: Terminal): void {
    const nowMs = this.clock.monotonicMs();
    const limit = Math.max(1, Math.floor(this.pool.allTerminals().length * MAX_DROPPED_SHARE));
    if (this.dropped.size >= limit) {
      this.dueMs.set(terminal.id, nowMs + Math.min(POSTPONE_MS, this.intervalMs));
      return;
    }
    this.dropped.set(terminal.id, nowMs);
    terminal.drop('it did not answer the scheduled probe');
  }

  /** Makes room for the next one when a terminal is back or had an interval's time for it. */
  private forgetRecovered(nowMs: number): void {
    for (const [id, droppedMs] of this.dropped) {
      const back = this.pool.getTerminal(id).state === 'ready';
      if (back || nowMs - droppedMs >= this.intervalMs) this.dropped.delete(id);
    }
  }
}

/** Any answer, even an error, shows life; a timeout and a full queue show none. */
function isSilence(error: unknown): boolean {
  return isGatewayError(error) && (error.code === 'terminal-timeout' || error.code === 'reduced-capacity');
}

/** A fixed offset in the interval for each id (FNV-1a), so that restarts do not bunch probes. */
function spread(id: string, intervalMs: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(id)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % Math.max(1, intervalMs);
}
