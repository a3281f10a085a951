import type { AuditEntry } from '../audit/audit-log.js';

export interface MappingKey {
  readonly terminalId: string;
  /** Canonical name. */
  readonly symbol: string;
}

/** The newest override of a broker's name of a symbol. */
export interface StoredMapping extends MappingKey {
  /** Undefined when the override was removed. */
  readonly brokerName: string | undefined;
  /** Counts the changes; at least 1, never decreases. */
  readonly version: number;
  readonly changedAt: Date;
  /** Actor as in the audit trail. */
  readonly changedBy: string;
}

/** One write to a mapping. */
export interface MappingChange {
  /** Undefined removes the override. */
  readonly brokerName: string | undefined;
  readonly at: Date;
  /** Its actor becomes `changedBy`. */
  readonly audit: AuditEntry;
}

/** Overrides of symbol names in Postgres (port). Every change commits together with its audit row. */
export abstract class SymbolMappingStore {
  /** Includes removed overrides. */
  abstract all(): Promise<readonly StoredMapping[]>;
  /**
   * Calls `decide` with the mapping, which no other writer can change meanwhile, and writes its result; undefined = no
   * change. An error of `decide` writes nothing. Returns the mapping after the write; undefined when none exists.
   */
  abstract change(
    key: MappingKey,
    decide: (current: StoredMapping | undefined) => MappingChange | undefined,
  ): Promise<StoredMapping | undefined>;
}
