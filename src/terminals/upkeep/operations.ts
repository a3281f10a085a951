import { Injectable } from '@nestjs/common';
import { Clock, Random } from '../../kernel/index.js';
import { OperationNotFoundError } from '../terminals.errors.js';

/** `failed`: at least one terminal is not back; `cancelled`: by an admin, or because the gateway stops. */
export type OperationState = 'running' | 'done' | 'failed' | 'cancelled';

/** Progress of an operation with one terminal. */
export type StepState = 'waiting' | 'restarting' | 'ready' | 'failed' | 'skipped';

/** One terminal of an operation. */
export interface OperationStep {
  readonly terminalId: string;
  readonly state: StepState;
  /** Reason of a failure or skip; undefined otherwise. */
  readonly reason: string | undefined;
  /** Beginning of the state, wall clock milliseconds; undefined while it waits. */
  readonly sinceMs: number | undefined;
}

/** A long operation that goes from terminal to terminal. */
export class Operation {
  readonly kind = 'terminals.restart-all';
  readonly startedAtMs: number;
  private readonly byTerminal: Map<string, OperationStep>;
  private current: OperationState = 'running';
  private ended: number | undefined;
  private why: string | undefined;
  private canceling = false;

  constructor(
    readonly id: string,
    /** Id of the admin key that started it. */
    readonly startedBy: string,
    terminalIds: readonly string[],
    private readonly clock: Clock,
  ) {
    this.startedAtMs = clock.nowMs();
    this.byTerminal = new Map(
      terminalIds.map((terminalId) => [
        terminalId,
        { terminalId, state: 'waiting', reason: undefined, sinceMs: undefined },
      ]),
    );
  }

  get state(): OperationState {
    return this.current;
  }

  /** Wall clock, milliseconds; undefined while it runs. */
  get endedAtMs(): number | undefined {
    return this.ended;
  }

  /** Reason of its end; undefined while it runs and after a success. */
  get reason(): string | undefined {
    return this.why;
  }

  /** Whether a cancel was requested: no new step begins, running ones finish. */
  get cancelRequested(): boolean {
    return this.canceling;
  }

  /** In configured order. */
  get steps(): readonly OperationStep[] {
    return [...this.byTerminal.values()];
  }

  count(state: StepState): number {
    return this.steps.filter((step) => step.state === state).length;
  }

  /** Sets the state of one terminal. */
  set(terminalId: string, state: StepState, reason?: string): void {
    this.byTerminal.set(terminalId, { terminalId, state, reason, sinceMs: this.clock.nowMs() });
  }

  /** Whether it runs and no cancel was requested. */
  get isCancellable(): boolean {
    return this.current === 'running' && !this.canceling;
  }

  /** Stops new steps; no effect after its end. */
  cancel(): void {
    if (this.current === 'running') this.canceling = true;
  }

  /** Ends it; waiting terminals are skipped for the same reason. */
  end(state: Exclude<OperationState, 'running'>, reason?: string): void {
    for (const { terminalId } of this.steps.filter((step) => step.state === 'waiting')) {
      this.set(terminalId, 'skipped', reason);
    }
    this.current = state;
    this.why = reason;
    this.ended = this.clock.nowMs();
  }
}

/** Number of remembered operations; a running one is never forgotten. */
const OPERATIONS_KEPT = 50;
const ID_BYTES = 8;

/** The operations of this run of the gateway: in memory, because they end with the gateway. */
@Injectable()
export class Operations {
  /** Oldest first. */
  private readonly byId = new Map<string, Operation>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  begin(startedBy: string, terminalIds: readonly string[]): Operation {
    const id = `op_${this.random.bytes(ID_BYTES).toString('hex')}`;
    const operation = new Operation(id, startedBy, terminalIds, this.clock);
    this.byId.set(id, operation);
    for (const old of this.byId.values()) {
      if (this.byId.size <= OPERATIONS_KEPT) break;
      if (old.state !== 'running') this.byId.delete(old.id);
    }
    return operation;
  }

  /** @throws OperationNotFoundError (not-found) */
  get(id: string): Operation {
    const operation = this.byId.get(id);
    if (operation === undefined) throw new OperationNotFoundError(id);
    return operation;
  }

  /** Removes an operation that never began. */
  forget(id: string): void {
    this.byId.delete(id);
  }

  /** Newest first. */
  newest(): readonly Operation[] {
    return [...this.byId.values()].reverse();
  }
}
