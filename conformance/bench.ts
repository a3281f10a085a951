import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Clock, Random } from '../src/kernel/index.js';
import { encodeMessage, type Goaway, type SymbolListItem } from '../src/bridge/index.js';
import { BridgeConnection } from './bridge-connection.js';
import { demand, Finding, Skipped } from './finding.js';
import { HandshakeDriver, type Introduction } from './handshake-driver.js';
import { Session } from './session.js';
import { LATENESS_MS, REDIAL, type SuiteSettings } from './settings.js';
import { Signal } from './signal.js';

export interface BenchTools {
  readonly clock: Clock;
  readonly random: Random;
}

/** The port that the bridge under test dials; holds its newest connection and session for the checks. */
export class Bench {
  readonly handshake: HandshakeDriver;
  /** Faults of ended sessions. */
  readonly faults: string[] = [];
  /** The bridge's symbols; undefined before a check requested them. */
  symbols: readonly SymbolListItem[] | undefined;
  /** Program of the bridge's hello. */
  program: string | undefined;
  private readonly dials: BridgeConnection[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly arrivals: Signal;
  private connection: BridgeConnection | undefined;
  private live: Session | undefined;
  private hasDialled = false;
  /** End of the last connection, just before its last frames were sent. */
  private leftAtMs = 0;
  /** Reason why waiting for the bridge is useless. */
  private obstacle: string | undefined;

  private constructor(
    readonly settings: SuiteSettings,
    readonly tools: BenchTools,
    private readonly server: Server,
  ) {
    this.handshake = new HandshakeDriver(settings, tools.clock, tools.random);
    this.arrivals = new Signal(tools.clock);
    server.on(settings.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => this.accept(socket));
  }

  static async listen(settings: SuiteSettings, tools: BenchTools): Promise<Bench> {
    const { tls } = settings;
    const server = tls === undefined ? createServer() : createTlsServer({ cert: tls.cert, key: tls.key });
    const bench = new Bench(settings, tools, server);
    server.listen(settings.port, settings.host);
    await once(server, 'listening');
    return bench;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get clock(): Clock {
    return this.tools.clock;
  }

  /** The live session, or a new one. @throws Finding if the bridge does not open one */
  async session(): Promise<Session> {
    if (this.live?.isAlive) return this.live;
    const connection = await this.dial();
    const introduction = await this.introduce(connection);
    return this.open(connection, this.handshake.welcome(connection, introduction), introduction.hello);
  }

  /** Preamble and HELLO, which all later checks need. @throws Finding */
  async introduce(connection: BridgeConnection, pauseMs = 0): Promise<Introduction> {
    try {
      return await this.handshake.introduce(connection, pauseMs);
    } catch (error) {
      if (error instanceof Finding) this.obstacle = 'no session can be opened: the handshake failed';
      throw error;
    }
  }

  /** Opens a session on a connection that was just welcomed. */
  open(connection: BridgeConnection, welcome: Session['welcome'], hello: Session['hello']): Session {
    this.program = hello.program;
    this.live = new Session(connection, hello, welcome, this.clock);
    return this.live;
  }

  /** The next connection; ends the live one. @throws Finding if the bridge does not dial in time */
  async dial(timeoutMs = this.longestPauseMs()): Promise<BridgeConnection> {
    if (this.obstacle !== undefined) throw new Skipped(this.obstacle);
    this.leave();
    const hasCome = await this.arrivals.until(() => this.hasDial(), timeoutMs);
    if (!hasCome) this.obstacle = 'the bridge does not dial';
    demand(hasCome, `the bridge did not dial within ${Math.round(timeoutMs)} ms`);
    this.hasDialled = true;
    this.connection = this.dials.shift()!;
    return this.connection;
  }

  /** Keeps an unused connection of {@link dial} for the next check. */
  putBack(connection: BridgeConnection): void {
    this.connection = undefined;
    this.dials.unshift(connection);
  }

  /** Sends the last frames and ends the live connection. */
  leave(...lastWords: readonly Uint8Array[]): void {
    this.leftAtMs = this.clock.monotonicMs();
    if (this.live?.problem !== undefined) this.faults.push(this.live.problem);
    this.live?.finish(...lastWords);
    if (this.live === undefined) this.connection?.write(...lastWords);
    this.connection?.finish();
    this.live = undefined;
    this.connection = undefined;
  }

  /** Sends a goaway and returns the time until the bridge dials, milliseconds. @throws Finding if it does not return */
  async sendAway(goaway: Omit<Goaway, 'type'>, limitMs = this.longestPauseMs()): Promise<number> {
    await this.session();
    this.leave(encodeMessage({ type: 'goaway', ...goaway }));
    return this.pauseUntilDial(limitMs + goaway.retryAfterMs);
  }

  /**
   * Time from the last {@link leave} until the bridge dials, milliseconds; the next session uses this dial. It counts from
   * before the last frames, because a bridge may read them while this process waits for its turn.
   */
  async pauseUntilDial(limitMs = this.longestPauseMs()): Promise<number> {
    const hasCome = await this.arrivals.until(() => this.hasDial(), limitMs);
    if (!hasCome) throw new Finding(`the bridge did not dial again within ${Math.round(limitMs)} ms`);
    return this.dials[0]!.openedAtMs - this.leftAtMs;
  }

  /** A wait of the protocol as the bridge under test scales it, milliseconds. */
  scaled(ms: number): number {
    return ms / this.settings.timeScale;
  }

  async close(): Promise<void> {
    this.leave();
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Whether a dialed bridge waits; forgets those that gave up. */
  private hasDial(): boolean {
    while (this.dials[0]?.isOpen === false) this.dials.shift();
    return this.dials.length > 0;
  }

  private longestPauseMs(): number {
    if (!this.hasDialled) return this.settings.firstDialMs;
    return this.scaled(REDIAL.maxMs) + 10 * LATENESS_MS;
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    this.dials.push(new BridgeConnection(socket, this.clock));
    this.arrivals.raise();
  }
}
