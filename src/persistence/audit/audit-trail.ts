import type { ChainHead, UnsealedRows } from './verify-audit-chain.js';

/** A row of the audit trail as readers see it. */
export interface AuditRecord {
  /** Order in which rows came in. */
  readonly id: string;
  /** When it happened, ISO 8601 with microseconds, UTC. */
  readonly at: string;
  /** When the database got it. */
  readonly recordedAt: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  /** JSON as text. */
  readonly detail: string;
  readonly requestId: string | undefined;
  /** Place in the chain and hash (lower case hexadecimal); undefined until the row is sealed. */
  readonly seal: ChainHead | undefined;
}

/** Which rows are wanted; all conditions must hold. */
export interface AuditQuery {
  readonly actor?: string | undefined;
  /** Beginning of the action. */
  readonly action?: string | undefined;
  /** Beginning of the target: `key:` for every key. */
  readonly targetPrefix?: string | undefined;
  /** The whole target. */
  readonly target?: string | undefined;
  /** Happened at or after. */
  readonly from?: Date | undefined;
  /** Happened before. */
  readonly to?: Date | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Rows of one page, newest first. */
export interface AuditPage {
  readonly items: readonly AuditRecord[];
  /** Undefined on the last page. Stays good while rows are added: none comes twice. */
  readonly nextCursor: string | undefined;
}

/** Where the chain ends now. */
export interface ChainState {
  readonly head: ChainHead;
  readonly unsealed: UnsealedRows;
}

/** Reads the audit trail (port). */
export abstract class AuditTrail {
  /** By the time of the event. @throws InvalidCursorError */
  abstract list(query: AuditQuery): Promise<AuditPage>;
  abstract find(id: string): Promise<AuditRecord | undefined>;
  /** @throws AuditChainError when the head is missing */
  abstract chain(): Promise<ChainState>;
}
