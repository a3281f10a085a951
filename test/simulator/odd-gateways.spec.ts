import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Simulator, type TerminalEvent } from '../../simulator/index.js';
import {
  decodeFromBridge,
  decodeHello,
  deriveTerminalKey,
  encodeFrame,
  encodeGatewayPreamble,
  encodeMessage,
  encodeWelcome,
  type Frame,
  FrameParser,
  messageTypeOf,
  PREAMBLE_BYTES,
} from '../../src/bridge/index.js';
import { SeededRandom } from '../../src/kernel/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { until, untilNews } from '../support/until.js';

const SECRET = 'a master secret for tests';
const NONCE = Buffer.alloc(32, 7);

/** A gateway of our own making on a free port, to say what the real one never says. */
class OddGateway {
  readonly frames: Frame[] = [];
  readonly events: TerminalEvent[] = [];
  readonly simulator: Simulator;
  private readonly news = new EventTarget();
  socket: Socket | undefined;

  private constructor(
    private readonly server: Server,
    readonly clock: ManualClock,
    private readonly respond: (socket: Socket, frame: Frame | undefined) => void,
  ) {
    server.on('connection', (socket) => this.accept(socket));
    const { port } = server.address() as AddressInfo;
    this.simulator = new Simulator(
      {
        gateway: { host: '127.0.0.1', port },
        masterSecret: SECRET,
        terminals: [{ id: 'T1', login: 1, symbols: [{ name: 'EURUSD' }] }],
        clockRate: 0,
      },
      { clock, random: new SeededRandom(1) },
    );
    this.simulator.onEvent((event) => this.tell(() => this.events.push(event)));
    this.simulator.start();
  }

  static async start(respond: (socket: Socket, frame: Frame | undefined) => void): Promise<OddGateway> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new OddGateway(server, new ManualClock(), respond);
  }

  until(isSo: () => boolean): Promise<void> {
    return untilNews(this.news, isSo);
  }

  async stop(): Promise<void> {
    await this.simulator.stop();
    this.server.close();
    this.socket?.destroy();
    await once(this.server, 'close');
  }

  private accept(socket: Socket): void {
    this.socket = socket;
    const parser = new FrameParser(1 << 20);
    let greeting = 0;
    let isGreeted = false;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      const rest = chunk.subarray(Math.min(chunk.length, PREAMBLE_BYTES - greeting));
      greeting += chunk.length - rest.length;
      if (!isGreeted && greeting === PREAMBLE_BYTES) {
        isGreeted = true;
        this.respond(socket, undefined);
      }
      for (const frame of parser.push(rest)) {
        this.tell(() => this.frames.push({ ...frame, payload: Buffer.from(frame.payload) }));
        this.respond(socket, frame);
      }
    });
  }

  private tell(note: () => void): void {
    note();
    this.news.dispatchEvent(new Event('news'));
  }
}

function greet(socket: Socket): void {
  socket.write(encodeGatewayPreamble(1));
  socket.write(encodeMessage({ type: 'challenge', serverNonce: NONCE }));
}

function welcomeWith(key: Buffer) {
  return (socket: Socket, frame: Frame | undefined) => {
    if (frame === undefined) return greet(socket);
    if (messageTypeOf(frame.number) !== 'hello') return;
    const { clientNonce } = decodeHello(frame).message;
    const welcome = { type: 'welcome', epoch: 1, heartbeatMs: 5000, maxFrameBytes: 65_536 } as const;
    socket.write(encodeWelcome(welcome, { key, serverNonce: NONCE, clientNonce }));
  };
}

let gateway: OddGateway;
afterEach(() => gateway.stop());

describe('a simulated terminal before the welcome', () => {
  it.each([
    ['garbage', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'did not begin with "MT5G"'],
    ['an endless frame', Buffer.concat([encodeGatewayPreamble(1), Buffer.alloc(12, 0xff)]), 'are allowed now'],
  ])('leaves a gateway that sends %s', async (_case, bytes, detail) => {
    gateway = await OddGateway.start((socket) => socket.write(bytes));
    await gateway.until(() => gateway.events.length === 1);
    expect(gateway.events[0]?.kind).toBe('lost');
    expect(gateway.events[0]?.detail).toContain(detail);
  });

  it('serves nobody who does not know its key', async () => {
    gateway = await OddGateway.start(welcomeWith(deriveTerminalKey('another secret', 'T1')));
    await gateway.until(() => gateway.events.length === 1);
    expect(gateway.events[0]?.detail).toBe('the gateway does not know the key of this terminal');
    expect(gateway.frames.map(({ number }) => messageTypeOf(number))).toEqual(['hello']);
  });

  it('does not wait for ever', async () => {
    gateway = await OddGateway.start((socket, frame) => (frame === undefined ? greet(socket) : undefined));
    await gateway.until(() => gateway.frames.length === 1);
    gateway.clock.advance(10_000);
    await gateway.until(() => gateway.events.length === 1);
    expect(gateway.events[0]?.detail).toBe('no welcome in time');
  });
});

describe('a simulated terminal that is welcomed and dropped again and again', () => {
  it('waits longer each time: only a session of a minute begins the pauses anew', async () => {
    const welcomeOnly = welcomeWith(deriveTerminalKey(SECRET, 'T1'));
    gateway = await OddGateway.start((socket, frame) => {
      const isBeat = frame !== undefined && messageTypeOf(frame.number) === 'heartbeat';
      if (isBeat) socket.destroy();
      else welcomeOnly(socket, frame);
    });
    const losses = () => gateway.events.filter(({ kind }) => kind === 'lost').length;
    const hellos = () => gateway.frames.filter(({ number }) => messageTypeOf(number) === 'hello').length;
    const pausesMs: number[] = [];
    for (let time = 1; time <= 5; time++) {
      await gateway.until(() => losses() === time);
      const lostMs = gateway.clock.monotonicMs();
      // Little of the other time passes while the connection is made: it goes on by one step at each look.
      await until(
        () => {
          if (hellos() === time) gateway.clock.advance(50);
          return hellos() > time;
        },
        `dial ${time + 1}`,
      );
      pausesMs.push(gateway.clock.monotonicMs() - lostMs);
    }

    for (const [index, pauseMs] of pausesMs.entries()) {
      expect(pauseMs).toBeGreaterThanOrEqual(Math.min(10_000, 1000 * 2 ** index) * 0.8);
    }
  });
});

describe('a simulated terminal after the welcome', () => {
  beforeEach(async () => {
    gateway = await OddGateway.start(welcomeWith(deriveTerminalKey(SECRET, 'T1')));
    await gateway.until(() => gateway.frames.length === 2);
  });

  it.each([
    ['unknown-request', 0x7ff0, Buffer.alloc(3)],
    ['malformed-request', 0x0020, Buffer.alloc(3)],
  ])('answers %s and stays', async (code, number, payload) => {
    gateway.socket!.write(encodeFrame({ number, requestId: 9, more: false, payload }));
    await gateway.until(() => gateway.frames.length === 3);
    expect(decodeFromBridge(gateway.frames[2]!)).toMatchObject({ type: 'error', code });
    expect(gateway.frames[2]?.requestId).toBe(9);
    expect(gateway.simulator.ready).toEqual(['T1']);
  });

  it('ignores optional extensions and leaves after any other nonsense', async () => {
    gateway.socket!.write(encodeFrame({ number: 0x8001, requestId: 0, more: false, payload: Buffer.alloc(1) }));
    gateway.socket!.write(encodeFrame({ number: 0x0777, requestId: 0, more: false, payload: Buffer.alloc(1) }));
    await gateway.until(() => gateway.frames.length === 3);
    expect(decodeFromBridge(gateway.frames[2]!)).toMatchObject({ type: 'goaway', reason: 'protocol-error' });
  });
});
