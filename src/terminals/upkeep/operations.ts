import type { Clock, Random } from '../../kernel/index.js';
import { OperationNotFoundError } from '../terminals.errors.js';

/** `failed`: at least one terminal is not back; `cancelled`: by an admin, or because the gateway stops. */
export type OperationState = 'running' | 'done' | 'failed' | 'cancelled';

/** How far an operation is with one terminal. */
export type StepState = 'waiting' | 'restarting' | 'ready' | 'failed' | 'skipped';

/** One terminal of an operation. */
export interface OperationStep {
  readonly terminalId: string;
  readonly state: StepState;
  /** Why it failed or was skipped; undefined otherwise. */
  readonly reason: string | undefined;
  /** Since when, wall clock milliseconds; undefined while it waits. */
  readonly sinceMs: number | undefined;
}

/** Something that takes minutes and goes from terminal to terminal. */
export class Operation {
  readonly kind = 'terminals.restart-all';
  readonly startedAtMs: number;
  private readonly byTerminal: Map<string, OperationStep>;
  private current: OperationState = 'running';
  private ended: number | undefined;
  private why: string | undefined;
  private cancelling = false;

  constructor(
    readonly id: string,
    /** Id of the admin key that asked for it. */
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

  /** Why it ended as it did; undefined while it runs and when all went well. */
  get reason(): string | undefined {
    return this.why;
  }

  /** Nothing new is begun; what was begun is still waited for. */
  get cancelRequested(): boolean {
    return this.cancelling;
  }

  /** In configured order. */
  get steps(): readonly OperationStep[] {
    return [...this.byTerminal.values()];
  }

  count(state: StepState): number {
    return this.steps.filter((step) => step.state === state).length;
  }

  /** How it stands with one terminal. */
  set(terminalId: string, state: StepState, reason?: string): void {
    this.byTerminal.set(terminalId, { terminalId, state, reason, sinceMs: this.clock.nowMs() });
  }

  /** It runs, and nobody has asked to end it. */
  get isCancellable(): boolean {
    return this.current === 'running' && !this.cancelling;
  }

  /** Begins nothing new; no effect when it is over. */
  cancel(): void {
    if (this.current === 'running') this.cancelling = true;
  }

  /** Ends it; what still waits is skipped for the same reason. */
  end(state: Exclude<OperationState, 'running'>, reason?: string): void {
    for (const { terminalId } of this.steps.filter((step) => step.state === 'waiting')) {
      this.set(terminalId, 'skipped', reason);
    }
    this.current = state;
    this.why = reason;
    this.ended = this.clock.nowMs();
  }
}

/** Newest operations that are remembered; one that runs is never forgotten. */
const OPERATIONS_KEPT = 50;
const ID_BYTES = 8;

/** The operations of this run of the gateway: in memory, because what they steer ends with the gateway too. */
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

  /** It never began. */
  forget(id: string): void {
    this.byId.delete(id);
  }

  /** Newest first. */
  newest(): readonly Operation[] {
    return [...this.byId.values()].reverse();
  }
}
