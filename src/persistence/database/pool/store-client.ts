import pg from 'pg';
import { isConnectionLost, QUERY_TIMEOUT_MESSAGE } from '../database-away.js';

/** What our pool hands to each of its clients besides pg's own options. */
export interface StoreClientConfig extends pg.ClientConfig {
  /** Longest time for connecting and logging in, milliseconds (`connectionTimeoutMillis` is the pool's). */
  readonly connectTimeoutMs: number;
}

/** What a statement keeps of its time however long its caller waited for the connection, milliseconds. */
const LEAST_STATEMENT_MS = 1000;

/** The parts of `query` that matter here; pg's own overloads are a dozen. */
type AnyQuery = (...parameters: readonly unknown[]) => unknown;

/**
 * A connection that ends itself when an answer did not come in time, or when the server has ended the session. pg alone
 * would give it back to the pool, where the late answer of the old statement is waiting for the next caller
 * (brianc/node-postgres#3399).
 */
export class StoreClient extends pg.Client {
  private failed = false;
  private waitedMs = 0;

  constructor(config: StoreClientConfig) {
    super({ ...config, connectionTimeoutMillis: config.connectTimeoutMs });
    // Between two statements of a caller nobody else listens, and an error without a listener would end the process.
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

  /** The connection broke or was given up; nobody may use it again. */
  get broken(): boolean {
    return this.failed;
  }

  /**
   * Takes the wait for this connection off the time of the next statement, so that a caller waits no longer for both than
   * a statement may take.
   */
  chargeWait(waitMs: number): void {
    this.waitedMs = waitMs;
  }

  /** pg reads the limit when the statement is handed in. */
  private withinLimit<T>(ask: () => T): T {
    const parameters = (this as unknown as { connectionParameters: { query_timeout?: number } }).connectionParameters;
    const limitMs = parameters.query_timeout;
    if (limitMs !== undefined && limitMs > 0)
      parameters.query_timeout = Math.max(Math.min(limitMs, LEAST_STATEMENT_MS), limitMs - this.waitedMs);
    this.waitedMs = 0;
    try {
      return ask();
    } finally {
      if (limitMs !== undefined) parameters.query_timeout = limitMs;
    }
  }

  /** Calls that take a callback come from the pool itself, which drops the client after every error. */
  private endIfUseless(error: unknown): never {
    const late = error instanceof Error && error.message === QUERY_TIMEOUT_MESSAGE;
    // The server says goodbye before it hangs up; in between the pool would still take the connection back.
    if (late || isConnectionLost(error)) {
      this.failed = true;
      // The socket is cut at once because the statement is still running; nobody needs to wait for its end.
      void this.end();
    }
    throw error;
  }
}
