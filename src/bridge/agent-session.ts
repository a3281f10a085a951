import { asMilliseconds, Emitter, type Clock, type Subscribe, type Timer } from '../kernel/index.js';
import { decodeAgentReport, encodeAgentRestart } from './agent-codec.js';
import type { AgentHello, AgentRestart, ProcessReport } from './agent-messages.js';
import { AgentRefusedError, AgentUnreachableError, ProtocolError } from './bridge.errors.js';
import type { GoawayOptions, SessionLink } from './bridge-session.js';
import { agentMessageTypeOf } from './codec/agent.codec.js';
import { isExtension, messageTypeOf } from './codec/message-table.js';
import type { SessionClosed, SessionEnd } from './connection.state.js';
import { extensionOf, type Frame } from './frame.js';
import { UINT32_MAX } from './limits.js';
import { Liveness } from './liveness.js';
import { decodeFromBridge, encodeMessage } from './message-codec.js';
import type { GoawayReason, RequestFailed } from './messages.js';

/** An authenticated connection of one host's agent, from welcome to end. */
export interface AgentSession {
  readonly hello: AgentHello;
  /** Grows with every session on the port. */
  readonly epoch: number;
  readonly remoteAddress: string;
  /** Unix milliseconds (UTC). */
  readonly connectedAtMs: number;
  /** Reports of the agent about its terminals. Subscribe inside the listener's `onAgent` to miss none. */
  readonly onReport: Subscribe<readonly ProcessReport[]>;
  /** Fires once. Pending requests have failed by then. */
  readonly onClosed: Subscribe<SessionClosed>;
  /**
   * Resolves once the restart is under way.
   *
   * Rejects with AgentRefusedError or AgentUnreachableError (both `terminal-error`).
   */
  restart(request: Omit<AgentRestart, 'type'>, timeoutMs: number): Promise<void>;
  /** Ends the session politely. Does nothing once ended. */
  goaway(reason: GoawayReason, options: GoawayOptions): void;
}

interface Waiting {
  readonly terminalId: string;
  readonly timer: Timer;
  readonly settle: (failure?: Error) => void;
}

/** The session over a socket, the counterpart of the bridge's. */
export class TcpAgentSession implements AgentSession, SessionEnd {
  readonly connectedAtMs: number;
  readonly remoteAddress: string;
  private readonly reports = new Emitter<readonly ProcessReport[]>();
  private readonly closings = new Emitter<SessionClosed>();
  readonly onReport = this.reports.subscribe;
  readonly onClosed = this.closings.subscribe;
  private readonly liveness: Liveness;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private closed: SessionClosed | undefined;

  constructor(
    readonly hello: AgentHello,
    readonly epoch: number,
    private readonly link: SessionLink,
  ) {
    this.connectedAtMs = link.clock.nowMs();
    this.remoteAddress = link.remoteAddress;
    this.liveness = new Liveness(link.clock, link.heartbeatMs, {
      beat: () => link.send(encodeMessage({ type: 'gateway-heartbeat', gatewayTimeMs: this.clock.nowMs() })),
      dead: (silentMs) => link.close({ reason: 'silent', detail: `no bytes for ${asMilliseconds(silentMs)}` }),
    });
  }

  private get clock(): Clock {
    return this.link.clock;
  }

  async restart({ terminalId, reason }: Omit<AgentRestart, 'type'>, timeoutMs: number): Promise<void> {
    if (this.closed !== undefined) throw this.unreachable(terminalId, this.closed.reason);
    this.lastId = this.lastId === UINT32_MAX ? 1 : this.lastId + 1;
    const id = this.lastId;
    await new Promise<void>((resolve, reject) => {
      const settle = (failure?: Error): void => {
        this.waiting.get(id)?.timer.cancel();
        this.waiting.delete(id);
        if (failure === undefined) resolve();
        else reject(failure);
      };
      const expired = (): void => settle(this.unreachable(terminalId, `no answer within ${asMilliseconds(timeoutMs)}`));
      this.waiting.set(id, { terminalId, settle, timer: this.clock.after(timeoutMs, expired) });
      this.link.send(encodeAgentRestart({ type: 'agent-restart', terminalId, reason }, id));
    });
  }

  goaway(reason: GoawayReason, options: GoawayOptions): void {
    if (this.closed === undefined) this.link.goaway(reason, options);
  }

  /** Called by the connection for received bytes, even before they are a whole frame. */
  bytesReceived(): void {
    this.liveness.received();
  }

  /** Called by the connection for a received frame. @throws ProtocolError */
  receive(frame: Frame): void {
    const type = agentMessageTypeOf(frame.number);
    if (type === 'agent-report') return this.reports.emit(decodeAgentReport(frame).processes);
    if (type === undefined && messageTypeOf(frame.number) === undefined && isExtension(frame.number)) {
      return this.link.ignored('extension-frame', extensionOf(frame));
    }
    if (type !== undefined) throw new ProtocolError(`bridge protocol: ${type} is not expected from an agent here`);
    const message = decodeFromBridge(frame);
    if (message.type === 'ok') this.answered(frame.requestId);
    else if (message.type === 'error') this.answered(frame.requestId, message);
    else if (message.type === 'goaway') {
      this.link.close({ reason: 'peer-goaway', detail: `${message.reason}: ${message.message}` });
    } else throw new ProtocolError(`bridge protocol: ${message.type} is not expected from an agent`);
  }

  /** Called by the connection when it ends. */
  end(closed: SessionClosed): void {
    this.closed = closed;
    this.liveness.stop();
    for (const { terminalId, settle } of [...this.waiting.values()])
      settle(this.unreachable(terminalId, closed.reason));
    this.closings.emit(closed);
  }

  /** A late answer is useless; it is only reported. */
  private answered(requestId: number, failure?: RequestFailed): void {
    if (requestId > this.lastId) {
      throw new ProtocolError(`bridge protocol: an answer to request ${requestId}, which was never sent`);
    }
    const waiting = this.waiting.get(requestId);
    if (waiting === undefined) return this.link.ignored('late-agent-answer', `request ${requestId} was given up`);
    waiting.settle(failure && new AgentRefusedError(this.hello.host, waiting.terminalId, failure));
  }

  private unreachable(terminalId: string, why: string): AgentUnreachableError {
    return new AgentUnreachableError(this.hello.host, terminalId, why);
  }
}
