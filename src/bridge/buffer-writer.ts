import { EncodeError } from './bridge.errors.js';
import { NAME_BYTES, TEXT_BYTES, UINT32_MAX } from './limits.js';

/**
 * Writes one payload, little endian; the mirror of `BufferReader` with the same limits. One instance per message: a
 * message that cannot be written throws {@link EncodeError} and leaves nothing behind.
 */
export class BufferWriter {
  private buffer: Buffer;
  private length = 0;

  constructor(
    /** Named in errors, e.g. `rates`. */
    private readonly what: string,
    expectedBytes = 256,
  ) {
    this.buffer = Buffer.allocUnsafe(expectedBytes);
  }

  u8(value: number, max = 0xff): void {
    this.whole(value, 0, max);
    const at = this.reserve(1);
    this.buffer.writeUInt8(value, at);
  }

  u16(value: number, max = 0xffff): void {
    this.whole(value, 0, max);
    const at = this.reserve(2);
    this.buffer.writeUInt16LE(value, at);
  }

  u32(value: number, max = UINT32_MAX): void {
    this.whole(value, 0, max);
    const at = this.reserve(4);
    this.buffer.writeUInt32LE(value, at);
  }

  i32(value: number, limit = 2 ** 31): void {
    this.whole(value, Math.max(-limit, -(2 ** 31)), Math.min(limit, 2 ** 31 - 1));
    const at = this.reserve(4);
    this.buffer.writeInt32LE(value, at);
  }

  i64(value: number): void {
    this.whole(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    const high = Math.floor(value / 2 ** 32);
    const at = this.reserve(8);
    this.buffer.writeUInt32LE(value - high * 2 ** 32, at);
    this.buffer.writeInt32LE(high, at + 4);
  }

  count64(value: number): void {
    this.whole(value, 0, Number.MAX_SAFE_INTEGER);
    this.i64(value);
  }

  f64(value: number, min = -Number.MAX_VALUE, max = Number.MAX_VALUE): void {
    if (!(value >= min && value <= max)) this.fail(`${value} is not a number from ${min} to ${max}`);
    const at = this.reserve(8);
    this.buffer.writeDoubleLE(value, at);
  }

  bool(value: boolean): void {
    this.u8(value ? 1 : 0);
  }

  choice<T extends string>(words: readonly T[], word: T): void {
    const index = words.indexOf(word);
    if (index < 0) this.fail(`"${word}" is not one of ${words.join(', ')}`);
    this.u8(index + 1);
  }

  name(value: string): void {
    this.string(value, NAME_BYTES);
  }

  text(value: string): void {
    this.string(value, TEXT_BYTES);
  }

  /** Text for people: shortened where {@link text} would refuse. */
  prose(value: string): void {
    let shorter = value.replaceAll('\0', '?').slice(0, TEXT_BYTES);
    while (Buffer.byteLength(shorter) > TEXT_BYTES) shorter = shorter.slice(0, -1);
    this.text(shorter);
  }

  bytes(value: Uint8Array, length: number): void {
    if (value.length !== length) this.fail(`${value.length} bytes instead of ${length}`);
    const at = this.reserve(length);
    this.buffer.set(value, at);
  }

  /** The written bytes; the writer is not used again. */
  finish(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  fail(problem: string): never {
    throw new EncodeError(`cannot send ${this.what} to a bridge: ${problem}`);
  }

  private string(value: string, maxBytes: number): void {
    const bytes = Buffer.from(value, 'utf8');
    if (bytes.length > maxBytes) this.fail(`a string of ${bytes.length} bytes, ${maxBytes} are allowed`);
    if (bytes.includes(0)) this.fail('a string holds U+0000');
    this.u16(bytes.length);
    const at = this.reserve(bytes.length);
    this.buffer.set(bytes, at);
  }

  private whole(value: number, min: number, max: number): void {
    const fits = Number.isInteger(value) && value >= min && value <= max;
    if (!fits) this.fail(`${value} is not a whole number from ${min} to ${max}`);
  }

  /** Makes room. `this.buffer` may be another one afterwards, so reserve before touching it. */
  private reserve(bytes: number): number {
    const at = this.length;
    this.length += bytes;
    if (this.length > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.length, this.buffer.length * 2));
      this.buffer.copy(larger, 0, 0, at);
      this.buffer = larger;
    }
    return at;
  }
}
