import {
  type BridgeRequest,
  type BridgeSession,
  type ResponseOf,
  TerminalAnswerError,
  UnusableAnswerError,
} from '../../bridge/index.js';
import type { TerminalSettings } from '../../config/index.js';
import { type Clock, Emitter, isGatewayError } from '../../kernel/index.js';
import { RequestQueue, type RequestSlot } from './request-queue.js';
import type { TerminalRequestOptions } from '../terminal-pool.js';

/** The end of one request to a terminal, for metrics and logs. */
export interface RequestOutcome {
  readonly terminalId: string;
  readonly operation: BridgeRequest['type'];
  /** `ok`, the code of the error, or `aborted`. */
  readonly outcome: string;
  /** Message of the error; undefined after a success. */
  readonly message: string | undefined;
  /** Waiting included, milliseconds. */
  readonly durationMs: number;
}

/** The terminal as its requests use it. */
export interface RequestsContext {
  readonly terminalId: string;
  readonly clock: Clock;
  readonly settings: Pick<TerminalSettings, 'requestTimeoutMs' | 'queueLimit'>;
  /** The current session. @throws TerminalDisconnectedError when there is none */
  readonly session: () => BridgeSession;
}

/** Takes every request to one terminal through the queue, to the session of that moment, to its outcome. */
export class TerminalRequests {
  private readonly queue: RequestQueue;
  private readonly outcomes = new Emitter<RequestOutcome>();
  readonly onOutcome = this.outcomes.subscribe;
  private answeredMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly context: RequestsContext) {
    this.queue = new RequestQueue(context.terminalId, context.clock, context.settings.queueLimit);
  }

  get waiting(): number {
    return this.queue.waiting;
  }

  get inFlight(): number {
    return this.queue.inFlight;
  }

  /** Monotonic milliseconds of the last answer, errors of the terminal included; minus infinity before the first. */
  get lastAnswerMs(): number {
    return this.answeredMs;
  }

  /** Sends the request when its turn comes. Rejects as the queue and the session do. */
  async submit<R extends BridgeRequest>(request: R, options: TerminalRequestOptions): Promise<ResponseOf[R['type']]> {
    const { clock, settings } = this.context;
    const startedMs = clock.monotonicMs();
    try {
      const answer = await this.queue.submit({
        priority: options.priority ?? 'normal',
        requester: requesterOf(request),
        timeoutMs: options.timeoutMs ?? settings.requestTimeoutMs,
        ...(options.signal !== undefined && { signal: options.signal }),
        run: (slot) => this.send(request, slot),
      });
      this.report(request, startedMs, undefined);
      return answer;
    } catch (error) {
      this.report(request, startedMs, error);
      throw error;
    }
  }

  /** Rejects all waiting and running requests, because the session is gone. */
  failAll(error: unknown): void {
    this.queue.failAll(error);
  }

  /** Resolves once no request waits or runs. */
  idle(): Promise<void> {
    return this.queue.idle();
  }

  private async send<R extends BridgeRequest>(request: R, slot: RequestSlot): Promise<ResponseOf[R['type']]> {
    const { clock, session } = this.context;
    try {
      const answer = await session().request(request, slot);
      this.answeredMs = clock.monotonicMs();
      return answer;
    } catch (error) {
      if (error instanceof TerminalAnswerError || error instanceof UnusableAnswerError)
        this.answeredMs = clock.monotonicMs();
      throw error;
    }
  }

  private report(request: BridgeRequest, startedMs: number, error: unknown): void {
    this.outcomes.emit({
      terminalId: this.context.terminalId,
      operation: request.type,
      outcome: error === undefined ? 'ok' : codeOf(error),
      message: error instanceof Error ? error.message : undefined,
      durationMs: this.context.clock.monotonicMs() - startedMs,
    });
  }
}

/** Requests about one series take turns with those about others. */
function requesterOf(request: BridgeRequest): string {
  const symbol = 'symbol' in request ? request.symbol : '';
  return 'timeframe' in request ? `${symbol} ${request.timeframe}` : `${request.type} ${symbol}`;
}

function codeOf(error: unknown): string {
  return isGatewayError(error) ? error.code : 'aborted';
}
