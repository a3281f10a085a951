import { on, once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { BridgeConnection } from '../conformance/bridge-connection.js';
import { HandshakeDriver } from '../conformance/handshake-driver.js';
import { type Answer, Session } from '../conformance/session.js';
import type { BridgeRequest } from '../src/bridge/index.js';
import { SystemRandom } from '../src/kernel/index.js';
import { type BuiltBridge, MASTER_SECRET } from './bridge-under-test.js';
import { USUAL } from './conform.js';
import { ProgramClock } from './program-clock.js';
import type { ProgramProcess, ProgramRun } from './program-process.js';

const LOADING = ['history-loading', 'indicator-loading', 'busy'];
const MAX_ATTEMPTS = 600;

/** A bridge connected to this process, and its session; the spec may maltreat the socket. */
export class BridgeSession {
  readonly program: ProgramProcess;
  readonly clock = new ProgramClock();
  socket!: Socket;
  private current: Session | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly dials: AsyncIterator<Socket[]>;
  private readonly handshake = new HandshakeDriver(USUAL, this.clock, new SystemRandom());

  private constructor(
    private readonly server: Server,
    bridge: BuiltBridge,
    run: ProgramRun,
  ) {
    this.dials = on(server, 'connection') as AsyncIterator<Socket[]>;
    const { port } = server.address() as AddressInfo;
    this.program = bridge.start({ port, masterSecret: MASTER_SECRET }, { ...run, clock: this.clock });
  }

  /** Starts the bridge and welcomes it. */
  static async open(bridge: BuiltBridge, run: ProgramRun): Promise<BridgeSession> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const made = new BridgeSession(server, bridge, run);
    try {
      await made.next();
    } catch (error) {
      await made.close();
      throw error;
    }
    return made;
  }

  /** The newest one. */
  get session(): Session {
    return this.current!;
  }

  /** Waits for the next connection and opens its session. */
  async next(): Promise<void> {
    const ended = this.program.end().then((code) => {
      throw new Error(`the bridge ended with ${code}:\n${this.program.journal}`);
    });
    const { value } = (await Promise.race([this.dials.next(), ended])) as { value: Socket[] };
    this.socket = value[0]!;
    this.sockets.add(this.socket);
    const connection = new BridgeConnection(this.socket, this.clock);
    const introduction = await this.handshake.introduce(connection);
    const welcome = this.handshake.welcome(connection, introduction);
    this.current = new Session(connection, introduction.hello, welcome, this.clock);
  }

  /** Asks like the gateway: repeats a request while history is loading. */
  async ask(request: BridgeRequest): Promise<Answer['message']> {
    for (let attempt = 1; ; attempt += 1) {
      const { message } = await this.session.request(request);
      const isLoading = message.type === 'error' && LOADING.includes(message.code);
      if (!isLoading || attempt === MAX_ATTEMPTS) return message;
      await this.program.order('tick EURUSD');
    }
  }

  /** Code of the refusal, or type of any other answer. */
  async refusal(request: BridgeRequest): Promise<string> {
    return outcomeOf(await this.ask(request));
  }

  /** Ends the bridge; 0 = a clean end. */
  async close(): Promise<number | null> {
    const code = await this.program.stop();
    this.current?.finish();
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    return code;
  }
}

/** Code of an error, or type of any other answer. */
export function outcomeOf(message: Answer['message']): string {
  return message.type === 'error' ? message.code : message.type;
}
