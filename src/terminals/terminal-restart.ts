import type { Clock, Unsubscribe } from '../kernel/index.js';
import type { TcpTerminalPool } from './tcp-terminal-pool.js';
import type { Terminal } from './terminal.js';
import { RollingRestartRunningError, TerminalDisconnectedError } from './terminals.errors.js';

/** `restart`: the terminal's program really restarts. `reconnect`: only its link is dropped and dials again. */
export type RestartAction = 'restart' | 'reconnect';

/** What a rolling restart will do with one terminal; `skip`: it has no session to begin with. */
export interface RestartStep {
  readonly terminalId: string;
  readonly action: RestartAction | 'skip';
}

/** How long the next terminal waits for the one before it to be ready again, milliseconds. */
export const STEP_LIMIT_MS = 120_000;

/** Ends the session; the bridge dials again. @throws TerminalDisconnectedError when there is none */
export function reconnect(terminal: Terminal, reason: string): void {
  if (!terminal.drop(reason)) throw new TerminalDisconnectedError(terminal.id, terminal.id);
}

/**
 * Restarts the terminal where its bridge can, else reconnects it.
 * @throws TerminalDisconnectedError when it has no session
 */
export async function restart(terminal: Terminal, reason: string): Promise<RestartAction> {
  if (terminal.canRestart) {
    try {
      await terminal.request({ type: 'restart' }, { priority: 'urgent' });
      return 'restart';
    } catch {
      // The bridge could not; dropping the link is what remains. The failure stands in the terminal's record.
    }
  }
  reconnect(terminal, reason);
  return 'reconnect';
}

/** Restarts all terminals one after the other, so that the others keep serving. */
export class RollingRestart {
  private running: Promise<void> | undefined;

  constructor(
    private readonly pool: TcpTerminalPool,
    private readonly clock: Clock,
  ) {}

  /** Whether one is under way. */
  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /**
   * Begins, and returns the plan at once.
   * @throws RollingRestartRunningError while one is under way
   */
  start(reason: string): readonly RestartStep[] {
    if (this.running !== undefined) throw new RollingRestartRunningError();
    const plan = this.pool.allTerminals().map((terminal): RestartStep => {
      const action = terminal.canRestart ? 'restart' : 'reconnect';
      return { terminalId: terminal.id, action: terminal.epoch === undefined ? 'skip' : action };
    });
    this.running = this.run(plan, reason).finally(() => {
      this.running = undefined;
    });
    return plan;
  }

  /** Resolves when none is under way. */
  async finished(): Promise<void> {
    await this.running;
  }

  private async run(plan: readonly RestartStep[], reason: string): Promise<void> {
    for (const { terminalId, action } of plan) {
      if (this.pool.isDraining) return;
      const terminal = this.pool.getTerminal(terminalId);
      if (action !== 'skip' && terminal.epoch !== undefined) await this.step(terminal, reason);
    }
  }

  private async step(terminal: Terminal, reason: string): Promise<void> {
    const before = terminal.epoch ?? 0;
    const back = this.readyAgain(terminal, before);
    try {
      await restart(terminal, reason);
      await back.wait;
    } catch (error) {
      terminal.record.fault(`restart failed: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      back.cancel();
    }
  }

  /** Resolves when a newer session is ready, or at the time limit, or when the gateway stops. */
  private readyAgain(terminal: Terminal, before: number): { wait: Promise<void>; cancel: () => void } {
    let unsubscribe: Unsubscribe = () => undefined;
    let cancel = (): void => undefined;
    const wait = new Promise<void>((resolve) => {
      const limit = this.clock.after(STEP_LIMIT_MS, resolve);
      unsubscribe = terminal.onChange(({ to, epoch }) => {
        if ((to === 'ready' && (epoch ?? 0) > before) || to === 'draining' || to === 'closed') resolve();
      });
      cancel = () => {
        limit.cancel();
        unsubscribe();
      };
    });
    return { wait, cancel };
  }
}
