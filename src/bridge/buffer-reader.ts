import { isUtf8 } from 'node:buffer';
import { ProtocolError } from './bridge.errors.js';
import { NAME_BYTES, TEXT_BYTES, UINT32_MAX } from './limits.js';

/**
 * Reads one payload from front to back, little endian, and trusts nothing: every surprise is a {@link ProtocolError}
 * that names the message and the byte. Nothing that it returns shares memory with the payload.
 */
export class BufferReader {
  private offset = 0;

  constructor(
    private readonly payload: Buffer,
    /** Named in errors, e.g. `rates`. */
    private readonly what: string,
  ) {}

  u8(max = 0xff): number {
    return this.atMost(this.payload.readUInt8(this.take(1)), max);
  }

  u16(max = 0xffff): number {
    return this.atMost(this.payload.readUInt16LE(this.take(2)), max);
  }

  u32(max = UINT32_MAX): number {
    return this.atMost(this.payload.readUInt32LE(this.take(4)), max);
  }

  /** `limit` bounds the magnitude. */
  i32(limit = 2 ** 31): number {
    const value = this.payload.readInt32LE(this.take(4));
    return Math.abs(value) > limit ? this.fail(`${value} is out of range (±${limit})`) : value;
  }

  /** A signed 64-bit integer that a double holds exactly: below 2^53 in magnitude. */
  i64(): number {
    const at = this.take(8);
    const value = this.payload.readInt32LE(at + 4) * 2 ** 32 + this.payload.readUInt32LE(at);
    return Number.isSafeInteger(value) ? value : this.fail('a 64-bit integer does not fit 2^53');
  }

  /** Like {@link i64}, never negative: times, volumes, account numbers. */
  count64(): number {
    const value = this.i64();
    return value < 0 ? this.fail(`${value} is negative`) : value;
  }

  f64(min = -Number.MAX_VALUE, max = Number.MAX_VALUE): number {
    const value = this.payload.readDoubleLE(this.take(8));
    return value >= min && value <= max ? value : this.fail(`${value} is not a number from ${min} to ${max}`);
  }

  bool(): boolean {
    return this.u8(1) === 1;
  }

  /** One of a list of words, sent as its position counted from 1. */
  choice<T extends string>(words: readonly T[]): T {
    const number = this.u8();
    return words[number - 1] ?? this.fail(`${number} is not one of the ${words.length} known values`);
  }

  name(): string {
    return this.string(NAME_BYTES);
  }

  text(): string {
    return this.string(TEXT_BYTES);
  }

  bytes(length: number): Buffer {
    const at = this.take(length);
    return Buffer.from(this.payload.subarray(at, at + length));
  }

  list<T>(count: number, readItem: (reader: BufferReader) => T): T[] {
    return Array.from({ length: count }, () => readItem(this));
  }

  /** Call it last: a payload has no bytes that nobody reads. */
  end(): void {
    const left = this.payload.length - this.offset;
    if (left > 0) this.fail(`${left} bytes too many`);
  }

  /** For rules that only the message's own codec knows. */
  fail(problem: string): never {
    throw new ProtocolError(`bridge protocol: ${this.what}, before byte ${this.offset}: ${problem}`);
  }

  private string(maxBytes: number): string {
    const length = this.u16(maxBytes);
    const at = this.take(length);
    const bytes = this.payload.subarray(at, at + length);
    if (!isUtf8(bytes)) this.fail('a string is not UTF-8');
    // PostgreSQL cannot store U+0000 and C programs end there: nothing good begins with it.
    if (bytes.includes(0)) this.fail('a string holds U+0000');
    return bytes.toString('utf8');
  }

  private atMost(value: number, max: number): number {
    return value <= max ? value : this.fail(`${value} is more than ${max}`);
  }

  private take(length: number): number {
    const at = this.offset;
    if (at + length > this.payload.length) this.fail(`the payload ends, ${length} bytes were expected`);
    this.offset = at + length;
    return at;
  }
}
