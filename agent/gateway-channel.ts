import {
  agentMessageTypeOf,
  type AgentHello,
  decodeAgentRestart,
  decodeFromGateway,
  encodeAgentHello,
  encodeAgentReport,
  encodeAnswer,
  encodeMessage,
  type Frame,
  type GatewayAddress,
  GatewayLink,
  type LinkIdentity,
  MAX_REPORTED,
  NONCE_BYTES,
  type ProcessReport,
  ProtocolError,
  type Reject,
  Silence,
  verifyWelcome,
} from '../src/bridge/index.js';
import { type Clock, type Random, Redial, type Timer } from '../src/kernel/index.js';
import { RestartRefusedError } from './agent.errors.js';

const PROGRAM = 'mt5-gateway agent 1';
const RECONNECT = { initialMs: 1000, maxMs: 15_000 };
/** A session of this length resets the pauses, milliseconds. */
const SETTLED_MS = 60_000;
const SUPERSEDED_MS = 60_000;
const DEAD_AFTER_BEATS = 3;
const STOP_LIMIT_MS = 500;

export interface ChannelDeps {
  readonly host: string;
  readonly key: Buffer;
  readonly gateway: GatewayAddress;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (line: string) => void;
  /** All terminals of this host now. */
  readonly reports: () => readonly ProcessReport[];
  /** @throws RestartRefusedError, also for a terminal of another host */
  readonly restart: (terminalId: string, reason: string) => void;
}

/** The agent's connection to the gateway: dials, reports the terminals, and takes restarts. */
export class GatewayChannel {
  private link: GatewayLink | undefined;
  private readonly pauses: Redial;
  private redial: Timer | undefined;
  private heartbeats: Timer | undefined;
  private welcomedMs: number | undefined;
  private silence: Silence | undefined;
  private pauseMs = 0;
  private lastComplaint = '';
  private stopped = false;
  private whenUnlinked: (() => void) | undefined;

  constructor(private readonly parts: ChannelDeps) {
    this.pauses = new Redial(RECONNECT, parts.random);
  }

  start(): void {
    const { gateway, clock } = this.parts;
    this.redial = undefined;
    this.pauseMs = 0;
    const link: GatewayLink = new GatewayLink(
      gateway,
      this.proof(),
      {
        welcomed: ({ heartbeatMs }) => this.welcomed(link, heartbeatMs),
        received: (frame) => this.received(link, frame),
        closed: (detail, reject) => this.unlinked(detail, reject),
      },
      clock,
    );
    this.link = link;
  }

  /** Sends changes immediately; does nothing while the gateway is away. */
  send(reports: readonly ProcessReport[]): void {
    for (let at = 0; at < reports.length; at += MAX_REPORTED) {
      const processes = reports.slice(at, at + MAX_REPORTED);
      this.link?.send([encodeAgentReport({ type: 'agent-report', processes })]);
    }
  }

  /** Says goaway and dials no more. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.redial?.cancel();
    const { link } = this;
    if (link === undefined) return;
    const gone = new Promise<void>((resolve) => {
      this.whenUnlinked = resolve;
    });
    const limit = this.parts.clock.after(STOP_LIMIT_MS, () => link.destroy('stopped'));
    const message = 'the agent stops';
    if (!link.isOpen) link.destroy(message);
    else link.finish([encodeMessage({ type: 'goaway', reason: 'shutting-down', message, retryAfterMs: 0 })], message);
    await gone;
    limit.cancel();
  }

  private proof(): LinkIdentity {
    const { host, key, random } = this.parts;
    const clientNonce = random.bytes(NONCE_BYTES);
    const hello: AgentHello = { type: 'agent-hello', host, program: PROGRAM, clientNonce };
    return {
      hello: (serverNonce) => encodeAgentHello(hello, { key, serverNonce }),
      verify: (welcome, serverNonce) => verifyWelcome(welcome, { key, serverNonce, clientNonce }),
    };
  }

  private welcomed(link: GatewayLink, heartbeatMs: number): void {
    const { clock, log, gateway } = this.parts;
    this.welcomedMs = clock.monotonicMs();
    this.pauses.welcomed();
    this.lastComplaint = '';
    log(`connected to the gateway at ${gateway.host}:${gateway.port}`);
    this.send(this.parts.reports());
    const beatEveryMs = Math.max(10, Math.floor(heartbeatMs * 0.8));
    const silence = new Silence(clock, beatEveryMs);
    this.silence = silence;
    this.heartbeats = clock.every(beatEveryMs, () => {
      if (silence.look() > DEAD_AFTER_BEATS * heartbeatMs) link.destroy('the gateway is silent');
      else this.send(this.parts.reports());
    });
  }

  private received(link: GatewayLink, frame: Frame): void {
    this.silence?.heard();
    if (agentMessageTypeOf(frame.number) === 'agent-restart') return this.restart(link, frame);
    const message = decodeFromGateway(frame);
    if (message.type !== 'goaway') return;
    if (message.reason === 'shutting-down') this.pauses.expectBack();
    this.pauseMs = Math.max(message.retryAfterMs, message.reason === 'superseded' ? SUPERSEDED_MS : 0);
    link.finish([], `sent away: ${message.reason}: ${message.message}`);
  }

  private restart(link: GatewayLink, frame: Frame): void {
    const { requestId } = frame;
    try {
      const { terminalId, reason } = decodeAgentRestart(frame);
      this.parts.restart(terminalId, reason);
      link.send(encodeAnswer({ type: 'ok' }, requestId));
    } catch (error) {
      const refusal = error instanceof RestartRefusedError ? error : undefined;
      if (refusal === undefined && !(error instanceof ProtocolError)) throw error;
      const message = error instanceof Error ? error.message : '';
      const code = refusal === undefined ? 'malformed-request' : 'busy';
      const failure = { type: 'error', code, terminalCode: 0, message } as const;
      link.send(encodeAnswer({ ...failure, retryAfterMs: refusal?.retryAfterMs ?? 0 }, requestId));
    }
  }

  private unlinked(detail: string, reject: Reject | undefined): void {
    this.heartbeats?.cancel();
    this.link = undefined;
    this.whenUnlinked?.();
    if (this.stopped) return;
    const { clock, gateway, log } = this.parts;
    const sessionMs = this.welcomedMs === undefined ? 0 : clock.monotonicMs() - this.welcomedMs;
    this.welcomedMs = undefined;
    if (sessionMs >= SETTLED_MS) this.pauses.settled();
    const waitMs = Math.max(this.pauses.nextPauseMs(), this.pauseMs, reject?.retryAfterMs ?? 0);
    this.redial = clock.after(waitMs, () => this.start());
    // One line per change: a gateway that is away for an hour is one line.
    if (detail !== this.lastComplaint) log(`no gateway at ${gateway.host}:${gateway.port}: ${detail}`);
    this.lastComplaint = detail;
  }
}
