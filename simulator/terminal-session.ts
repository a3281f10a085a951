import type { Clock, Timer } from '../src/kernel/index.js';
import {
  type BridgeRequest,
  decodeFromGateway,
  encodeAnswer,
  EncodeError,
  encodeMessage,
  type Frame,
  type GatewayLink,
  type Goaway,
  isExtension,
  isRequest,
  messageTypeOf,
  ProtocolError,
  type RequestFailed,
  Silence,
} from '../src/bridge/index.js';
import { BarPusher } from './bar-pusher.js';
import type { Faults } from './faults.js';
import { RequestAnswers } from './request-answers.js';
import type { TerminalMarket } from './terminal-market.js';

const DEAD_AFTER_BEATS = 3;
const RESTART_AFTER_MS = 50;

export interface SessionOptions {
  readonly link: GatewayLink;
  /** From the welcome. */
  readonly heartbeatMs: number;
  readonly pushIntervalMs: number;
  readonly market: TerminalMarket;
  readonly faults: Faults;
  readonly clock: Clock;
  /** Current account of the terminal. */
  readonly login: () => number;
  /** Called when the gateway ends this session. */
  readonly sentAway: (goaway: Goaway) => void;
}

/** One session of a terminal, from welcome to the end of the link: heartbeats, answers, pushes. */
export class TerminalSession {
  private readonly pusher: BarPusher;
  private readonly answers: RequestAnswers;
  private readonly timers = new Set<Timer>();
  private readonly silence: Silence;
  private delayedAnswers = 0;

  constructor(private readonly options: SessionOptions) {
    const { link, market, faults, clock, login, heartbeatMs, pushIntervalMs } = options;
    this.pusher = new BarPusher(market, faults, (push) => link.send([encodeMessage(push)]));
    this.answers = new RequestAnswers({ market, faults, pusher: this.pusher, login });
    // A little more often than requested, so that a slow timer is not taken for a fault.
    const beatEveryMs = Math.max(10, Math.floor(heartbeatMs * 0.8));
    this.silence = new Silence(clock, beatEveryMs);
    this.beat();
    this.timers.add(clock.every(beatEveryMs, () => this.pulse()));
    if (market.clock.rate > 0) this.timers.add(clock.every(pushIntervalMs, () => this.pushBars()));
  }

  /** Stops all timers and pushes. */
  end(): void {
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
  }

  /** Sends a heartbeat now. */
  beat(): void {
    const { market, clock, faults, link } = this.options;
    const { skewMs, brokerConnected, hang } = faults.state;
    if (hang === 'everything') return;
    const heartbeat = encodeMessage({
      type: 'heartbeat',
      serverTimeMs: Math.max(0, market.clock.nowMs() + skewMs),
      clockRate: market.clock.rate,
      utcOffsetSeconds: market.clock.utcOffsetSeconds,
      brokerConnected,
      pingMicros: brokerConnected ? 20_000 + (Math.floor(clock.monotonicMs()) % 5000) : 0,
      memoryMb: faults.nextMemoryMb(),
      queueDepth: this.delayedAnswers,
      lastTickMs: market.lastTickMs(),
      lastError: 0,
      login: this.options.login(),
    });
    link.send([heartbeat]);
  }

  /** Pushes changes of the subscribed series. */
  pushBars(): void {
    if (this.options.faults.state.hang === 'no') this.pusher.tick();
  }

  /** Reports changed history of a symbol, for each of its subscribed series. */
  pushHistoryChanged(brokerName: string, from: number): void {
    const pushes = this.pusher.timeframesOf(brokerName).map((timeframe) => {
      return encodeMessage({ type: 'history-changed', symbol: brokerName, timeframe, from });
    });
    this.options.link.send(pushes);
  }

  pushSymbolsChanged(): void {
    this.options.link.send([encodeMessage({ type: 'symbols-changed' })]);
  }

  /** Announces a blocking call and neither reads nor writes until it is over. */
  beBusy(durationMs: number): void {
    const { link } = this.options;
    link.send([encodeMessage({ type: 'busy', durationMs })]);
    link.freeze();
    this.after(durationMs, () => link.thaw());
  }

  receive(frame: Frame): void {
    this.silence.heard();
    try {
      const message = decodeFromGateway(frame);
      if (isRequest(message)) this.serve(message, frame.requestId);
      else if (message.type === 'goaway') this.options.sentAway(message);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.misunderstood(frame, error);
    }
  }

  private pulse(): void {
    const { link, heartbeatMs } = this.options;
    const silentMs = this.silence.look();
    if (silentMs > DEAD_AFTER_BEATS * heartbeatMs && !link.isFrozen) link.destroy('the gateway is silent');
    else this.beat();
  }

  private misunderstood({ number, requestId }: Frame, error: ProtocolError): void {
    if (requestId > 0) {
      const code = messageTypeOf(number) === undefined ? 'unknown-request' : 'malformed-request';
      return this.refuse(code, error.message, requestId);
    }
    if (isExtension(number)) return;
    const goaway = { type: 'goaway', reason: 'protocol-error', message: error.message, retryAfterMs: 0 } as const;
    this.options.link.finish([encodeMessage(goaway)], error.message);
  }

  private serve(request: BridgeRequest, requestId: number): void {
    const { hang, answerDelayMs } = this.options.faults.state;
    if (hang !== 'no') return;
    if (answerDelayMs === 0) return this.carryOut(request, requestId);
    this.delayedAnswers += 1;
    this.after(answerDelayMs, () => {
      this.delayedAnswers -= 1;
      this.carryOut(request, requestId);
    });
  }

  private carryOut(request: BridgeRequest, requestId: number): void {
    const { link } = this.options;
    try {
      link.send(encodeAnswer(this.answers.answer(request), requestId));
    } catch (error) {
      if (!(error instanceof EncodeError)) throw error;
      this.refuse('terminal-failure', 'the answer does not fit the protocol', requestId);
    }
    if (request.type === 'restart') this.after(RESTART_AFTER_MS, () => link.finish([], 'restarting'));
  }

  private refuse(code: RequestFailed['code'], message: string, requestId: number): void {
    this.options.link.send(encodeAnswer({ type: 'error', code, terminalCode: 0, message, retryAfterMs: 0 }, requestId));
  }

  private after(delayMs: number, callback: () => void): void {
    const timer = this.options.clock.after(delayMs, () => {
      this.timers.delete(timer);
      callback();
    });
    this.timers.add(timer);
  }
}
