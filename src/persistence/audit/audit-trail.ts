import type { ChainHead, UnsealedRows } from './verify-audit-chain.js';

/** A row of the audit trail as readers see it. */
export interface AuditRecord {
  /** Ascends in the order in which rows arrived. */
  readonly id: string;
  /** Time of the event, ISO 8601 with microseconds, UTC. */
  readonly at: string;
  /** Time at which the database received it. */
  readonly recordedAt: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  /** JSON as text. */
  readonly detail: string;
  readonly requestId: string | undefined;
  /** Undefined until the row is sealed. */
  readonly seal: ChainHead | undefined;
}

/** Filters; all of them must hold. */
export interface AuditQuery {
  readonly actor?: string | undefined;
  /** Prefix of the action. */
  readonly action?: string | undefined;
  /** Prefix of the target: `key:` for every key. */
  readonly targetPrefix?: string | undefined;
  /** Exact target. */
  readonly target?: string | undefined;
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Newest first. */
export interface AuditPage {
  readonly items: readonly AuditRecord[];
  /** Undefined on the last page. Stays valid while rows are added: none comes twice. */
  readonly nextCursor: string | undefined;
}

/** Current end of the chain. */
export interface ChainState {
  readonly head: ChainHead;
  readonly unsealed: UnsealedRows;
}

/** The audit trail for readers (port). */
export abstract class AuditTrail {
  /** Sorted by the time of the event. @throws InvalidCursorError */
  abstract list(query: AuditQuery): Promise<AuditPage>;
  abstract find(id: string): Promise<AuditRecord | undefined>;
  /** @throws AuditChainError when the head is missing */
  abstract chain(): Promise<ChainState>;
}
