import { asMilliseconds, Emitter, type Clock, type Subscribe } from '../kernel/index.js';
import { ConnectionClosedError, ProtocolError } from './bridge.errors.js';
import { isExtension, messageTypeOf } from './codec/message-table.js';
import type { SessionClosed, SessionEnd } from './connection.state.js';
import { extensionOf, type Frame } from './frame.js';
import type { IgnoredFrameKind } from './ignored-frame.js';
import { Liveness } from './liveness.js';
import { decodeFromBridge, encodeMessage, isPush } from './message-codec.js';
import type { BridgePush, BridgeRequest, GoawayReason, Hello, ResponseOf } from './messages.js';
import { PendingRequests, type RequestOptions } from './pending-requests.js';

/** The members of a goaway in addition to its reason. */
export interface GoawayOptions {
  /** For the operator, who reads it in the terminal's log. */
  readonly message: string;
  /** Earliest time to dial again, milliseconds from now. */
  readonly retryAfterMs: number;
}

/** An authenticated connection of one terminal, from welcome to end. */
export interface BridgeSession {
  readonly hello: Hello;
  /** Given by the listener's policy; grows with every session of a terminal. */
  readonly epoch: number;
  readonly remoteAddress: string;
  /** Unix milliseconds (UTC). */
  readonly connectedAtMs: number;
  /** Monotonic milliseconds of the listener's clock; any byte counts. */
  readonly lastReceivedMs: number;
  /** Monotonic milliseconds until which silence is announced and no fault. 0 = never announced. */
  readonly busyUntilMs: number;
  /** Requests without an answer now. */
  readonly pendingRequests: number;
  /** Frames that arrived after their request was given up. */
  readonly lateAnswers: number;
  readonly ended: boolean;
  /** All unrequested messages of the bridge, heartbeats included. Subscribe inside `onSession` to miss none. */
  readonly onPush: Subscribe<BridgePush>;
  /** Fires once. Pending requests have failed by then; nothing else is emitted afterwards. */
  readonly onClosed: Subscribe<SessionClosed>;
  /**
   * Asks the terminal. Answers may overtake each other.
   *
   * Rejects with RequestTimeoutError (`terminal-timeout`), ConnectionClosedError (`terminal-disconnected`),
   * TerminalAnswerError (`history-loading` or `terminal-error`), EncodeError, or the reason of the signal.
   */
  request<R extends BridgeRequest>(request: R, options: RequestOptions): Promise<ResponseOf[R['type']]>;
  /** Ends the session politely: the bridge learns the reason and when to dial again. Does nothing once ended. */
  goaway(reason: GoawayReason, options: GoawayOptions): void;
  /** Ends the session immediately, without a goaway. Does nothing once ended. */
  destroy(detail: string): void;
}

/** What a session needs from its connection. */
export interface SessionLink {
  readonly clock: Clock;
  readonly remoteAddress: string;
  readonly heartbeatMs: number;
  send(frame: Buffer): void;
  goaway(reason: GoawayReason, options: GoawayOptions): void;
  close(closed: SessionClosed): void;
  /** Reports an ignored frame. */
  ignored(what: IgnoredFrameKind, detail: string): void;
}

/** The session over a socket. It knows frames and time; the connection knows the socket and ends the session. */
export class TcpBridgeSession implements BridgeSession, SessionEnd {
  readonly connectedAtMs: number;
  readonly remoteAddress: string;
  private readonly pushes = new Emitter<BridgePush>();
  private readonly closings = new Emitter<SessionClosed>();
  readonly onPush = this.pushes.subscribe;
  readonly onClosed = this.closings.subscribe;
  private readonly requests: PendingRequests;
  private readonly liveness: Liveness;
  private closed: SessionClosed | undefined;

  constructor(
    readonly hello: Hello,
    readonly epoch: number,
    private readonly link: SessionLink,
  ) {
    this.connectedAtMs = link.clock.nowMs();
    this.remoteAddress = link.remoteAddress;
    this.requests = new PendingRequests(hello.terminalId, link.clock);
    this.liveness = new Liveness(link.clock, link.heartbeatMs, {
      beat: () => link.send(encodeMessage({ type: 'gateway-heartbeat', gatewayTimeMs: link.clock.nowMs() })),
      dead: (silentMs) => link.close({ reason: 'silent', detail: `no bytes for ${asMilliseconds(silentMs)}` }),
    });
  }

  get lastReceivedMs(): number {
    return this.liveness.lastReceivedMs;
  }

  get busyUntilMs(): number {
    return this.liveness.busyUntilMs;
  }

  get pendingRequests(): number {
    return this.requests.size;
  }

  get lateAnswers(): number {
    return this.requests.late;
  }

  get ended(): boolean {
    return this.closed !== undefined;
  }

  async request<R extends BridgeRequest>(request: R, options: RequestOptions): Promise<ResponseOf[R['type']]> {
    if (this.closed !== undefined) {
      throw new ConnectionClosedError(this.hello.terminalId, request.type, this.closed.reason);
    }
    return this.requests.open(request, options, (requestId) => this.link.send(encodeMessage(request, { requestId })));
  }

  goaway(reason: GoawayReason, options: GoawayOptions): void {
    if (!this.ended) this.link.goaway(reason, options);
  }

  destroy(detail: string): void {
    if (!this.ended) this.link.close({ reason: 'destroyed', detail });
  }

  /** Called by the connection for received bytes, even before they are a whole frame. */
  bytesReceived(): void {
    this.liveness.received();
  }

  /** Called by the connection for a received frame. @throws ProtocolError */
  receive(frame: Frame): void {
    if (messageTypeOf(frame.number) === undefined && isExtension(frame.number)) {
      return this.link.ignored('extension-frame', extensionOf(frame));
    }
    if (frame.requestId > 0) {
      if (!this.requests.accept(frame)) this.link.ignored('late-answer', `request ${frame.requestId} was given up`);
      return;
    }
    const message = decodeFromBridge(frame);
    if (!isPush(message)) throw new ProtocolError(`bridge protocol: ${message.type} without a request`);
    if (message.type === 'busy') this.liveness.busyFor(message.durationMs);
    this.pushes.emit(message);
    if (message.type === 'goaway') {
      this.link.close({ reason: 'peer-goaway', detail: `${message.reason}: ${message.message}` });
    }
  }

  /** Called by the connection when it ends. */
  end(closed: SessionClosed): void {
    this.closed = closed;
    this.liveness.stop();
    this.requests.failAll(closed.reason);
    this.closings.emit(closed);
  }
}
