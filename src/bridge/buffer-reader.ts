import { isUtf8 } from 'node:buffer';
import { ContentError, ProtocolError } from './bridge.errors.js';
import { NAME_BYTES, TEXT_BYTES, UINT32_MAX } from './limits.js';

/**
 * Reads one untrusted payload from front to back, little endian. Its results share no memory with the payload.
 *
 * A payload that is shorter or longer than its fields throws a {@link ProtocolError} immediately. A forbidden value does
 * not stop the reading: {@link end} throws a {@link ContentError} for the first one. Both name the message and the byte.
 */
export class BufferReader {
  private offset = 0;
  private firstProblem: string | undefined;

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
    if (Math.abs(value) > limit) this.refuse(`${value} is out of range (±${limit})`);
    return value;
  }

  /** A signed 64-bit integer that a double holds exactly: below 2^53 in magnitude. */
  i64(): number {
    const at = this.take(8);
    const value = this.payload.readInt32LE(at + 4) * 2 ** 32 + this.payload.readUInt32LE(at);
    if (!Number.isSafeInteger(value)) this.refuse('a 64-bit integer does not fit 2^53');
    return value;
  }

  /** Like {@link i64}, never negative: times, volumes, account numbers. */
  count64(): number {
    const value = this.i64();
    if (value < 0) this.refuse(`${value} is negative`);
    return value;
  }

  f64(min = -Number.MAX_VALUE, max = Number.MAX_VALUE): number {
    const value = this.payload.readDoubleLE(this.take(8));
    if (!(value >= min && value <= max)) this.refuse(`${value} is not a number from ${min} to ${max}`);
    return value;
  }

  bool(): boolean {
    return this.u8(1) === 1;
  }

  /** One of a list of words, sent as its position counted from 1. */
  choice<T extends string>(words: readonly T[]): T {
    const number = this.u8();
    const word = words[number - 1];
    if (word === undefined) this.refuse(`${number} is not one of the ${words.length} known values`);
    return word ?? words[0]!;
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

  /** Reads one item of many; a forbidden value in it is reported with the item's name. */
  item<T>(read: (reader: BufferReader) => T, nameOf: (item: T) => string): T {
    const before = this.firstProblem;
    const item = read(this);
    if (before === undefined && this.firstProblem !== undefined) {
      this.firstProblem = `${this.firstProblem} (${nameOf(item)})`;
    }
    return item;
  }

  /** The first forbidden value so far, in words; undefined = none. */
  get problem(): string | undefined {
    return this.firstProblem;
  }

  /** Hands over the first forbidden value: the message carries it as its fault, and {@link end} does not throw. */
  takeProblem(): string | undefined {
    const problem = this.firstProblem;
    this.firstProblem = undefined;
    return problem;
  }

  /** Call it last: a payload has no bytes after its fields. @throws ContentError when a value was forbidden */
  end(): void {
    const left = this.payload.length - this.offset;
    if (left > 0) this.fail(`${left} bytes too many`);
    if (this.firstProblem !== undefined) throw new ContentError(`bridge protocol: ${this.firstProblem}`);
  }

  /** For rules that only the message's own codec knows; reading goes on. */
  refuse(problem: string): void {
    this.firstProblem ??= this.located(problem);
  }

  private fail(problem: string): never {
    throw new ProtocolError(`bridge protocol: ${this.located(problem)}`);
  }

  private located(problem: string): string {
    return `${this.what}, before byte ${this.offset}: ${problem}`;
  }

  private string(maxBytes: number): string {
    const length = this.u16(maxBytes);
    const at = this.take(length);
    const bytes = this.payload.subarray(at, at + length);
    if (!isUtf8(bytes)) this.refuse('a string is not UTF-8');
    // PostgreSQL cannot store U+0000, and C strings end there.
    if (bytes.includes(0)) this.refuse('a string holds U+0000');
    return bytes.toString('utf8');
  }

  private atMost(value: number, max: number): number {
    if (value > max) this.refuse(`${value} is more than ${max}`);
    return value;
  }

  private take(length: number): number {
    const at = this.offset;
    if (at + length > this.payload.length) this.fail(`the payload ends, ${length} bytes were expected`);
    this.offset = at + length;
    return at;
  }
}
