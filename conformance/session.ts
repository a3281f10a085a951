import type { Clock, Timer } from '../src/kernel/index.js';
import {
  AnswerCollector,
  type BarPush,
  type BridgeRequest,
  type BridgeResponse,
  type BusyUntil,
  decodeFromBridge,
  encodeMessage,
  type Frame,
  type Heartbeat,
  type Hello,
  isExtension,
  isPush,
  toleratedFault,
  type Welcome,
} from '../src/bridge/index.js';
import type { BridgeConnection } from './bridge-connection.js';
import { demand, Finding } from './finding.js';
import { ANSWER_MS } from './settings.js';

/** A received message with its time by the suite's clock. */
export interface Arrival<M> {
  readonly message: M;
  readonly atMs: number;
}

/** A whole answer with its chunks. */
export interface Answer {
  readonly message: BridgeResponse;
  readonly chunks: readonly { readonly payloadBytes: number; readonly message: BridgeResponse }[];
  readonly tookMs: number;
}

interface Pending {
  readonly collector: AnswerCollector;
  readonly chunks: { payloadBytes: number; message: BridgeResponse }[];
  readonly askedAtMs: number;
  answer: Answer | undefined;
}

/** One welcomed session: sends requests, collects messages, and sends the gateway's heartbeats. */
export class Session {
  /** Type of the bridge's first message after the WELCOME. */
  firstType: string | undefined;
  readonly heartbeats: Arrival<Heartbeat>[] = [];
  readonly bars: Arrival<BarPush>[] = [];
  readonly pauses: Arrival<BusyUntil>[] = [];
  readonly welcomedAtMs: number;
  /** Violation of the protocol by the bridge; reading stops there. */
  fault: string | undefined;
  /** Text of the bridge's GOAWAY, if any. */
  farewell: string | undefined;
  private readonly pending = new Map<number, Pending>();
  private readonly answered = new Set<number>();
  private lastRequestId = 0;
  private isWriting = false;
  private readonly pulse: Timer;

  constructor(
    readonly connection: BridgeConnection,
    readonly hello: Hello,
    readonly welcome: Welcome,
    private readonly clock: Clock,
  ) {
    this.welcomedAtMs = clock.monotonicMs();
    connection.handOver((frame) => this.accept(frame));
    this.beat();
    this.pulse = clock.every(welcome.heartbeatMs, () => this.beat());
  }

  get isAlive(): boolean {
    return this.connection.isOpen && this.problem === undefined;
  }

  /** Sends a request and waits for the whole answer. @throws Finding if none comes or it violates the protocol */
  request(request: BridgeRequest, timeoutMs = ANSWER_MS): Promise<Answer> {
    const { id, answer } = this.expect(request.type, timeoutMs, 'count' in request ? request.count : undefined);
    this.connection.write(encodeMessage(request, { requestId: id }));
    return answer;
  }

  /** A fresh request id and its future answer; the caller sends the request. */
  expect(what: string, timeoutMs = ANSWER_MS, maxRows?: number): { id: number; answer: Promise<Answer> } {
    this.lastRequestId += 1;
    const id = this.lastRequestId;
    const pending: Pending = {
      collector: new AnswerCollector(maxRows),
      chunks: [],
      askedAtMs: this.clock.monotonicMs(),
      answer: undefined,
    };
    this.pending.set(id, pending);
    const answer = this.await(pending, what, timeoutMs);
    // Several may fail while a check waits only for the first of them.
    answer.catch(() => undefined);
    return { id, answer };
  }

  /** Waits until a message makes this true. @throws Finding if it does not within the time */
  async until(isSo: () => boolean, timeoutMs: number, lack: string): Promise<void> {
    await this.connection.news.until(() => isSo() || !this.isAlive, timeoutMs);
    if (isSo()) return;
    if (this.problem !== undefined) throw new Finding(this.problem);
    demand(this.connection.isOpen, `${lack}: the bridge closed the connection${this.farewell ?? ''}`);
    throw new Finding(`${lack} within ${Math.round(timeoutMs)} ms`);
  }

  /** Writes a frame in pieces and awaits `between` after each but the last; the gateway sends nothing in between. */
  async writeSlowly(pieces: readonly Uint8Array[], between: () => Promise<unknown>): Promise<void> {
    // A heartbeat first, so that the pause does not extend a longer silence.
    this.beat();
    this.isWriting = true;
    try {
      for (const [index, piece] of pieces.entries()) {
        if (index > 0) await between();
        this.connection.write(piece);
      }
    } finally {
      this.isWriting = false;
    }
  }

  /** Stops the gateway's heartbeats. */
  fallSilent(): void {
    this.pulse.cancel();
  }

  /** Ends the session after the sent frames. */
  finish(...lastWords: readonly Uint8Array[]): void {
    this.pulse.cancel();
    this.connection.write(...lastWords);
    this.connection.finish();
  }

  get problem(): string | undefined {
    return this.fault ?? this.connection.fault;
  }

  private async await(pending: Pending, what: string, timeoutMs: number): Promise<Answer> {
    await this.until(() => pending.answer !== undefined, timeoutMs, `${what}: no answer came`);
    return pending.answer!;
  }

  private beat(): void {
    if (!this.connection.isOpen) return this.pulse.cancel();
    if (this.isWriting) return;
    this.connection.write(encodeMessage({ type: 'gateway-heartbeat', gatewayTimeMs: this.clock.nowMs() }));
  }

  private accept(frame: Frame): void {
    if (this.fault !== undefined || this.farewell !== undefined) return;
    try {
      this.judge(frame);
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error);
    }
  }

  private judge(frame: Frame): void {
    if (isExtension(frame.number)) return;
    const message = decodeFromBridge(frame);
    // The gateway uses the rest of such a message, but a conforming bridge never sends one.
    const tolerated = toleratedFault(message);
    demand(tolerated === undefined, `bridge protocol: ${tolerated}`);
    this.firstType ??= message.type;
    if (!isPush(message)) return this.collect(frame, message);
    const arrival = { atMs: this.clock.monotonicMs() };
    if (message.type === 'heartbeat') this.heartbeats.push({ ...arrival, message });
    if (message.type === 'bar') this.bars.push({ ...arrival, message });
    if (message.type === 'busy') this.pauses.push({ ...arrival, message });
    if (message.type === 'goaway') this.farewell = ` with GOAWAY ${message.reason}: ${message.message}`;
  }

  private collect(frame: Frame, message: BridgeResponse): void {
    const { requestId } = frame;
    const pending = this.pending.get(requestId);
    demand(!this.answered.has(requestId), `request ${requestId} was answered twice (${message.type})`);
    demand(pending !== undefined, `${message.type} answers request ${requestId}, which was never asked`);
    pending.chunks.push({ payloadBytes: frame.payload.length, message });
    const whole = pending.collector.add(message, frame.more);
    if (whole === undefined) return;
    const tookMs = this.clock.monotonicMs() - pending.askedAtMs;
    pending.answer = { message: whole, chunks: pending.chunks, tookMs };
    this.pending.delete(requestId);
    this.answered.add(requestId);
  }
}
