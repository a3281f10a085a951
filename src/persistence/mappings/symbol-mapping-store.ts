import type { AuditEntry } from '../audit/audit-log.js';

/** Which symbol of which terminal. */
export interface MappingKey {
  readonly terminalId: string;
  /** Canonical name. */
  readonly symbol: string;
}

/** What an operator said last that the broker calls a symbol. */
export interface StoredMapping extends MappingKey {
  /** Undefined when it was taken back. */
  readonly brokerName: string | undefined;
  /** Counts the changes; at least 1, and never goes back. */
  readonly version: number;
  readonly changedAt: Date;
  /** As in the audit trail. */
  readonly changedBy: string;
}

/** One write to a mapping. */
export interface MappingChange {
  /** Undefined takes the mapping back. */
  readonly brokerName: string | undefined;
  readonly at: Date;
  /** Its actor is also who changed the mapping. */
  readonly audit: AuditEntry;
}

/** Operators' names of symbols in Postgres (port). Every change is written with its audit row in one transaction. */
export abstract class SymbolMappingStore {
  /** All that were ever made, also those that were taken back. */
  abstract all(): Promise<readonly StoredMapping[]>;
  /**
   * Changes one mapping as `decide` says when it sees it; nobody else can change it meanwhile. Undefined changes
   * nothing, and what `decide` throws neither. Gives the mapping as it is then; undefined when there never was one.
   */
  abstract change(
    key: MappingKey,
    decide: (current: StoredMapping | undefined) => MappingChange | undefined,
  ): Promise<StoredMapping | undefined>;
}
