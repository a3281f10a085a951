/** One event for which a person or a program is accountable. Append-only. */
export interface AuditEntry {
  readonly at: Date;
  /** `key:<id>`, `cli`, `system`, `terminal:<id>` or `anonymous`. */
  readonly actor: string;
  /** `<area>.<verb>`: `key.created`, `key.used`, `key.refused`, `terminal.restarted`, ... */
  readonly action: string;
  /** `key:<id>`, `account:<id>`, `terminal:<id>`, or empty. */
  readonly target: string;
  /** JSON facts; never a secret. */
  readonly detail: Readonly<Record<string, unknown>>;
  readonly requestId: string | undefined;
}

/**
 * Audit trail for events outside of a transaction (port). The stores of admin writes insert their audit rows in the
 * same transaction instead.
 */
export abstract class AuditLog {
  /**
   * Accepts the entry without waiting; a batch writes it within a second, which is what a kill can lose. Bounded: while
   * the database is away the oldest entries wait, and what does not fit is counted and dropped.
   */
  abstract record(entry: AuditEntry): void;
  /** Resolves when the entry is committed. For admin actions that change nothing in the database. */
  abstract write(entry: AuditEntry): Promise<void>;
}
