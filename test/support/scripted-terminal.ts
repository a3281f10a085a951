import { createHmac, hkdfSync } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { frameBytes, wire } from './wire-writer.js';

/** A frame as it arrived, not interpreted. */
export interface RawFrame {
  readonly type: number;
  readonly flags: number;
  readonly requestId: number;
  readonly payload: Buffer;
}

/** What a scripted terminal says in its hello; everything has a default. */
export interface HelloScript {
  readonly terminalId?: string;
  readonly masterSecret?: string;
  readonly login?: number;
  readonly brokerServer?: string;
  /** Bit set: 1 indicators, 2 push, 4 restart, 8 simulated. */
  readonly capabilities?: number;
}

export const PREAMBLE = Buffer.from([0x4d, 0x54, 0x35, 0x47, 1, 1, 0, 0]);
const HEADER_BYTES = 12;
const CLIENT_NONCE = Buffer.alloc(32, 0xc1);

/**
 * A real TCP client that says exactly what its test wants, right or wrong. It waits for events, never for time, and it
 * shares no code with the gateway.
 */
export class ScriptedTerminal {
  private received = Buffer.alloc(0);
  private ended = false;
  private wake: () => void = () => undefined;
  /** Resolves when the connection is gone, from whatever side. */
  readonly closed: Promise<void>;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.wake();
    });
    // A reset is one of the ways in which a gateway ends a connection.
    socket.on('error', () => undefined);
    socket.on('end', () => this.end());
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.end();
        resolve();
      });
    });
  }

  /** Dials, from `localAddress` if one is given. With `ca` it speaks TLS and trusts that certificate only. */
  static async dial(
    port: number,
    { ca, host = '127.0.0.1', localAddress }: { ca?: string; host?: string; localAddress?: string } = {},
  ): Promise<ScriptedTerminal> {
    const where = { port, host, ...(localAddress !== undefined && { localAddress }) };
    const socket = ca === undefined ? connect(where) : connectTls({ ...where, ca, servername: 'localhost' });
    const terminal = new ScriptedTerminal(socket);
    await once(socket, ca === undefined ? 'connect' : 'secureConnect');
    return terminal;
  }

  /** Dials and shakes hands; returns after the welcome. */
  static async ready(port: number, script: HelloScript = {}): Promise<ScriptedTerminal> {
    const terminal = await ScriptedTerminal.dial(port);
    const answer = await terminal.shakeHands(script);
    if (answer.type !== 3)
      throw new Error(`no welcome but frame type ${answer.type}: ${answer.payload.toString('latin1')}`);
    return terminal;
  }

  /** Preamble, challenge, hello; returns whatever the gateway answers. */
  async shakeHands(script: HelloScript = {}): Promise<RawFrame> {
    const serverNonce = await this.greet();
    this.send(helloFrame(serverNonce, script));
    return this.frame();
  }

  /** Preamble and challenge; returns the gateway's nonce. */
  async greet(): Promise<Buffer> {
    this.send(PREAMBLE);
    await this.bytes(PREAMBLE.length);
    const challenge = await this.frame();
    return challenge.payload;
  }

  send(...parts: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  sendFrame(type: number, payload?: Uint8Array, requestId?: number, flags?: number): void {
    this.send(frameBytes(type, payload, requestId, flags));
  }

  /** The next bytes; rejects if the connection ends before. */
  async bytes(count: number): Promise<Buffer> {
    while (this.received.length < count) {
      if (this.ended) throw new Error(`the connection ended after ${this.received.length} of ${count} bytes`);
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const taken = this.received.subarray(0, count);
    this.received = this.received.subarray(count);
    return taken;
  }

  /** The next frame, heartbeats of the gateway included. */
  async frame(): Promise<RawFrame> {
    const header = await this.bytes(HEADER_BYTES);
    const payload = await this.bytes(header.readUInt32LE(0));
    return { type: header.readUInt16LE(4), flags: header.readUInt16LE(6), requestId: header.readUInt32LE(8), payload };
  }

  /** Everything that still comes until the gateway ends the connection. */
  async rest(): Promise<Buffer> {
    await this.closed;
    return this.received;
  }

  /** Leaves without a word and waits until the socket is gone. */
  async leave(): Promise<void> {
    this.socket.destroy();
    await this.closed;
  }

  private end(): void {
    this.ended = true;
    this.wake();
  }
}

/** The key that a terminal is given, derived as the document says. */
export function terminalKey(masterSecret: string, terminalId: string): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(masterSecret), Buffer.alloc(0), `mt5g terminal ${terminalId}`, 32));
}

/** A whole hello frame with its proof. */
export function helloFrame(serverNonce: Uint8Array, script: HelloScript = {}): Buffer {
  const { terminalId = 'MT5_05', masterSecret = 'a master secret for tests', capabilities = 1 + 2 } = script;
  const fields = wire()
    .string(terminalId)
    .i64(script.login ?? 5_000_005)
    .string(script.brokerServer ?? 'Broker-Demo');
  fields.string('Broker Ltd').string('scripted 1.0').u32(4755).i32(7200).u32(capabilities).raw(CLIENT_NONCE);
  const mac = createHmac('sha256', terminalKey(masterSecret, terminalId));
  mac.update('mt5g1 terminal\0').update(serverNonce).update(fields.bytes());
  return frameBytes(0x0002, Buffer.concat([fields.bytes(), mac.digest()]));
}

/** What the gateway's welcome must end with. */
export function welcomeMac(serverNonce: Uint8Array, welcome: Buffer, script: HelloScript = {}): Buffer {
  const { terminalId = 'MT5_05', masterSecret = 'a master secret for tests' } = script;
  const mac = createHmac('sha256', terminalKey(masterSecret, terminalId)).update('mt5g1 gateway\0');
  return mac.update(serverNonce).update(CLIENT_NONCE).update(welcome.subarray(0, 16)).digest();
}

/** Reason number and text of a reject or goaway. */
export function farewell(frame: RawFrame): { reason: number; message: string; retryAfterMs: number } {
  const end = 3 + frame.payload.readUInt16LE(1);
  return {
    reason: frame.payload.readUInt8(0),
    message: frame.payload.toString('utf8', 3, end),
    retryAfterMs: frame.payload.readUInt32LE(end),
  };
}
