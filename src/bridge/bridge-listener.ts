import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { Emitter, type Clock, type Random } from '../kernel/index.js';
import { UnprovedConnections, type UnprovedLimits, type UnprovedProgress } from './admission/unproved-connections.js';
import type { BridgePolicy, Rejection } from './bridge-policy.js';
import { TcpAgentSession, type AgentSession } from './agent-session.js';
import type { BridgeSession } from './bridge-session.js';
import { FailureLimit } from './failure-limit.js';
import type { IgnoredFrame } from './ignored-frame.js';
import { DEFAULT_MAX_FRAME_BYTES } from './limits.js';
import { TerminalConnection, type ConnectionContext, type FrameCount } from './terminal-connection.js';

/** How a listener treats its connections. */
export interface BridgeListenerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: BridgePolicy;
  /** Bounds of unauthenticated connections. Sessions are not limited here: the policy knows the configured ids. */
  readonly unproved?: UnprovedLimits;
  /** Heartbeat interval of both sides, milliseconds; a peer is dead after three of them. @default 5000 */
  readonly heartbeatMs?: number;
  /** From accept to hello, milliseconds. @default 5000 */
  readonly handshakeTimeoutMs?: number;
  /** Largest payload of a frame, bytes. @default 1048576 */
  readonly maxFrameBytes?: number;
  /** PEM texts; without them the listener speaks plain TCP. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A snapshot for health, metrics and tests. */
export interface BridgeListenerStats {
  /** Open sockets; the next three add up to it. */
  readonly connections: number;
  readonly handshaking: number;
  readonly sessions: number;
  readonly draining: number;
}

const FAILURES = { max: 3, windowMs: 60_000 };
const DEFAULT_UNPROVED: UnprovedLimits = { strangers: 256, knownAddresses: 64, perAddress: 64 };

/**
 * Accepts the connections of all bridges. It knows no terminal: its policy decides whom it admits, and events report
 * what happened. Listeners must not throw. When one throws while a frame is received (`onSession`, `onAgent`,
 * `onPush`), that connection ends with `internal-error`; elsewhere the error is uncaught.
 */
export class BridgeListener {
  private readonly sessions = new Emitter<BridgeSession>();
  private readonly agents = new Emitter<AgentSession>();
  private readonly rejections = new Emitter<Rejection>();
  private readonly frames = new Emitter<FrameCount>();
  private readonly evictions = new Emitter<UnprovedProgress>();
  private readonly ignored = new Emitter<IgnoredFrame>();
  /** A bridge authenticated and was welcomed. Subscribe to the session inside the listener to miss nothing. */
  readonly onSession = this.sessions.subscribe;
  /** The same for a host's agent. */
  readonly onAgent = this.agents.subscribe;
  /** A connection ended before it became a session. */
  readonly onRejected = this.rejections.subscribe;
  readonly onFrame = this.frames.subscribe;
  /** An unauthenticated connection lost its place to a newer one. */
  readonly onEvicted = this.evictions.subscribe;
  /** A frame arrived and was ignored; the connection stays open. */
  readonly onIgnored = this.ignored.subscribe;

  private readonly connections = new Set<TerminalConnection>();
  private readonly unproved: UnprovedConnections<TerminalConnection>;
  private readonly context: ConnectionContext;
  private readonly server: Server;
  private stopping: Promise<void> | undefined;

  constructor(options: BridgeListenerOptions) {
    const { clock, random, policy, unproved = DEFAULT_UNPROVED } = options;
    this.unproved = new UnprovedConnections(unproved, (progress) => this.evictions.emit(progress));
    this.context = {
      clock,
      random,
      policy,
      failures: new FailureLimit(clock, FAILURES),
      dummyKey: random.bytes(32),
      heartbeatMs: options.heartbeatMs ?? 5000,
      maxFrameBytes: options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES,
      handshakeTimeoutMs: options.handshakeTimeoutMs ?? 5000,
      observer: {
        proved: (connection) => this.unproved.proved(connection),
        ready: (session) => {
          if (session instanceof TcpAgentSession) this.agents.emit(session);
          else this.sessions.emit(session);
        },
        rejected: (rejection) => this.rejections.emit(rejection),
        frame: (count) => this.frames.emit(count),
        ignored: (frame) => this.ignored.emit(frame),
        closed: (connection) => {
          this.connections.delete(connection);
          this.unproved.delete(connection);
        },
      },
    };
    const secure = options.tls && createSecureContext({ ...options.tls, minVersion: 'TLSv1.2' });
    this.server = createServer((socket) => this.accept(socket, secure));
  }

  /**
   * Listens; port 0 takes a free one.
   *
   * Rejects with the system's error (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`) in its `code`.
   */
  start(port: number, host: string): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        this.server.on('error', (error) => this.acceptFailed(error));
        resolve(this.server.address() as AddressInfo);
      });
    });
  }

  /**
   * Announces the shutdown to every bridge, waits at most `graceMs` until they have closed, and closes the others.
   * Afterwards no socket and no timer is left. Calling it again returns the same promise.
   */
  stop({ graceMs }: { graceMs: number }): Promise<void> {
    this.stopping ??= this.shutDown(graceMs);
    return this.stopping;
  }

  stats(): BridgeListenerStats {
    const states = [...this.connections].map((connection) => connection.stateName);
    const count = (name: string): number => states.filter((state) => state === name).length;
    return Object.freeze({
      connections: states.length,
      handshaking: count('handshaking'),
      sessions: count('ready'),
      draining: count('draining'),
    });
  }

  private accept(socket: Socket, secure: ReturnType<typeof createSecureContext> | undefined): void {
    const remoteAddress = (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '');
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    // A TLS server would need its own deadline: wrapping the socket here puts TLS and our handshake under one.
    const stream = secure === undefined ? socket : new TLSSocket(socket, { isServer: true, secureContext: secure });
    const hasSpoken = (): boolean => socket.bytesRead > 0;
    const connection = new TerminalConnection(stream, { remoteAddress, hasSpoken }, this.context);
    this.connections.add(connection);
    this.unproved.add(connection);
  }

  /** The system could not open a connection (out of file handles, for example); the listener and the others live on. */
  private acceptFailed(error: Error): void {
    this.rejections.emit({ reason: 'aborted', remoteAddress: 'unknown', detail: error.message });
  }

  private async shutDown(graceMs: number): Promise<void> {
    const serverClosed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    const why = { reason: 'shutting-down', detail: 'the gateway shuts down' } as const;
    for (const connection of [...this.connections]) {
      if (connection.session === undefined) connection.close(why);
      else connection.session.goaway(why.reason, { message: why.detail, retryAfterMs: 0 });
    }
    const closeAll = (): void => [...this.connections].forEach((connection) => connection.close(why));
    const grace = this.context.clock.after(graceMs, closeAll);
    await serverClosed;
    grace.cancel();
    // The server counts its sockets a moment before their connections exist.
    closeAll();
  }
}
