import type { Clock, Timer } from '../../kernel/index.js';
import { FairQueue } from './fair-queue.js';
import type { RequestPriority } from '../terminal-pool.js';
import { TerminalQueueFullError, TerminalTimeoutError } from '../terminals.errors.js';

/** MQL5 runs one thing at a time: a second request in flight would only wait in the terminal, out of our sight. */
const MAX_IN_FLIGHT = 1;

/** The remaining time of a request when it is sent. */
export interface RequestSlot {
  /** Milliseconds left until the deadline, at least 1. */
  readonly timeoutMs: number;
  /** Fires when the answer is no longer needed. */
  readonly signal: AbortSignal;
}

/** One request for the queue. */
export interface QueuedRequest<T> {
  readonly priority: RequestPriority;
  /** Key of the requester; requesters of one priority take turns. */
  readonly requester: string;
  /** Waiting and execution together, milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Sends it. Called at most once. */
  readonly run: (slot: RequestSlot) => Promise<T>;
}

interface Entry {
  readonly priority: RequestPriority;
  readonly requester: string;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly run: (slot: RequestSlot) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Releases the entry's timer and abort listener. */
  release: () => void;
  sent: AbortController | undefined;
  settled: boolean;
}

/**
 * The requests to one terminal: bounded, the more urgent first, fair between requesters, one at a time. Each settles
 * exactly once and at its deadline at the latest, whatever the terminal does. So a hung terminal blocks only its own
 * requests, and none longer than its timeout.
 */
export class RequestQueue {
  private readonly queues: Record<RequestPriority, FairQueue<Entry>> = {
    urgent: new FairQueue(),
    normal: new FairQueue(),
    bulk: new FairQueue(),
  };
  private readonly running = new Set<Entry>();
  private readonly idleWaiters = new Set<() => void>();

  constructor(
    private readonly terminalId: string,
    private readonly clock: Clock,
    /** Most waiting requests. */
    private readonly limit: number,
  ) {}

  /** Number of waiting requests. */
  get waiting(): number {
    return this.queues.urgent.size + this.queues.normal.size + this.queues.bulk.size;
  }

  get inFlight(): number {
    return this.running.size;
  }

  /**
   * Runs the request when its turn comes.
   * @throws TerminalQueueFullError (reduced-capacity) when too many requests wait
   * @throws TerminalTimeoutError (terminal-timeout) at the deadline; a request that was still waiting is never sent
   */
  submit<T>(request: QueuedRequest<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (request.signal?.aborted === true) {
        reject(request.signal.reason);
        return;
      }
      if (this.inFlight >= MAX_IN_FLIGHT && this.waiting >= this.limit) {
        reject(new TerminalQueueFullError(this.terminalId, this.limit));
        return;
      }
      const entry: Entry = {
        priority: request.priority,
        requester: request.requester,
        timeoutMs: request.timeoutMs,
        deadlineMs: this.clock.monotonicMs() + request.timeoutMs,
        run: request.run,
        resolve: resolve as (value: unknown) => void,
        reject,
        release: () => undefined,
        sent: undefined,
        settled: false,
      };
      this.guard(entry, request.signal);
      this.queues[entry.priority].add(entry.requester, entry);
      this.pump();
    });
  }

  /** Rejects all waiting and running requests with `error` (the session is gone). */
  failAll(error: unknown): void {
    for (const queue of Object.values(this.queues)) {
      for (let entry = queue.take(); entry !== undefined; entry = queue.take())
        this.settle(entry, () => entry?.reject(error));
    }
    for (const entry of [...this.running]) this.abandon(entry, error);
  }

  /** Resolves once no request waits or runs. */
  idle(): Promise<void> {
    if (this.waiting + this.inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.idleWaiters.add(resolve));
  }

  /** Arms the deadline and the caller's abort signal. */
  private guard(entry: Entry, signal: AbortSignal | undefined): void {
    const expire = (): void => {
      const phase = entry.sent === undefined ? 'waiting' : 'sent';
      this.abandon(entry, new TerminalTimeoutError(this.terminalId, entry.timeoutMs, phase));
    };
    const timer: Timer = this.clock.after(entry.timeoutMs, expire);
    const aborted = (): void => this.abandon(entry, signal?.reason);
    signal?.addEventListener('abort', aborted, { once: true });
    entry.release = () => {
      timer.cancel();
      signal?.removeEventListener('abort', aborted);
    };
  }

  /** Gives up an entry, waiting or sent; a late answer finds it settled and changes nothing. */
  private abandon(entry: Entry, error: unknown): void {
    if (entry.settled) return;
    if (entry.sent === undefined) this.queues[entry.priority].remove(entry.requester, entry);
    this.settle(entry, () => entry.reject(error));
    entry.sent?.abort(error);
  }

  private pump(): void {
    while (this.running.size < MAX_IN_FLIGHT) {
      const entry = this.queues.urgent.take() ?? this.queues.normal.take() ?? this.queues.bulk.take();
      if (entry === undefined) break;
      this.start(entry);
    }
    if (this.waiting + this.inFlight > 0) return;
    for (const resolve of this.idleWaiters) resolve();
    this.idleWaiters.clear();
  }

  private start(entry: Entry): void {
    entry.sent = new AbortController();
    this.running.add(entry);
    const timeoutMs = Math.max(1, entry.deadlineMs - this.clock.monotonicMs());
    const slot = { timeoutMs, signal: entry.sent.signal };
    new Promise((resolve) => {
      resolve(entry.run(slot));
    }).then(
      (value) => this.settle(entry, () => entry.resolve(value)),
      (error: unknown) => this.settle(entry, () => entry.reject(error)),
    );
  }

  private settle(entry: Entry, finish: () => void): void {
    if (entry.settled) return;
    entry.settled = true;
    entry.release();
    this.running.delete(entry);
    finish();
    this.pump();
  }
}
