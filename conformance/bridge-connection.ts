import type { Socket } from 'node:net';
import type { Clock } from '../src/kernel/index.js';
import { type Frame, FrameParser, HANDSHAKE_FRAME_BYTES, type Preamble, PreambleReader } from '../src/bridge/index.js';
import { Finding } from './finding.js';
import { Signal } from './signal.js';

/** Time for a bridge to close after the last frames, milliseconds. */
const LEAVE_LIMIT_MS = 5000;

/** One connection of the bridge under test: bytes in, frames out; it judges only their form. */
export class BridgeConnection {
  readonly news: Signal;
  /** Of the clock's own origin. */
  readonly openedAtMs: number;
  closedAtMs: number | undefined;
  /** Why bytes could not be read; reading stops there. */
  fault: string | undefined;
  receivedBytes = 0;
  /** Takes over from {@link frame}; see {@link handOver}. */
  private consumer: ((frame: Frame) => void) | undefined;
  private readonly waiting: Frame[] = [];
  private readonly reader = new PreambleReader();
  private readonly parser = new FrameParser(HANDSHAKE_FRAME_BYTES);

  constructor(
    private readonly socket: Socket,
    private readonly clock: Clock,
  ) {
    this.news = new Signal(clock);
    this.openedAtMs = clock.monotonicMs();
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.read(chunk));
    // A bridge may leave by a reset.
    socket.on('error', () => undefined);
    socket.on('end', () => this.close());
    socket.on('close', () => this.close());
  }

  get isOpen(): boolean {
    return this.closedAtMs === undefined;
  }

  /** Sets the largest payload of the bridge from now on, bytes. */
  allow(maxFrameBytes: number): void {
    this.parser.maxPayloadBytes = maxFrameBytes;
  }

  /** @throws Finding if it does not come in time or is invalid */
  async preamble(timeoutMs: number): Promise<Preamble> {
    await this.arrives(() => this.reader.preamble !== undefined, timeoutMs, 'no preamble');
    return this.reader.preamble!;
  }

  /** The next frame. @throws Finding if none comes in time or it cannot be read */
  async frame(timeoutMs: number, expected: string): Promise<Frame> {
    await this.arrives(() => this.waiting.length > 0, timeoutMs, `no ${expected}`);
    return this.waiting.shift()!;
  }

  /** Passes every frame from now on to `consumer`, immediately and in order. */
  handOver(consumer: (frame: Frame) => void): void {
    this.consumer = consumer;
    for (const frame of this.waiting.splice(0)) consumer(frame);
  }

  /** Whether the bridge ended the connection within the time. */
  async isLeft(timeoutMs: number): Promise<boolean> {
    return this.news.until(() => !this.isOpen, timeoutMs);
  }

  write(...parts: readonly Uint8Array[]): void {
    for (const bytes of parts) if (this.socket.writable) this.socket.write(bytes);
  }

  /** Ends the connection after the written bytes. */
  finish(): void {
    this.socket.end();
    // On some systems, a reset would drop last frames that the bridge has not read yet.
    this.clock.after(LEAVE_LIMIT_MS, () => this.socket.destroy());
    this.close();
  }

  private async arrives(isSo: () => boolean, timeoutMs: number, lack: string): Promise<void> {
    await this.news.until(() => isSo() || this.fault !== undefined || !this.isOpen, timeoutMs);
    if (isSo()) return;
    if (this.fault !== undefined) throw new Finding(this.fault);
    if (!this.isOpen) throw new Finding(`${lack}: the bridge closed the connection after ${this.receivedBytes} bytes`);
    throw new Finding(`${lack} came within ${Math.round(timeoutMs)} ms`);
  }

  private read(chunk: Buffer): void {
    this.receivedBytes += chunk.length;
    if (this.fault === undefined && this.isOpen) {
      try {
        const rest = this.reader.preamble === undefined ? this.reader.push(chunk) : chunk;
        for (const frame of this.parser.push(rest)) this.take({ ...frame, payload: Buffer.from(frame.payload) });
      } catch (error) {
        this.fault = error instanceof Error ? error.message : String(error);
      }
    }
    this.news.raise();
  }

  private take(frame: Frame): void {
    if (this.consumer === undefined) this.waiting.push(frame);
    else this.consumer(frame);
  }

  private close(): void {
    this.closedAtMs ??= this.clock.monotonicMs();
    this.news.raise();
  }
}
