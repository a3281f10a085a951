/** One thing that happened and that somebody may have to answer for. Append-only. */
export interface AuditEntry {
  readonly at: Date;
  /** Who: `key:<id>`, `cli`, `system`, `terminal:<id>` or `anonymous`. */
  readonly actor: string;
  /** What, as `<area>.<verb>`: `key.created`, `key.used`, `key.refused`, `terminal.restarted`, ... */
  readonly action: string;
  /** On what: `key:<id>`, `account:<id>`, `terminal:<id>`, or empty. */
  readonly target: string;
  /** Facts, JSON; never a secret. */
  readonly detail: Readonly<Record<string, unknown>>;
  readonly requestId: string | undefined;
}

/**
 * The audit trail for events that have no transaction of their own (port). Admin writes do not come here: their stores
 * insert the row in the same transaction.
 */
export abstract class AuditLog {
  /**
   * Takes the entry without waiting; it is written in a batch within a second (that second is what a kill can lose).
   * Bounded: while the database is away the oldest wait, and what does not fit is counted, not kept.
   */
  abstract record(entry: AuditEntry): void;
  /** Writes the entry and resolves when it is committed. For admin actions that change nothing in the database. */
  abstract write(entry: AuditEntry): Promise<void>;
}
