import pg from 'pg';
import { isConnectionLost, QUERY_TIMEOUT_MESSAGE } from '../database-away.js';

/** Options of our pool's clients in addition to pg's own. */
export interface StoreClientConfig extends pg.ClientConfig {
  /** Longest time for connecting and logging in, milliseconds (`connectionTimeoutMillis` is the pool's). */
  readonly connectTimeoutMs: number;
}

/** Time that every statement keeps, however long its caller waited for the connection, milliseconds. */
const MIN_STATEMENT_MS = 1000;

/** A simplified type of `query`, which has a dozen overloads in pg. */
type AnyQuery = (...parameters: readonly unknown[]) => unknown;

/**
 * A connection that ends itself when an answer is late or the server has ended the session. pg alone would return it to
 * the pool, where the next caller would receive the late answer of the old statement (brianc/node-postgres#3399).
 */
export class StoreClient extends pg.Client {
  private failed = false;
  private waitedMs = 0;

  constructor(config: StoreClientConfig) {
    super({ ...config, connectionTimeoutMillis: config.connectTimeoutMs });
    // Between two statements of a caller there is no other listener, and an unhandled error would end the process.
    this.on('error', () => {
      this.failed = true;
    });
    const ask = this.query.bind(this) as AnyQuery;
    const askOrEnd: AnyQuery = (...parameters) => {
      const answer = this.withinLimit(() => ask(...parameters));
      return answer instanceof Promise ? answer.catch((error: unknown) => this.endIfUseless(error)) : answer;
    };
    this.query = askOrEnd as typeof this.query;
  }

  /** True when the connection broke or was given up; it must not be used again. */
  get broken(): boolean {
    return this.failed;
  }

  /**
   * Subtracts the wait for this connection from the time of the next statement, so that both together take no longer
   * than a statement may.
   */
  chargeWait(waitMs: number): void {
    this.waitedMs = waitMs;
  }

  /** pg reads the limit when the statement is submitted. */
  private withinLimit<T>(ask: () => T): T {
    const parameters = (this as unknown as { connectionParameters: { query_timeout?: number } }).connectionParameters;
    const limitMs = parameters.query_timeout;
    if (limitMs !== undefined && limitMs > 0)
      parameters.query_timeout = Math.max(Math.min(limitMs, MIN_STATEMENT_MS), limitMs - this.waitedMs);
    this.waitedMs = 0;
    try {
      return ask();
    } finally {
      if (limitMs !== undefined) parameters.query_timeout = limitMs;
    }
  }

  /** Serves promises only: calls with a callback come from the pool, which drops the client after every error. */
  private endIfUseless(error: unknown): never {
    const late = error instanceof Error && error.message === QUERY_TIMEOUT_MESSAGE;
    // The server announces the end before it hangs up; in between the pool would still accept the connection.
    if (late || isConnectionLost(error)) {
      this.failed = true;
      // Destroys the socket immediately: the statement is still running, and no caller needs its end.
      void this.end();
    }
    throw error;
  }
}
