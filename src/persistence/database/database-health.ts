/** What is known of the database after a check. */
export interface DatabaseState {
  readonly status: 'up' | 'down';
  /** How long the check took, milliseconds. */
  readonly tookMs: number;
}

/** The last failure of a check. */
export interface DatabaseFailure {
  readonly at: Date;
  /** Readable and without secrets. */
  readonly message: string;
}

/** Whether the database answers (port). For health routes and the doctor. */
export abstract class DatabaseHealth {
  /** Asks the database. Never rejects and never takes longer than two seconds; checks at the same time share one query. */
  abstract check(): Promise<DatabaseState>;
  /** The newest failure of a check, also after the database came back; undefined when there was none. */
  abstract readonly lastFailure: DatabaseFailure | undefined;
}
