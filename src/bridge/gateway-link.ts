import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Clock, Timer } from '../kernel/index.js';
import { messageTypeOf } from './codec/message-table.js';
import { FrameParser, type Frame } from './frame.js';
import { decodeWelcome, type Signed } from './handshake.js';
import { DEFAULT_MAX_FRAME_BYTES, HANDSHAKE_FRAME_BYTES } from './limits.js';
import { decodeFromGateway } from './message-codec.js';
import type { Reject, Welcome } from './messages.js';
import { encodeBridgePreamble, PreambleReader, PROTOCOL_VERSION } from './preamble.js';

const HANDSHAKE_LIMIT_MS = 10_000;

/** Where the gateway listens for bridges and agents. */
export interface GatewayAddress {
  readonly host: string;
  readonly port: number;
  readonly tls?: {
    /** PEM text of the authority to trust; the system's otherwise. */
    readonly ca?: string;
    /** Name in the gateway's certificate. @default host */
    readonly serverName?: string;
  };
}

/** The identity of a dialing peer and its proof. */
export interface LinkIdentity {
  /** The signed hello, as a whole frame. */
  hello(serverNonce: Uint8Array): Buffer;
  /** Whether the gateway that sent this welcome has the key as well. */
  verify(welcome: Signed<Welcome>, serverNonce: Uint8Array): boolean;
}

/** Events of a link. Payloads share memory with received bytes: read them synchronously. */
export interface LinkEvents {
  /** The gateway is authentic; frames follow. */
  welcomed(welcome: Welcome): void;
  received(frame: Frame): void;
  /** Called once, as the last event; with `reject` when the gateway refused. */
  closed(detail: string, reject: Reject | undefined): void;
}

/** The dialing side of a connection, with its handshake, from dialing to its end. */
export class GatewayLink {
  private readonly socket: Socket;
  private readonly preamble = new PreambleReader();
  private readonly parser = new FrameParser(HANDSHAKE_FRAME_BYTES);
  private readonly deadline: Timer;
  private stage: 'challenge' | 'welcome' | 'open' | 'closed' = 'challenge';
  private serverNonce = new Uint8Array();
  private detail = 'the gateway closed the connection';
  private reject: Reject | undefined;
  private frozen = false;

  constructor(
    address: GatewayAddress,
    private readonly identity: LinkIdentity,
    private readonly events: LinkEvents,
    clock: Clock,
  ) {
    this.socket = dial(address);
    this.socket.setNoDelay(true);
    this.socket.once(address.tls === undefined ? 'connect' : 'secureConnect', () => {
      this.socket.write(encodeBridgePreamble({ minVersion: PROTOCOL_VERSION, maxVersion: PROTOCOL_VERSION }));
    });
    this.socket.on('data', (chunk: Buffer) => this.read(chunk));
    this.socket.on('error', (error) => (this.detail = error.message));
    this.socket.once('close', () => this.end());
    this.deadline = clock.after(HANDSHAKE_LIMIT_MS, () => this.destroy('no welcome in time'));
  }

  get isOpen(): boolean {
    return this.stage === 'open';
  }

  get isFrozen(): boolean {
    return this.frozen;
  }

  /** Does nothing unless the link is open and not frozen. */
  send(frames: readonly Buffer[]): void {
    if (!this.isOpen || this.frozen) return;
    for (const frame of frames) this.socket.write(frame);
  }

  /** Stops reading and writing; the other side sees an open but silent connection. */
  freeze(): void {
    this.frozen = true;
    this.socket.pause();
  }

  thaw(): void {
    this.frozen = false;
    this.socket.resume();
  }

  /** Sends the last frames and ends the connection politely. */
  finish(lastWords: readonly Buffer[], detail: string): void {
    this.send(lastWords);
    this.detail = detail;
    this.socket.resume();
    this.socket.end();
  }

  destroy(detail: string): void {
    this.detail = detail;
    this.socket.destroy();
  }

  /** Ends the connection as a crashed host does (RST). */
  reset(detail: string): void {
    this.detail = detail;
    this.socket.resetAndDestroy();
  }

  private read(chunk: Buffer): void {
    try {
      const frames = this.preamble.preamble === undefined ? this.preamble.push(chunk) : chunk;
      for (const frame of this.parser.push(frames)) {
        if (this.stage === 'closed' || this.socket.destroyed) return;
        this.accept(frame);
      }
    } catch (error) {
      this.destroy(error instanceof Error ? error.message : 'the gateway sent nonsense');
    }
  }

  private accept(frame: Frame): void {
    if (this.stage === 'open') return this.events.received(frame);
    if (messageTypeOf(frame.number) === 'welcome') return this.welcome(frame);
    const message = decodeFromGateway(frame);
    if (message.type === 'reject') {
      this.reject = message;
      this.destroy(`refused: ${message.reason}: ${message.message}`);
    } else if (message.type === 'challenge' && this.stage === 'challenge') {
      this.stage = 'welcome';
      this.serverNonce = Uint8Array.from(message.serverNonce);
      this.socket.write(this.identity.hello(this.serverNonce));
    } else {
      this.destroy(`the gateway sent ${message.type} during the handshake`);
    }
  }

  private welcome(frame: Frame): void {
    const welcome = decodeWelcome(frame);
    if (this.stage !== 'welcome' || !this.identity.verify(welcome, this.serverNonce)) {
      return this.destroy('the gateway does not know the key of this terminal');
    }
    this.stage = 'open';
    this.deadline.cancel();
    this.parser.maxPayloadBytes = Math.min(welcome.message.maxFrameBytes, DEFAULT_MAX_FRAME_BYTES);
    this.events.welcomed(welcome.message);
  }

  private end(): void {
    this.stage = 'closed';
    this.deadline.cancel();
    this.events.closed(this.detail, this.reject);
  }
}

function dial({ host, port, tls }: GatewayAddress): Socket {
  if (tls === undefined) return connectTcp({ host, port });
  const ca = tls.ca === undefined ? {} : { ca: tls.ca };
  return connectTls({ host, port, servername: tls.serverName ?? host, ...ca });
}
