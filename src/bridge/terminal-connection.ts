import type { Socket } from 'node:net';
import { asMilliseconds, printable, type Clock, type Random } from '../kernel/index.js';
import { GarbageError, ProtocolError } from './bridge.errors.js';
import type { UnprovedConnection, UnprovedProgress } from './admission/unproved-connections.js';
import type { BridgePolicy, Rejection, RejectionReason } from './bridge-policy.js';
import type { GoawayOptions } from './bridge-session.js';
import { agentMessageTypeOf } from './codec/agent.codec.js';
import { isExtension, messageTypeOf } from './codec/message-table.js';
import { assertTransition, type ConnectionState, type Handshaking, type SessionClosed } from './connection.state.js';
import type { FailureLimit } from './failure-limit.js';
import { FrameParser, type Frame } from './frame.js';
import type { AgentMessageType } from './agent-messages.js';
import type { IgnoredFrame, IgnoredFrameKind } from './ignored-frame.js';
import { encodeWelcome } from './handshake.js';
import { HANDSHAKE_FRAME_BYTES, NONCE_BYTES } from './limits.js';
import { encodeMessage } from './message-codec.js';
import type { GoawayReason, MessageType, RejectReason } from './messages.js';
import { claimOf, type PeerClaim, type PeerSession } from './peer-claim.js';
import { chooseVersion, encodeGatewayPreamble, PreambleReader, PROTOCOL_VERSION } from './preamble.js';

/** The connection of a peer that leaves more than this unread is closed, bytes. */
const MAX_OUTPUT_BYTES = 1024 * 1024;
/** Limit for flushing the last frame, milliseconds. */
const DRAIN_MS = 1000;
/** Default wait of a refused bridge before it dials again, milliseconds. */
const RETRY_AFTER_MS = 10_000;
/** Wait of an evicted bridge before it dials again, milliseconds: its next handshake is probably quick enough. */
const RETRY_AFTER_EVICTION_MS = 1000;

/** One counted frame. */
export interface FrameCount {
  readonly direction: 'in' | 'out';
  /** `extension`: optional, ignored; `unknown`: ends the connection. */
  readonly type: MessageType | AgentMessageType | 'extension' | 'unknown';
}

/** Events of a connection for its listener. */
export interface ConnectionObserver {
  /** The peer is authenticated; its session follows unless the policy refuses it. */
  proved(connection: TerminalConnection): void;
  ready(session: PeerSession): void;
  rejected(rejection: Rejection): void;
  frame(count: FrameCount): void;
  ignored(frame: IgnoredFrame): void;
  closed(connection: TerminalConnection): void;
}

/** Values that all connections of a listener share. */
export interface ConnectionContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: BridgePolicy;
  readonly observer: ConnectionObserver;
  readonly failures: FailureLimit;
  /** Checked instead of the key of an unknown terminal, so that both refusals take the same path and time. */
  readonly dummyKey: Buffer;
  readonly heartbeatMs: number;
  readonly maxFrameBytes: number;
  readonly handshakeTimeoutMs: number;
}

/** The other end of a socket. */
export interface Peer {
  readonly remoteAddress: string;
  /** Whether it has sent a byte, also one that TLS consumed. */
  hasSpoken(): boolean;
}

interface Refusal {
  readonly reason: RejectReason;
  /** Reason for log and metrics; the wire may say less. @default reason */
  readonly loggedReason?: RejectionReason;
  readonly message: string;
  readonly retryAfterMs: number;
  readonly terminalId?: string;
}

/**
 * The gateway's end of one socket, from accept to close.
 *
 * - **handshaking**: preamble, challenge and hello, in that order, within one deadline. A fault leads to a reject (none
 *   if the peer is no bridge) and draining; a proven and admitted hello leads to ready.
 * - **ready**: frames go to the session, bytes keep it alive. A protocol error or a goaway of the gateway leads to
 *   draining; the peer's end, silence, or too much unread output leads to closed.
 * - **draining**: the last frame is being flushed. The peer's close or the deadline leads to closed.
 * - **closed**: the socket is destroyed.
 */
export class TerminalConnection implements UnprovedConnection {
  private state: ConnectionState<PeerSession>;
  private readonly parser = new FrameParser(HANDSHAKE_FRAME_BYTES);
  /** Name of the authenticated peer. */
  private name: string | undefined;
  private continuedAfterGoodbye = false;

  constructor(
    private readonly socket: Socket,
    private readonly peer: Peer,
    private readonly context: ConnectionContext,
  ) {
    const { clock, random, handshakeTimeoutMs } = context;
    this.state = {
      name: 'handshaking',
      deadline: clock.after(handshakeTimeoutMs, () => this.handshakeExpired()),
      preamble: new PreambleReader(),
      serverNonce: random.bytes(NONCE_BYTES),
    };
    socket.on('data', (chunk: Buffer) => this.received(chunk));
    socket.on('error', (error) => this.close({ reason: 'socket-error', detail: error.message }));
    socket.on('end', () => this.peerEnded());
    socket.on('close', () => this.close({ reason: 'peer-closed', detail: 'the socket closed' }));
  }

  get session(): PeerSession | undefined {
    return this.state.name === 'ready' ? this.state.session : undefined;
  }

  get stateName(): ConnectionState<PeerSession>['name'] {
    return this.state.name;
  }

  get remoteAddress(): string {
    return this.peer.remoteAddress;
  }

  get progress(): UnprovedProgress {
    if (this.state.name !== 'handshaking') return 'refused';
    return this.peer.hasSpoken() ? 'unfinished' : 'silent';
  }

  /** Closes the connection of an unauthenticated peer; one write gives the reason, and no timer is kept. */
  evict(): void {
    if (this.state.name === 'handshaking') {
      const message = 'the gateway has too many connections that have not said who they are';
      const isGreeted = this.state.preamble.preamble !== undefined;
      if (!isGreeted) this.socket.write(encodeGatewayPreamble(PROTOCOL_VERSION));
      this.refuse({ reason: 'too-many-connections', message, retryAfterMs: RETRY_AFTER_EVICTION_MS });
    }
    this.close({ reason: 'destroyed', detail: 'its place was needed' });
  }

  /** Ends it now, in any state. */
  close(why: SessionClosed): void {
    if (this.state.name === 'closed') return;
    if (this.state.name === 'handshaking') this.rejected('aborted', why.detail);
    this.enter({ name: 'closed', why });
  }

  /** The only writer of the state; releases what the old one owned. */
  private enter(next: ConnectionState<PeerSession>): void {
    const previous = this.state;
    assertTransition(previous.name, next.name);
    this.state = next;
    if ('deadline' in previous) previous.deadline.cancel();
    if (next.name === 'draining') this.socket.end();
    if (next.name === 'closed') {
      this.socket.destroy();
      this.context.observer.closed(this);
    }
    if (previous.name === 'ready' && 'why' in next) previous.session.end(next.why);
  }

  private received(chunk: Buffer): void {
    try {
      this.read(chunk);
    } catch (error) {
      this.failed(error);
    }
  }

  private read(chunk: Buffer): void {
    this.session?.bytesReceived();
    const rest = this.state.name === 'handshaking' ? this.readPreamble(this.state, chunk) : chunk;
    if (this.isClosing()) return rest.length === 0 ? undefined : this.afterGoodbye();
    for (const frame of this.parser.push(rest)) {
      if (this.isClosing()) return this.afterGoodbye();
      this.accept(frame);
    }
  }

  /** A fault ends the connection here, so that {@link read} sees what else the peer sent at the same time. */
  private accept(frame: Frame): void {
    this.count('in', frame.number);
    try {
      if (this.state.name === 'handshaking') this.authenticate(this.state, frame);
      else this.session?.receive(frame);
    } catch (error) {
      this.failed(error);
    }
  }

  /** Reads the preamble, answers it, and returns the rest of the chunk. */
  private readPreamble({ preamble: reader, serverNonce }: Handshaking, chunk: Buffer): Buffer {
    const greeted = reader.preamble;
    if (greeted !== undefined) return chunk;
    const rest = reader.push(chunk);
    const { preamble } = reader;
    if (preamble === undefined) return rest;
    const version = chooseVersion(preamble);
    this.socket.write(encodeGatewayPreamble(version ?? 0));
    if (version !== undefined) {
      this.send(encodeMessage({ type: 'challenge', serverNonce }));
    } else {
      const { minVersion, maxVersion } = preamble;
      const message = `this gateway speaks version ${PROTOCOL_VERSION}, the bridge ${minVersion} to ${maxVersion}: update the older one`;
      this.refuse({ reason: 'protocol-version', message, retryAfterMs: 60_000 });
    }
    return rest;
  }

  private authenticate({ serverNonce }: Handshaking, frame: Frame): void {
    const { policy, dummyKey } = this.context;
    const claim = claimOf(frame, policy);
    const key = claim.key ?? dummyKey;
    const isProven = claim.isProven({ key, serverNonce });
    if (!isProven || claim.key === undefined) {
      return this.rejectUnauthenticated(claim, claim.key === undefined ? 'unknown-terminal' : 'wrong-key');
    }
    this.name = printable(claim.name);
    this.context.observer.proved(this);
    const admission = claim.admit(this.remoteAddress);
    if (!admission.accept) return this.refuse({ ...admission, terminalId: claim.name });
    this.welcome(claim, admission.epoch, { key, serverNonce });
  }

  private welcome(claim: PeerClaim, epoch: number, secret: { key: Buffer; serverNonce: Buffer }): void {
    const { clock, heartbeatMs, maxFrameBytes, observer } = this.context;
    const welcome = { type: 'welcome', epoch, heartbeatMs, maxFrameBytes } as const;
    this.send(encodeWelcome(welcome, { ...secret, clientNonce: claim.clientNonce }));
    if (this.isClosing()) return;
    this.parser.maxPayloadBytes = maxFrameBytes;
    const session = claim.session(epoch, {
      clock,
      heartbeatMs,
      remoteAddress: this.remoteAddress,
      send: (frame) => this.send(frame),
      goaway: (reason, options) => this.goaway(reason, options),
      close: (why) => this.close(why),
      ignored: (what, detail) => this.ignored(what, detail),
    });
    this.enter({ name: 'ready', session });
    observer.ready(session);
  }

  /** The reject is the same for an unknown id and a wrong key; after some failures it only says when to dial again. */
  private rejectUnauthenticated(claim: PeerClaim, loggedReason: 'unknown-terminal' | 'wrong-key'): void {
    const shutOutMs = this.context.failures.fail(`${claim.name}\n${this.remoteAddress}`);
    this.refuse({
      reason: shutOutMs > 0 ? 'too-many-failures' : 'wrong-key',
      loggedReason: shutOutMs > 0 ? 'too-many-failures' : loggedReason,
      message: shutOutMs > 0 ? 'too many failures for this terminal id' : claim.strangerMessage,
      retryAfterMs: Math.max(shutOutMs, RETRY_AFTER_MS),
      terminalId: claim.name,
    });
  }

  private refuse({ reason, loggedReason = reason, message, retryAfterMs, terminalId }: Refusal): void {
    this.send(encodeMessage({ type: 'reject', reason, message, retryAfterMs }));
    this.rejected(loggedReason, message, terminalId);
    this.drain({ reason: 'destroyed', detail: message });
  }

  private goaway(reason: GoawayReason, { message, retryAfterMs }: GoawayOptions): void {
    this.send(encodeMessage({ type: 'goaway', reason, message, retryAfterMs }));
    this.drain({ reason, detail: message });
  }

  private drain(why: SessionClosed): void {
    if (this.isClosing()) return;
    const deadline = this.context.clock.after(DRAIN_MS, () => this.close(why));
    this.enter({ name: 'draining', deadline, why });
  }

  private handshakeExpired(): void {
    const message = `no complete hello within ${asMilliseconds(this.context.handshakeTimeoutMs)}`;
    const greeted = this.state.name === 'handshaking' && this.state.preamble.preamble !== undefined;
    if (greeted) return this.refuse({ reason: 'handshake-timeout', message, retryAfterMs: RETRY_AFTER_MS });
    this.rejected('handshake-timeout', message);
    this.enter({ name: 'closed', why: { reason: 'destroyed', detail: message } });
  }

  private peerEnded(): void {
    // While draining, the peer's end does not stop the last frame: the socket closes by itself once it is sent.
    if (this.state.name !== 'draining')
      this.close({ reason: 'peer-closed', detail: 'the bridge closed the connection' });
  }

  /** A codec error always ends the connection. Any other error is the gateway's bug and ends it too, never the process. */
  private failed(error: unknown): void {
    if (this.isClosing()) return;
    const detail = error instanceof Error ? error.message : String(error);
    if (error instanceof GarbageError) {
      this.rejected('garbage', detail);
      this.enter({ name: 'closed', why: { reason: 'protocol-error', detail } });
    } else if (!(error instanceof ProtocolError)) {
      this.close({ reason: 'internal-error', detail, error });
    } else if (this.state.name === 'handshaking') {
      this.refuse({ reason: 'malformed', message: detail, retryAfterMs: RETRY_AFTER_MS });
    } else {
      this.goaway('protocol-error', { message: detail, retryAfterMs: RETRY_AFTER_MS });
    }
  }

  private send(frame: Buffer): void {
    if (this.isClosing()) return;
    this.socket.write(frame);
    this.count('out', frame.readUInt16LE(4));
    const unread = this.socket.writableLength;
    if (unread > MAX_OUTPUT_BYTES) this.close({ reason: 'slow-reader', detail: `${unread} bytes were not read` });
  }

  private isClosing(): boolean {
    return this.state.name === 'draining' || this.state.name === 'closed';
  }

  private rejected(reason: RejectionReason, detail: string, terminalId?: string): void {
    const { remoteAddress } = this;
    const claimed = terminalId === undefined ? {} : { terminalId: printable(terminalId) };
    this.context.observer.rejected({ reason, remoteAddress, detail, ...claimed });
  }

  /** Reports once that the peer continues after the last frame: it did not read it yet, or ignores it. */
  private afterGoodbye(): void {
    if (this.continuedAfterGoodbye) return;
    this.continuedAfterGoodbye = true;
    this.ignored('after-goodbye', 'the connection was being closed');
  }

  private ignored(what: IgnoredFrameKind, detail: string): void {
    this.context.observer.ignored({ what, peer: this.name, remoteAddress: this.remoteAddress, detail });
  }

  private count(direction: FrameCount['direction'], number: number): void {
    const type = messageTypeOf(number) ?? agentMessageTypeOf(number) ?? (isExtension(number) ? 'extension' : 'unknown');
    this.context.observer.frame({ direction, type });
  }
}
