import type { Clock } from '../kernel/index.js';
import {
  ConnectionClosedError,
  ContentError,
  ProtocolError,
  RequestTimeoutError,
  TerminalAnswerError,
  UnusableAnswerError,
} from './bridge.errors.js';
import type { Frame } from './frame.js';
import { MAX_ANSWER_ROWS, UINT32_MAX } from './limits.js';
import { decodeFromBridge } from './message-codec.js';
import type { BridgeRequest, BridgeResponse, ResponseOf } from './messages.js';
import { AnswerCollector } from './rows.js';

/** Bounds of the wait for an answer. */
export interface RequestOptions {
  /** Milliseconds from now. */
  readonly timeoutMs: number;
  /** Aborting rejects with the signal's reason; the terminal does not learn of it. */
  readonly signal?: AbortSignal;
}

interface Waiting {
  readonly request: BridgeRequest;
  readonly collector: AnswerCollector;
  readonly resolve: (answer: BridgeResponse) => void;
  readonly reject: (reason: unknown) => void;
}

/** The type of the answer to each request. */
const ANSWER_TYPES = {
  'rates-by-count': 'rates',
  'rates-by-range': 'rates',
  'indicator-buffers': 'buffers',
  account: 'account-info',
  symbols: 'symbol-list',
  symbol: 'symbol-info',
  subscribe: 'subscribed',
  unsubscribe: 'ok',
  restart: 'ok',
} as const satisfies { [T in keyof ResponseOf]: ResponseOf[T]['type'] };

/** The requests of one session that wait for their answers, multiplexed by id. */
export class PendingRequests {
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private wrapped = false;
  private lateCount = 0;

  constructor(
    private readonly terminalId: string,
    private readonly clock: Clock,
  ) {}

  get size(): number {
    return this.waiting.size;
  }

  /** Number of frames that answered a request after it was given up. */
  get late(): number {
    return this.lateCount;
  }

  /** Waits for the answer of a request that `send` puts on the wire under a fresh id. */
  open<R extends BridgeRequest>(
    request: R,
    { timeoutMs, signal }: RequestOptions,
    send: (requestId: number) => void,
  ): Promise<ResponseOf[R['type']]> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const id = this.freshId();
      const release = (): void => {
        this.waiting.delete(id);
        timer.cancel();
        signal?.removeEventListener('abort', abort);
      };
      const waiting: Waiting = {
        request,
        collector: new AnswerCollector(maxRows(request)),
        resolve: (answer) => {
          release();
          resolve(answer as ResponseOf[R['type']]);
        },
        reject: (reason) => {
          release();
          reject(reason);
        },
      };
      const abort = (): void => waiting.reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      const timer = this.clock.after(timeoutMs, () => {
        waiting.reject(new RequestTimeoutError(this.terminalId, request.type, timeoutMs));
      });
      this.waiting.set(id, waiting);
      try {
        send(id);
      } catch (error) {
        waiting.reject(error);
      }
    });
  }

  /**
   * Accepts a frame with a request id. Returns false for an answer to a finished request, which is counted and dropped.
   *
   * An answer with a forbidden value fails its request and nothing else.
   *
   * @throws ProtocolError for an id that was never used, or a payload that is shorter or longer than its fields.
   */
  accept(frame: Frame): boolean {
    const waiting = this.waiting.get(frame.requestId);
    if (waiting === undefined) {
      if (!this.wrapped && frame.requestId > this.lastId) {
        throw new ProtocolError(`bridge protocol: an answer to request ${frame.requestId}, which was never sent`);
      }
      this.lateCount++;
      return false;
    }
    try {
      this.collect(waiting, frame);
    } catch (error) {
      if (!(error instanceof ContentError)) throw error;
      waiting.reject(new UnusableAnswerError(this.terminalId, describe(waiting.request), error));
    }
    return true;
  }

  private collect({ request, collector, resolve, reject }: Waiting, frame: Frame): void {
    const message = decodeFromBridge(frame) as BridgeResponse;
    if (message.type !== 'error' && message.type !== ANSWER_TYPES[request.type]) {
      throw new ContentError(`bridge protocol: ${message.type} is no answer to ${request.type}`);
    }
    const answer = collector.add(message, frame.more);
    if (answer === undefined) return;
    if (answer.type === 'error') reject(new TerminalAnswerError(this.terminalId, request.type, answer));
    else resolve(answer);
  }

  /** Rejects all pending requests. */
  failAll(reason: string): void {
    for (const { request, reject } of [...this.waiting.values()]) {
      reject(new ConnectionClosedError(this.terminalId, request.type, reason));
    }
  }

  private freshId(): number {
    do {
      if (this.lastId === UINT32_MAX) this.wrapped = true;
      this.lastId = this.lastId === UINT32_MAX ? 1 : this.lastId + 1;
    } while (this.waiting.has(this.lastId));
    return this.lastId;
  }
}

/** The request and the series or symbol that it is about. */
function describe(request: BridgeRequest): string {
  const symbol = 'symbol' in request ? ` of ${request.symbol}` : '';
  return `${request.type}${symbol}${'timeframe' in request ? ` ${request.timeframe}` : ''}`;
}

function maxRows(request: BridgeRequest): number {
  return 'count' in request ? request.count : MAX_ANSWER_ROWS;
}
