import { asSeconds, type Clock, type Unsubscribe } from '../../kernel/index.js';
import type { Operation, Operations } from './operations.js';
import type { TcpTerminalPool } from '../pool/tcp-terminal-pool.js';
import { restart } from './terminal-restart.js';
import type { Terminal } from '../pool/terminal.js';
import { RollingRestartRunningError } from '../terminals.errors.js';

/** Time for a restarted terminal to be ready again, milliseconds. */
export const STEP_LIMIT_MS = 120_000;

/** Largest share of the pool that is down at the same time; one terminal always may be. */
const MAX_DOWN_SHARE = 0.05;
/** Number of failed terminals that ends the operation, or this share of the pool if that is more. */
const MAX_FAILURES = 3;
const MAX_FAILED_SHARE = 0.1;

export interface RollingRestartDeps {
  readonly pool: TcpTerminalPool;
  readonly clock: Clock;
  readonly operations: Operations;
  /** Called at the end of an operation. */
  readonly onEnd?: (operation: Operation) => void;
}

/**
 * Restarts all terminals, a few at a time, so that the others keep serving: never two that share a symbol, and none
 * that stands in for a terminal that this operation took down and that is not back.
 */
export class RollingRestart {
  private current: { readonly operation: Operation; run: Promise<void> } | undefined;

  constructor(private readonly deps: RollingRestartDeps) {}

  /** The running operation, if any. */
  get running(): Operation | undefined {
    return this.current?.operation;
  }

  /**
   * Begins as soon as `before` (the audit) is done, and does not wait for the end.
   * @throws RollingRestartRunningError while one is running; errors of `before`, and nothing began then
   */
  async start(keyId: string, before: (operation: Operation) => Promise<void>): Promise<Operation> {
    if (this.current !== undefined) throw new RollingRestartRunningError(this.current.operation.id);
    const { pool, operations } = this.deps;
    const ids = pool.allTerminals().map(({ id }) => id);
    const current = { operation: operations.begin(keyId, ids), run: Promise.resolve() };
    this.current = current;
    try {
      await before(current.operation);
    } catch (error) {
      this.current = undefined;
      operations.forget(current.operation.id);
      throw error;
    }
    current.run = this.run(current.operation).finally(() => {
      this.current = undefined;
      this.deps.onEnd?.(current.operation);
    });
    return current.operation;
  }

  /** Resolves when none is running. */
  async finished(): Promise<void> {
    await this.current?.run;
  }

  private async run(operation: Operation): Promise<void> {
    const { pool } = this.deps;
    const total = pool.allTerminals().length;
    const mostDown = Math.max(1, Math.floor(total * MAX_DOWN_SHARE));
    const mostFailed = Math.max(MAX_FAILURES, Math.ceil(total * MAX_FAILED_SHARE));
    const steps = new Map<string, Promise<void>>();
    const mayGoOn = (): boolean =>
      !pool.isDraining && !operation.cancelRequested && operation.count('failed') < mostFailed;
    // The answer to the caller goes out first.
    await Promise.resolve();
    for (;;) {
      while (mayGoOn() && steps.size < mostDown) {
        const terminal = this.choose(operation);
        if (terminal === undefined) break;
        const step = this.step(operation, terminal).finally(() => steps.delete(terminal.id));
        steps.set(terminal.id, step);
      }
      if (steps.size === 0) break;
      await Promise.race(steps.values());
    }
    this.end(operation, mostFailed);
  }

  private end(operation: Operation, mostFailed: number): void {
    const failed = operation.count('failed');
    if (this.deps.pool.isDraining) operation.end('cancelled', 'the gateway is stopping');
    else if (operation.cancelRequested) operation.end('cancelled', 'an admin canceled it');
    else if (failed >= mostFailed) operation.end('failed', `${failed} terminals are not back, so it was stopped`);
    else if (failed > 0) operation.end('failed', `${failed} of the terminals are not back`);
    else operation.end('done');
  }

  /** The next terminal that may go down now; skips those that need no restart or must not have one. */
  private choose(operation: Operation): Terminal | undefined {
    const waiting = operation.steps.filter(({ state }) => state === 'waiting');
    for (const { terminalId } of waiting) {
      const terminal = this.deps.pool.getTerminal(terminalId);
      if (this.sharesSymbol(operation, terminal, 'restarting') !== undefined) continue;
      const obstacle = this.obstacle(operation, terminal);
      if (obstacle === undefined) return terminal;
      operation.set(terminalId, 'skipped', obstacle);
    }
    return undefined;
  }

  private obstacle(operation: Operation, terminal: Terminal): string | undefined {
    if (terminal.isDrained) return 'it is drained by an operator';
    if (terminal.epoch === undefined && terminal.host?.canRestart !== true) return 'it is not connected';
    const failed = this.sharesSymbol(operation, terminal, 'failed');
    return failed === undefined ? undefined : `it stands in for ${failed}, which is not back`;
  }

  /** A terminal in that state that shares a symbol with this one and is not ready. */
  private sharesSymbol(operation: Operation, terminal: Terminal, state: 'restarting' | 'failed'): string | undefined {
    const { pool } = this.deps;
    const own = new Set(terminal.config.symbols.map(({ name }) => name));
    const others = operation.steps.filter((step) => step.state === state && step.terminalId !== terminal.id);
    const sharing = others.find(({ terminalId }) => {
      const other = pool.getTerminal(terminalId);
      const isDown = state === 'restarting' || other.state !== 'ready';
      return isDown && other.config.symbols.some(({ name }) => own.has(name));
    });
    return sharing?.terminalId;
  }

  private async step(operation: Operation, terminal: Terminal): Promise<void> {
    operation.set(terminal.id, 'restarting');
    const back = this.readyAgain(terminal, terminal.epoch ?? 0);
    try {
      await restart(terminal, `rolling restart ${operation.id} (key ${operation.startedBy})`);
      const outcome = await back.wait;
      if (outcome === 'late') throw new Error(`it was not ready again within ${asSeconds(STEP_LIMIT_MS)}`);
      if (outcome === 'ready') operation.set(terminal.id, 'ready');
      else operation.set(terminal.id, 'skipped', 'it was drained meanwhile');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      terminal.record.fault('restart-failed', `restart failed: ${reason}`);
      operation.set(terminal.id, 'failed', reason);
    } finally {
      back.cancel();
    }
  }

  private readyAgain(terminal: Terminal, before: number) {
    let unsubscribe: Unsubscribe = () => undefined;
    let cancel = (): void => undefined;
    const wait = new Promise<'ready' | 'late' | 'drained'>((resolve) => {
      const limit = this.deps.clock.after(STEP_LIMIT_MS, () => resolve('late'));
      unsubscribe = terminal.onChange(({ to, epoch }) => {
        if (to === 'ready' && (epoch ?? 0) > before) resolve('ready');
        else if (to === 'draining' || to === 'closed') resolve('drained');
      });
      cancel = () => {
        limit.cancel();
        unsubscribe();
      };
    });
    return { wait, cancel };
  }
}
