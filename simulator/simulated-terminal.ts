import { type Clock, Emitter, type Random, Redial, type Timer } from '../src/kernel/index.js';
import {
  encodeHello,
  encodeMessage,
  type GatewayAddress,
  GatewayLink,
  type Goaway,
  type Hello,
  type LinkIdentity,
  NONCE_BYTES,
  type Reject,
  verifyWelcome,
  type Welcome,
} from '../src/bridge/index.js';
import type { CommandOf, FaultCommand } from './fault-command.js';
import { Faults } from './faults.js';
import { SIMULATED_COMPANY } from './request-answers.js';
import { SimulatorSetupError } from './simulator.errors.js';
import type { TerminalMarket } from './terminal-market.js';
import { TerminalSession } from './terminal-session.js';

const BUILD = 5200;
const STOP_LIMIT_MS = 500;

export interface TerminalOptions {
  readonly id: string;
  readonly login: number;
  readonly key: Buffer;
  readonly market: TerminalMarket;
  readonly gateway: GatewayAddress;
  readonly clock: Clock;
  readonly random: Random;
  readonly reconnect: { readonly initialMs: number; readonly maxMs: number };
  readonly supersededMs: number;
  /** A session of this length resets the backoff, milliseconds. */
  readonly settledMs: number;
  readonly pushIntervalMs: number;
}

/** A change of a terminal's connection. */
export interface TerminalEvent {
  readonly terminalId: string;
  readonly kind: 'ready' | 'refused' | 'lost';
  readonly detail: string;
  /** Wait before it dials again, milliseconds; undefined when it is ready. */
  readonly pauseMs?: number;
}

type Actions = { readonly [C in FaultCommand['command']]?: (command: CommandOf<C>) => void };

/**
 * One terminal with its bridge.
 *
 * - waiting: no link; a timer will dial.
 * - linked: a link dials or shakes hands; once welcomed it has a session. When the link closes, the terminal waits again
 *   for its backoff, or longer if the gateway asked for it.
 * - stopped: neither link nor timer, permanently.
 */
export class SimulatedTerminal {
  readonly id: string;
  private readonly events = new Emitter<TerminalEvent>();
  readonly onEvent = this.events.subscribe;
  private readonly faults: Faults;
  /** The identity in the hello; a fault may change it. */
  private readonly identity: { login: number; server: string; hasRightKey: boolean };
  /** The immediate part of each command; {@link Faults} has the lasting one. */
  private readonly actions: Actions = {
    'half-open': () => this.link?.freeze(),
    resume: () => this.link?.thaw(),
    reset: () => this.link?.thaw(),
    drop: ({ how }) => (how === 'reset' ? this.link?.reset('dropped') : this.link?.destroy('dropped')),
    identity: (change) => this.changeIdentity(change),
    'advance-clock': ({ seconds }) => this.advanceClock(seconds),
    'rewrite-history': (command) => this.rewrite(command),
    'rename-symbol': ({ symbol, brokerName }) => this.rename(symbol, brokerName),
    'restart-storm': () => this.dialAgainAtOnce(),
    busy: ({ durationMs }) => this.session?.beBusy(durationMs),
    'broker-connection': () => this.session?.beat(),
    'account-change': () => this.session?.beat(),
    'clock-skew': () => this.session?.beat(),
    memory: () => this.session?.beat(),
  };
  private readonly pauses: Redial;
  private welcomedMs: number | undefined;
  private link: GatewayLink | undefined;
  private session: TerminalSession | undefined;
  private redial: Timer | undefined;
  /** Requested pause before the next dial, milliseconds; 0 = none, not even the backoff's. */
  private pauseMs: number | undefined;
  private stopped = false;
  private whenUnlinked: (() => void) | undefined;

  constructor(private readonly options: TerminalOptions) {
    const { id, login, market, clock } = options;
    this.id = id;
    this.identity = { login, server: market.brokerServer, hasRightKey: true };
    this.faults = new Faults(clock);
    this.pauses = new Redial(options.reconnect, options.random);
  }

  /** Whether the gateway has welcomed this terminal and the link still stands. */
  get isReady(): boolean {
    return this.link?.isOpen === true;
  }

  start(): void {
    if (this.link === undefined && this.redial === undefined && !this.stopped) this.dial();
  }

  /** Says goaway and dials no more; resolves when the connection is closed, within half a second. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.redial?.cancel();
    const { link } = this;
    if (link === undefined) return;
    const gone = new Promise<void>((resolve) => {
      this.whenUnlinked = resolve;
    });
    const limit = this.options.clock.after(STOP_LIMIT_MS, () => link.destroy('stopped'));
    const message = 'the simulator stops';
    if (link.isFrozen || !link.isOpen) link.destroy(message);
    else link.finish([encodeMessage({ type: 'goaway', reason: 'shutting-down', message, retryAfterMs: 0 })], message);
    await gone;
    limit.cancel();
  }

  /** Runs a command. @throws SimulatorSetupError when it names a symbol that this terminal does not have */
  control(command: FaultCommand): void {
    this.faults.apply(command);
    const action = this.actions[command.command] as ((command: FaultCommand) => void) | undefined;
    action?.(command);
  }

  private dial(): void {
    const { gateway, clock } = this.options;
    this.redial = undefined;
    this.pauseMs = undefined;
    const link = new GatewayLink(
      gateway,
      this.proof(),
      {
        welcomed: (welcome) => this.welcomed(link, welcome),
        received: (frame) => this.session?.receive(frame),
        closed: (detail, reject) => this.unlinked(detail, reject),
      },
      clock,
    );
    this.link = link;
  }

  private proof(): LinkIdentity {
    const hello = this.hello();
    const key = this.identity.hasRightKey ? this.options.key : Buffer.alloc(this.options.key.length);
    return {
      hello: (serverNonce) => encodeHello(hello, { key, serverNonce }),
      verify: (welcome, serverNonce) => verifyWelcome(welcome, { key, serverNonce, clientNonce: hello.clientNonce }),
    };
  }

  private hello(): Hello {
    const { market, random } = this.options;
    return {
      type: 'hello',
      terminalId: this.id,
      login: this.identity.login,
      brokerServer: this.identity.server,
      company: SIMULATED_COMPANY,
      program: 'simulator 1',
      terminalBuild: BUILD,
      utcOffsetSeconds: market.clock.utcOffsetSeconds,
      capabilities: { indicators: true, push: true, restart: true, simulated: true },
      clientNonce: random.bytes(NONCE_BYTES),
    };
  }

  private welcomed(link: GatewayLink, { heartbeatMs }: Welcome): void {
    const { faults } = this;
    const { market, clock, pushIntervalMs } = this.options;
    this.welcomedMs = clock.monotonicMs();
    this.pauses.welcomed();
    this.session = new TerminalSession({
      ...{ link, heartbeatMs, pushIntervalMs, market, faults, clock },
      login: () => faults.state.accountLogin ?? this.identity.login,
      sentAway: (goaway) => this.sentAway(goaway),
    });
    this.events.emit({ terminalId: this.id, kind: 'ready', detail: `login ${this.identity.login}` });
    if (faults.take('storm')) this.dialAgainAtOnce();
  }

  private sentAway({ reason, message, retryAfterMs }: Goaway): void {
    if (reason === 'shutting-down') this.pauses.expectBack();
    this.pauseMs = Math.max(1, reason === 'superseded' ? this.options.supersededMs : 0, retryAfterMs);
    this.link?.finish([], `sent away: ${reason}: ${message}`);
  }

  private unlinked(detail: string, reject: Reject | undefined): void {
    this.session?.end();
    this.session = undefined;
    this.link = undefined;
    this.whenUnlinked?.();
    if (this.stopped) return;
    if (this.hadLongSession()) this.pauses.settled();
    this.welcomedMs = undefined;
    const askedMs = Math.max(this.pauseMs ?? 0, reject?.retryAfterMs ?? 0);
    const usualMs = this.pauses.nextPauseMs();
    const waitMs = this.pauseMs === 0 ? 0 : Math.max(usualMs, askedMs);
    this.redial = this.options.clock.after(waitMs, () => this.dial());
    this.events.emit({ terminalId: this.id, kind: reject === undefined ? 'lost' : 'refused', detail, pauseMs: waitMs });
  }

  /** A gateway that welcomes and fails again must meet growing pauses. */
  private hadLongSession(): boolean {
    const { clock, settledMs } = this.options;
    return this.welcomedMs !== undefined && clock.monotonicMs() - this.welcomedMs >= settledMs;
  }

  private dialAgainAtOnce(): void {
    this.pauseMs = 0;
    this.link?.reset('restart storm');
  }

  private advanceClock(seconds: number): void {
    this.options.market.clock.advance(seconds * 1000);
    this.session?.pushBars();
    this.session?.beat();
  }

  private rename(symbol: string, brokerName: string): void {
    this.known(symbol, this.options.market.rename(symbol, brokerName));
    this.session?.pushSymbolsChanged();
  }

  private changeIdentity(change: CommandOf<'identity'>): void {
    this.identity.login = change.login ?? this.identity.login;
    this.identity.server = change.server ?? this.identity.server;
    if (change.key !== undefined) this.identity.hasRightKey = change.key === 'right';
    this.link?.destroy('dials again with another identity');
  }

  private rewrite(command: CommandOf<'rewrite-history'>): void {
    const { symbol, from, to = Number.POSITIVE_INFINITY, points = 10, remove = false } = command;
    const change = remove ? ({ kind: 'remove' } as const) : ({ kind: 'shift', points } as const);
    const { brokerName } = this.known(symbol, this.options.market.rewrite(symbol, { from, to, change }));
    if (command.announce) this.session?.pushHistoryChanged(brokerName, from);
  }

  private known<T>(symbol: string, listed: T | undefined): T {
    if (listed === undefined) throw new SimulatorSetupError(`${this.id} has no symbol ${symbol}.`);
    return listed;
  }
}
