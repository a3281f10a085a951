import { Inject, Injectable } from '@nestjs/common';
import { Clock, printable, within } from '../../kernel/index.js';
import { DatabaseHealth, type DatabaseFailure, type DatabaseState } from './database-health.js';
import { Database } from './database.js';

const LIMIT_MS = 2000;

/** Uses the same pool as the stores, because an exhausted pool is as bad as an absent server. */
@Injectable()
export class QueryDatabaseHealth extends DatabaseHealth {
  private running: Promise<DatabaseState> | undefined;
  private failure: DatabaseFailure | undefined;

  constructor(
    @Inject(Database) private readonly database: Pick<Database, 'rows'>,
    private readonly clock: Clock,
  ) {
    super();
  }

  get lastFailure(): DatabaseFailure | undefined {
    return this.failure;
  }

  check(): Promise<DatabaseState> {
    this.running ??= this.ask().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async ask(): Promise<DatabaseState> {
    const startMs = this.clock.monotonicMs();
    const answer = this.database.rows('SELECT 1', []).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    const late = `The database did not answer within ${LIMIT_MS} ms.`;
    const message = await within(this.clock, LIMIT_MS, answer, late);
    if (message !== undefined) this.failure = { at: new Date(this.clock.nowMs()), message: printable(message, 200) };
    return { status: message === undefined ? 'up' : 'down', tookMs: this.clock.monotonicMs() - startMs };
  }
}
