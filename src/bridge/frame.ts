import { ProtocolError } from './bridge.errors.js';

/** Header of every frame, bytes: u32 payload length, u16 type, u16 flags, u32 request id. */
export const FRAME_HEADER_BYTES = 12;

/** Flag: more chunks of the same answer follow. All other flags are reserved and 0. */
const MORE = 1;

/** One frame on the wire; the codec knows the meaning of its payload. */
export interface Frame {
  /** Message number; see the table in docs/bridge-protocol.md. */
  readonly number: number;
  /** 0 = belongs to no request. */
  readonly requestId: number;
  /** More chunks of the same answer follow. */
  readonly more: boolean;
  /** May share memory with received bytes: decode it before the next chunk arrives. */
  readonly payload: Buffer;
}

/** Text about a frame of an unknown type. */
export function extensionOf({ number, payload }: Frame): string {
  return `type 0x${number.toString(16)}, ${payload.length} bytes`;
}

export function encodeFrame(frame: Frame): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES + frame.payload.length);
  bytes.writeUInt32LE(frame.payload.length, 0);
  bytes.writeUInt16LE(frame.number, 4);
  bytes.writeUInt16LE(frame.more ? MORE : 0, 6);
  bytes.writeUInt32LE(frame.requestId, 8);
  bytes.set(frame.payload, FRAME_HEADER_BYTES);
  return bytes;
}

/**
 * Cuts a stream of bytes into frames, wherever the network cut it before. Refuses a frame that announces more than the
 * cap by its header alone. Does not copy whole frames; collects an unfinished one in a buffer that doubles as bytes
 * arrive, so that neither single bytes nor large announcements cost more than a small multiple of the sent bytes.
 */
export class FrameParser {
  /** Beginning of an unfinished frame; its first `filled` bytes are valid. */
  private partial = Buffer.alloc(0);
  private filled = 0;

  constructor(
    /** Largest accepted payload, bytes; may be raised between frames. */
    public maxPayloadBytes: number,
  ) {}

  /**
   * The frames that this chunk completes, in order. Take them all before the next push; stop early only to give up the
   * connection.
   *
   * @throws ProtocolError for a frame above the cap or with reserved flags.
   */
  *push(chunk: Buffer): Generator<Frame> {
    let offset = 0;
    while (offset < chunk.length) {
      const whole = this.filled === 0 ? this.frameBytes(chunk, offset, chunk.length) : undefined;
      if (whole !== undefined && offset + whole <= chunk.length) {
        yield parseFrame(chunk.subarray(offset, offset + whole));
        offset += whole;
        continue;
      }
      offset += this.collect(chunk, offset);
      if (this.filled === this.frameBytes(this.partial, 0, this.filled)) {
        const bytes = this.partial.subarray(0, this.filled);
        this.partial = Buffer.alloc(0);
        this.filled = 0;
        yield parseFrame(bytes);
      }
    }
  }

  /** Takes the bytes that the unfinished header, then the unfinished frame needs; returns their number. */
  private collect(chunk: Buffer, offset: number): number {
    const goal = this.frameBytes(this.partial, 0, this.filled) ?? FRAME_HEADER_BYTES;
    const taken = Math.min(goal - this.filled, chunk.length - offset);
    const needed = this.filled + taken;
    if (needed > this.partial.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, Math.min(goal, this.partial.length * 2)));
      this.partial.copy(larger, 0, 0, this.filled);
      this.partial = larger;
    }
    chunk.copy(this.partial, this.filled, offset, offset + taken);
    this.filled = needed;
    return taken;
  }

  /** Length of the frame that begins at `offset`, header included; undefined while its header is incomplete. */
  private frameBytes(bytes: Buffer, offset: number, end: number): number | undefined {
    if (end - offset < FRAME_HEADER_BYTES) return undefined;
    const payloadBytes = bytes.readUInt32LE(offset);
    if (payloadBytes > this.maxPayloadBytes) {
      throw new ProtocolError(
        `bridge protocol: a frame of ${payloadBytes} bytes was announced, at most ${this.maxPayloadBytes} are allowed now`,
      );
    }
    return FRAME_HEADER_BYTES + payloadBytes;
  }
}

function parseFrame(bytes: Buffer): Frame {
  const flags = bytes.readUInt16LE(6);
  if ((flags & ~MORE) !== 0) throw new ProtocolError(`bridge protocol: reserved frame flags 0x${flags.toString(16)}`);
  return {
    number: bytes.readUInt16LE(4),
    requestId: bytes.readUInt32LE(8),
    more: flags === MORE,
    payload: bytes.subarray(FRAME_HEADER_BYTES),
  };
}
