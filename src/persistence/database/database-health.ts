/** Result of a check. */
export interface DatabaseState {
  readonly status: 'up' | 'down';
  /** Duration of the check, milliseconds. */
  readonly tookMs: number;
}

export interface DatabaseFailure {
  readonly at: Date;
  /** Readable and without secrets. */
  readonly message: string;
}

/** Checks whether the database answers (port). For health routes and the doctor. */
export abstract class DatabaseHealth {
  /** Never rejects and never takes longer than two seconds; concurrent checks share one query. */
  abstract check(): Promise<DatabaseState>;
  /** The newest failed check, also after the database came back; undefined when none failed. */
  abstract readonly lastFailure: DatabaseFailure | undefined;
}
