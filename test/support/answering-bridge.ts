import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  type BarPush,
  type BridgeRequest,
  type BridgeResponse,
  decodeFromGateway,
  DEFAULT_MAX_FRAME_BYTES,
  deriveTerminalKey,
  encodeAnswer,
  encodeHello,
  encodeMessage,
  type Frame,
  FrameParser,
  type Goaway,
  type Heartbeat,
  type Hello,
  isRequest,
  messageTypeOf,
  PREAMBLE_BYTES,
  type Reject,
  type SymbolListItem,
} from '../../src/bridge/index.js';
import { encodeBridgePreamble } from '../../src/bridge/preamble.js';
import { untilNews } from './until.js';

/** What a bridge of a test says of itself. */
export interface BridgeScript {
  readonly terminalId: string;
  readonly masterSecret: string;
  readonly login?: number;
  readonly brokerServer?: string;
  readonly simulated?: boolean;
  readonly canRestart?: boolean;
  /** The broker's symbols. */
  readonly symbols?: readonly string[];
  /** Whether it says that it pushes bars. @default true */
  readonly pushes?: boolean;
  /** Frames that answer a request; undefined = as any bridge of a test does. */
  readonly frames?: (request: BridgeRequest, requestId: number) => readonly Buffer[] | undefined;
}

/** How a request is answered; undefined = not at all. */
export type Answering = (request: BridgeRequest) => BridgeResponse | undefined;

const listItem = (symbol: string): SymbolListItem => ({
  symbol,
  description: '',
  digits: 5,
  contractSize: 100_000,
  baseCurrency: '',
  profitCurrency: '',
  tradable: true,
});

/** A well-behaved bridge over a real socket, until a test tells it otherwise. Waits for events, never for time. */
export class AnsweringBridge {
  readonly requests: BridgeRequest[] = [];
  /** The broker's symbols now. */
  symbols: readonly string[];
  /** While true, requests are taken and never answered. */
  hung = false;
  private readonly unanswered: (() => void)[] = [];
  goaway: Goaway | undefined;
  reject: Reject | undefined;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  private readonly news = new EventTarget();
  private readonly parser = new FrameParser(DEFAULT_MAX_FRAME_BYTES);
  private greeting = Buffer.alloc(0);
  private welcomed = false;

  private constructor(
    private readonly socket: Socket,
    private readonly script: BridgeScript,
  ) {
    this.symbols = script.symbols ?? ['EURUSD'];
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.tell();
        resolve();
      });
    });
  }

  /** Dials and shakes hands; resolves after the welcome or the reject. */
  static async dial(port: number, script: BridgeScript): Promise<AnsweringBridge> {
    const socket = connect(port, '127.0.0.1');
    const bridge = new AnsweringBridge(socket, script);
    await once(socket, 'connect');
    socket.write(encodeBridgePreamble({ minVersion: 1, maxVersion: 1 }));
    await bridge.until(() => bridge.welcomed || bridge.reject !== undefined);
    return bridge;
  }

  /** Waits until something that arrives makes this true. */
  until(isSo: () => boolean): Promise<void> {
    return untilNews(this.news, isSo);
  }

  /** Anything, also what no bridge says. */
  write(frame: Buffer): void {
    this.socket.write(frame);
  }

  beat(changes: Partial<Heartbeat> = {}): void {
    const heartbeat: Heartbeat = {
      type: 'heartbeat',
      serverTimeMs: 1_700_000_000_000,
      clockRate: 1,
      utcOffsetSeconds: 7200,
      brokerConnected: true,
      pingMicros: 20_000,
      memoryMb: 300,
      queueDepth: 0,
      lastTickMs: 0,
      lastError: 0,
      login: this.script.login ?? 1,
      ...changes,
    };
    this.socket.write(encodeMessage(heartbeat));
  }

  pushBar(push: Pick<BarPush, 'symbol' | 'timeframe' | 'sequence'>): void {
    const rate = {
      time: 1_700_000_400,
      open: 1,
      high: 2,
      low: 0.5,
      close: 1.5,
      tickVolume: 9,
      spread: 1,
      realVolume: 0,
    };
    this.socket.write(encodeMessage({ type: 'bar', ...push, closed: [], forming: rate }));
  }

  /** Answers, late, what came while it was hung. */
  answerWhatWaits(): void {
    for (const answer of this.unanswered.splice(0)) answer();
  }

  renameSymbols(symbols: readonly string[]): void {
    this.symbols = symbols;
    this.socket.write(encodeMessage({ type: 'symbols-changed' }));
  }

  /** Leaves without a word and waits until the socket is gone. */
  async leave(): Promise<void> {
    this.socket.destroy();
    await this.closed;
  }

  private receive(chunk: Buffer): void {
    let rest = chunk;
    if (this.greeting.length < PREAMBLE_BYTES) {
      const missing = PREAMBLE_BYTES - this.greeting.length;
      this.greeting = Buffer.concat([this.greeting, chunk.subarray(0, missing)]);
      rest = chunk.subarray(missing);
    }
    for (const frame of this.parser.push(rest)) this.take(frame);
    this.tell();
  }

  private take(frame: Frame): void {
    if (messageTypeOf(frame.number) === 'welcome') {
      this.welcomed = true;
      return;
    }
    const message = decodeFromGateway(frame);
    if (message.type === 'challenge') this.introduce(message.serverNonce);
    else if (message.type === 'reject') this.reject = message;
    else if (message.type === 'goaway') this.goaway = message;
    else if (isRequest(message)) this.answer(message, frame.requestId);
  }

  private introduce(serverNonce: Uint8Array): void {
    const {
      terminalId,
      masterSecret,
      login = 1,
      brokerServer = 'Broker-Demo',
      simulated = false,
      canRestart = false,
      pushes = true,
    } = this.script;
    const hello: Hello = {
      type: 'hello',
      terminalId,
      login,
      brokerServer,
      company: 'Broker Ltd',
      program: 'test bridge 1.0',
      terminalBuild: 5000,
      utcOffsetSeconds: 7200,
      capabilities: { indicators: true, push: pushes, restart: canRestart, simulated },
      clientNonce: Buffer.alloc(32, 7),
    };
    this.socket.write(encodeHello(hello, { key: deriveTerminalKey(masterSecret, terminalId), serverNonce }));
  }

  private answer(request: BridgeRequest, requestId: number): void {
    this.requests.push(request);
    if (this.hung) this.unanswered.push(() => this.answerNow(request, requestId));
    else this.answerNow(request, requestId);
  }

  private answerNow(request: BridgeRequest, requestId: number): void {
    const frames = this.script.frames?.(request, requestId) ?? encodeAnswer(this.respond(request), requestId);
    for (const bytes of frames) this.socket.write(bytes);
  }

  private respond(request: BridgeRequest): BridgeResponse {
    if (request.type === 'symbols') return { type: 'symbol-list', symbols: this.symbols.map(listItem) };
    if (request.type === 'subscribe') return { type: 'subscribed', sequence: 0 };
    if (request.type === 'restart' || request.type === 'unsubscribe') return { type: 'ok' };
    if (request.type === 'account') {
      return {
        type: 'account-info',
        login: this.script.login ?? 1,
        brokerServer: this.script.brokerServer ?? 'Broker-Demo',
        company: 'Broker Ltd',
        name: 'Test',
        currency: 'USD',
        tradeMode: 'demo',
        leverage: 100,
        balance: 1,
        equity: 1,
        brokerConnected: true,
      };
    }
    return { type: 'error', code: 'not-supported', terminalCode: 0, message: 'not in this test', retryAfterMs: 0 };
  }

  private tell(): void {
    this.news.dispatchEvent(new Event('news'));
  }
}
